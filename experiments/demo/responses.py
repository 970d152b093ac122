"""moto's SageMaker with inference experiments added; everything else stays moto's own."""

import json
from collections.abc import Mapping
from typing import Any

from moto.core.request import Request
from moto.core.responses import ActionResult
from moto.sagemaker.responses import SageMakerResponse

from .errors import SerializationException
from .operations import OPERATIONS, TAG_OPERATIONS, Operation
from .registry import Registry
from .validation import parse

# Where the server puts its registry for each request, so that two demos in one process stay apart.
REGISTRY_KEY = "demo.registry"


class DemoResponse(SageMakerResponse):
    """Answers one call. moto looks the method up by the operation's name in snake case."""

    def _get_action(self) -> str:
        # moto would first look for "Action=" in the body, where a description may well say it.
        return str(self.headers.get("X-Amz-Target", "")).rpartition(".")[2]

    def parse_parameters(self, request: Request) -> None:
        # moto's parser trusts the types in the body, so ours reads it instead.
        if self._get_action() not in OPERATIONS:
            super().parse_parameters(request)

    def serialized(self, action_result: ActionResult) -> Any:
        error = action_result.result
        if isinstance(error, SerializationException):
            # It comes before the service is reached, so that no model declares it: moto would warn.
            headers = {**self.response_headers, "Content-Type": "application/x-amz-json-1.1"}
            return 400, headers, json.dumps({"__type": error.code, "message": error.message})
        return super().serialized(action_result)

    def _answer(self, operations: Mapping[str, Operation] = OPERATIONS) -> ActionResult:
        action = self._get_action()
        members = parse(action, self.body)
        registry: Registry = self.normalized_request.environ[REGISTRY_KEY]
        with registry.open(self.current_account, self.region) as shelf:
            return ActionResult(operations[action](shelf, members))

    def create_inference_experiment(self) -> ActionResult:
        return self._answer()

    def describe_inference_experiment(self) -> ActionResult:
        return self._answer()

    def list_inference_experiments(self) -> ActionResult:
        return self._answer()

    def start_inference_experiment(self) -> ActionResult:
        return self._answer()

    def update_inference_experiment(self) -> ActionResult:
        return self._answer()

    def stop_inference_experiment(self) -> ActionResult:
        return self._answer()

    def delete_inference_experiment(self) -> ActionResult:
        return self._answer()

    def list_tags(self) -> ActionResult:
        return self._answer(TAG_OPERATIONS) if self._is_ours() else super().list_tags()

    def add_tags(self) -> ActionResult:
        return self._answer(TAG_OPERATIONS) if self._is_ours() else super().add_tags()

    def delete_tags(self) -> ActionResult:
        return self._answer(TAG_OPERATIONS) if self._is_ours() else super().delete_tags()

    def _is_ours(self) -> bool:
        arn: Any = self._get_param("ResourceArn")
        return ":inference-experiment/" in str(arn)
