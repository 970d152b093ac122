"""Why there is no export.

ExportError
├── BrokenQueryError    the AWS CLI refuses the query as well, in the same words
├── TooMuchError        the portal does not do so much for one export
└── UnprintableError    the AWS CLI fails to print the result as well
"""


class ExportError(Exception):
    """The message is a sentence for readers; it may quote the query and values of the response."""


class BrokenQueryError(ExportError):
    """No JMESPath, or one that does not fit the response. The message is the AWS CLI's own."""


class TooMuchError(ExportError):
    """A limit of ``budget.py`` or ``output.py``. The message says which, and what to do."""


class UnprintableError(ExportError):
    """A result that the format has no way to write."""
