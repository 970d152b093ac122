"""The functions of JMESPath, each paid for by the size of what it gets before it is called."""

from collections.abc import Iterable
from typing import Any

from jmespath.functions import Functions, signature
from jmespath.visitor import _Expression as ExpressionReference

from experiments.exports.budget import NO_VALUE, Budget, Size, check
from experiments.exports.errors import UnprintableError


class OwnFunctions(Functions):
    """jmespath's own, as in the jmespath that the AWS CLI has."""

    @signature({"types": ["array-number"]})
    def _func_avg(self, arg: list[float]) -> float | None:
        # Since 1.1 integers are divided more exactly.
        return sum(arg) / float(len(arg)) if arg else None


class PaidFunctions(OwnFunctions):
    """What they make is weighed by the interpreter, but for joined texts, which
    can be as long as the separator times the list."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._budget = budget

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        arguments = list(resolved_args)
        for argument in arguments:
            self._budget.spend(self._budget.hold(argument).steps)
            # It would be written with its address in memory.
            if function_name == "to_string" and isinstance(argument, ExpressionReference):
                raise UnprintableError(NO_VALUE)
        return super().call_function(function_name, arguments)

    @signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, separator: str, array: list[str]) -> str:
        characters = sum(map(len, array)) + len(separator) * len(array)
        check(Size(1, characters, 0))
        return separator.join(array)
