"""``--query`` of the AWS CLI: JMESPath, on a budget where others wait for the same worker."""

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
from experiments.exports.functions import OwnFunctions, PaidFunctions

LONGEST = 2_000
# Levels of the parsed expression; every pipe and every projection is one.
DEEPEST = 64
TOO_DEEP = f"The query is nested more than {DEEPEST} deep. Write it with fewer brackets and pipes."
# An error quotes the value that it is about, which can be the whole response.
LONGEST_QUOTE = 500
_ADDRESS = re.compile(" at 0x[0-9a-f]+")

Node = dict[str, Any]


class Query:
    """A parsed query; ``limited`` says whether it is evaluated on a budget."""

    def __init__(self, parsed: Node, *, limited: bool) -> None:
        self._parsed = parsed
        self._limited = limited

    def search(self, response: Json) -> Json:
        """What the query selects of the response. Raises ExportError.

        Lists and objects that stand in the result twice are one and the same, as in the AWS CLI,
        whose YAML shows that.
        """
        interpreter: Any = _Interpreter(Budget(response)) if self._limited else _unlimited()
        try:
            result = interpreter.visit(self._parsed, response)
        except ExportError:
            raise
        except RecursionError as error:
            raise self._too_deep(error) from error
        # jmespath's own errors are ValueErrors; the others are Python's about values that do not
        # fit: a text compared with a number, the ceiling of infinity.
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            message = _quoted(str(error)) if self._limited else str(error)
            raise BrokenQueryError(message) from error
        if _holds_expression(result):
            raise UnprintableError(NO_VALUE)
        return cast("Json", result)

    def _too_deep(self, error: RecursionError) -> ExportError:
        return TooMuchError(TOO_DEEP) if self._limited else BrokenQueryError(str(error))


def compile_query(query: str, *, limited: bool = True) -> Query:
    """Raises BrokenQueryError, and TooMuchError where it is limited."""
    if limited and len(query) > LONGEST:
        raise TooMuchError(
            f"The query has {len(query):,} characters, and {LONGEST:,} at most are read."
            " Shorten it, or run it with the AWS CLI."
        )
    parsed = _parse(query, limited=limited)
    if limited and any(depth > DEEPEST for depth in _depths(parsed)):
        raise TooMuchError(TOO_DEEP)
    return Query(parsed, limited=limited)


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


def _unlimited() -> TreeInterpreter:
    return TreeInterpreter(Options(custom_functions=OwnFunctions()))


def _parse(query: str, *, limited: bool) -> Node:
    try:
        return cast("Node", jmespath.compile(query).parsed)
    # Its parser raises what it likes, IndexErrors among them; the AWS CLI tells all of it.
    except Exception as error:
        if limited and isinstance(error, RecursionError):
            raise TooMuchError(TOO_DEEP) from error
        raise BrokenQueryError(f"Bad value for --query {query}: {error}") from error
    finally:
        # It would keep 512 parsed queries, which can be a third of a megabyte each.
        Parser.purge()


def _depths(parsed: Node) -> Iterator[int]:
    """How deep each node stands, without a recursion of our own."""
    waiting = [(parsed, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield depth
        # A slice's children are numbers.
        children = (child for child in node.get("children", ()) if isinstance(child, dict))
        waiting.extend((child, depth + 1) for child in children)


def _holds_expression(result: object) -> bool:
    """On a budget, only the result itself can still be one."""
    waiting, met = [result], set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, ExpressionReference):
            return True
        if isinstance(value, list | dict) and id(value) not in met:
            met.add(id(value))
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return False


def _quoted(message: str) -> str:
    told = _ADDRESS.sub("", message)
    return told if len(told) <= LONGEST_QUOTE else told[:LONGEST_QUOTE] + "…"
