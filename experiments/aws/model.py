"""botocore's model of SageMaker, where there is no client to ask for it."""

from functools import cache
from typing import cast

import botocore.session
from botocore.model import OperationModel, StructureShape

from experiments.aws import sessions


def input_shape(operation: str) -> StructureShape:
    """What an operation takes; every operation of SageMaker takes a structure."""
    return cast("StructureShape", _operation(operation).input_shape)


def output_shape(operation: str) -> StructureShape:
    """What an operation that answers anything answers."""
    return cast("StructureShape", _operation(operation).output_shape)


@cache
def _operation(name: str) -> OperationModel:
    # AWS_PROFILE may name one that is not there, and the model is the same for all of them.
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    session.register_component("data_loader", sessions.loader())
    return session.get_service_model("sagemaker").operation_model(name)
