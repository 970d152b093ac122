"""The errors that SageMaker answers with, under the codes that AWS gives them.

ServiceException (moto turns it into an answer)
├── ValidationException      any operation: the input breaks a constraint or a rule
├── SerializationException   any operation: the body is no JSON, or a member has a wrong type
├── ResourceNotFound         Describe, Start, Update, Stop, Delete
├── ConflictException        Start, Update, Stop, Delete: not in this status
├── ResourceInUse            Create: the name is taken
└── ResourceLimitExceeded    Create: the account has too many
"""

from moto.core.exceptions import ServiceException


class ValidationException(ServiceException):
    code = "ValidationException"


class SerializationException(ServiceException):
    code = "SerializationException"


class ResourceNotFound(ServiceException):
    code = "ResourceNotFound"


class ConflictException(ServiceException):
    code = "ConflictException"


class ResourceInUse(ServiceException):
    code = "ResourceInUse"


class ResourceLimitExceeded(ServiceException):
    code = "ResourceLimitExceeded"
