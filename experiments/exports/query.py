"""``--query`` of the AWS CLI: JMESPath, on a budget."""

import re
from collections.abc import Iterator
from typing import Any, cast

import jmespath
from jmespath.parser import Parser
from jmespath.visitor import Options, TreeInterpreter
from jmespath.visitor import _Expression as ExpressionReference

from experiments.domain.answer import Json
from experiments.exports.budget import NO_VALUE, Budget
from experiments.exports.errors import BrokenQueryError, ExportError, TooMuchError, UnprintableError
from experiments.exports.functions import PaidFunctions

LONGEST = 2_000
# Levels of the parsed expression; every pipe and every projection is one.
DEEPEST = 64
TOO_DEEP = f"The query is nested more than {DEEPEST} deep. Write it with fewer brackets and pipes."
# An error quotes the value that it is about, which can be the whole response.
LONGEST_QUOTE = 500
_ADDRESS = re.compile(" at 0x[0-9a-f]+")

Node = dict[str, Any]


def search(query: str, response: dict[str, Json]) -> Json:
    """What the query selects of the response. Raises ExportError.

    Lists and objects that stand in the result twice are one and the same, as in the AWS CLI, whose
    YAML shows that.
    """
    parsed = _parse(query)
    try:
        result = _Interpreter(Budget(response)).visit(parsed, response)
    except ExportError:
        raise
    except RecursionError as error:
        raise TooMuchError(TOO_DEEP) from error
    # jmespath's own errors are ValueErrors; the others are Python's about values that do not fit:
    # a text compared with a number, the ceiling of infinity.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BrokenQueryError(_quoted(str(error))) from error
    if isinstance(result, ExpressionReference):
        raise UnprintableError(NO_VALUE)
    return cast("Json", result)


class _Interpreter(TreeInterpreter):
    """jmespath's own, where every step costs one, and every value is weighed."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(Options(custom_functions=PaidFunctions(budget)))
        self._budget = budget

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._budget.spend(1)
        value = super().visit(node, *args, **kwargs)
        size = self._budget.hold(value)
        if node["type"] == "literal":
            # The only values that are large and are met again and again for nothing.
            self._budget.spend(size.steps)
        return value


def _parse(query: str) -> Node:
    if len(query) > LONGEST:
        raise TooMuchError(
            f"The query has {len(query):,} characters, and {LONGEST:,} at most are read."
            " Shorten it, or run it with the AWS CLI."
        )
    try:
        parsed = cast("Node", jmespath.compile(query).parsed)
    except RecursionError as error:
        raise TooMuchError(TOO_DEEP) from error
    # Its parser raises what it likes, IndexErrors among them; the AWS CLI tells all of it.
    except Exception as error:
        raise BrokenQueryError(f"Bad value for --query {query}: {error}") from error
    finally:
        # It would keep 512 parsed queries, which can be a third of a megabyte each.
        Parser.purge()
    if any(depth > DEEPEST for depth in _depths(parsed)):
        raise TooMuchError(TOO_DEEP)
    return parsed


def _depths(parsed: Node) -> Iterator[int]:
    """How deep each node stands, without a recursion of our own."""
    waiting = [(parsed, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield depth
        # A slice's children are numbers.
        children = (child for child in node.get("children", ()) if isinstance(child, dict))
        waiting.extend((child, depth + 1) for child in children)


def _quoted(message: str) -> str:
    told = _ADDRESS.sub("", message)
    return told if len(told) <= LONGEST_QUOTE else told[:LONGEST_QUOTE] + "…"
