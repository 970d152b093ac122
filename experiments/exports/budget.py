"""What one query may cost: a few characters of JMESPath make gigabytes (``[@,@]``, piped).

Sizes are those of a value written out, where something that stands in it twice counts twice. So
whatever walks a value later (comparing, sorting, printing) is bounded too.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from jmespath.visitor import _Expression as ExpressionReference

from experiments.exports.errors import TooMuchError, UnprintableError

# Some 0.1 s of CPU time; a query over the largest response that AWS documents takes 300.
MOST_STEPS = 30_000
MOST_VALUES = 10_000
MOST_CHARACTERS = 200_000
# Levels of lists and objects; AWS nests six deep.
DEEPEST = 64
# Sorting, comparing and joining cost a step for so many characters.
CHARACTERS_A_STEP = 64
DIGITS_OF_A_FLOAT = 24
NO_VALUE = "The query’s result holds an expression (&…), which is no value that can be written."
SMALLER = "Select less of the experiment, or run the query with the AWS CLI or with jp."


class Size(NamedTuple):
    """Of a value written out: how many values stand in it, itself included, how many characters
    their texts and names have, and how many levels of containers there are."""

    values: int
    characters: int
    depth: int

    @property
    def steps(self) -> int:
        return self.values + self.characters // CHARACTERS_A_STEP


class Budget:
    """The steps that a query has left, and the sizes of all that it has met so far.

    ``response`` may be of any size, and so may its parts: they are there already.
    """

    def __init__(self, response: object) -> None:
        self._left = MOST_STEPS
        # By identity, with the container, so that no other one gets its identity.
        self._sizes: dict[int, tuple[object, Size]] = {}
        self._given(response)

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooMuchError(f"The query takes more than {MOST_STEPS:,} steps. {SMALLER}")

    def hold(self, value: object) -> Size:
        """The size of a value that the query made or found. Raises TooMuchError."""
        if not isinstance(value, list | dict):
            size = _scalar_size(value)
            check(size)
            return size
        known = self._sizes.get(id(value))
        if known is not None:
            return known[1]
        # Paid for once, like the making of it.
        self.spend(len(value))
        size = _container_size(value, self._hold_member)
        check(size)
        self._sizes[id(value)] = (value, size)
        return size

    def _hold_member(self, value: object) -> Size:
        if isinstance(value, ExpressionReference):
            raise UnprintableError(NO_VALUE)
        return self.hold(value)

    def _given(self, value: object) -> Size:
        if not isinstance(value, list | dict):
            return _scalar_size(value)
        size = _container_size(value, self._given)
        self._sizes[id(value)] = (value, size)
        return size


def check(size: Size) -> None:
    """Raise TooMuchError for what is too large to be made."""
    if size.values > MOST_VALUES:
        raise TooMuchError(
            f"The query makes a result of more than {MOST_VALUES:,} values. {SMALLER}"
        )
    if size.characters > MOST_CHARACTERS:
        most = f"{MOST_CHARACTERS:,} characters"
        raise TooMuchError(f"The query makes a result of more than {most}. {SMALLER}")
    if size.depth > DEEPEST:
        raise TooMuchError(f"The query nests values more than {DEEPEST} deep. {SMALLER}")


def _container_size(value: list[Any] | dict[str, Any], size_of: Callable[[object], Size]) -> Size:
    members = value.values() if isinstance(value, dict) else value
    sizes = [size_of(member) for member in members]
    names = sum(map(len, value)) if isinstance(value, dict) else 0
    return Size(
        1 + sum(size.values for size in sizes),
        names + sum(size.characters for size in sizes),
        1 + max((size.depth for size in sizes), default=0),
    )


def _scalar_size(value: object) -> Size:
    if isinstance(value, str):
        return Size(1, len(value), 0)
    if isinstance(value, int):
        return Size(1, 1 + value.bit_length() // 3, 0)
    return Size(1, DIGITS_OF_A_FLOAT, 0)
