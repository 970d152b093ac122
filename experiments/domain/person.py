"""Who somebody is to the portal: a role, and groups that open sources."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum

from experiments.domain.source import Source


class Role(IntEnum):
    """What somebody may do; each may do what those before it may."""

    VIEWER = 1
    SHARER = 2
    OPERATOR = 3

    @property
    def word(self) -> str:
        return self.name.lower()


ROLES: Mapping[str, Role] = {role.word: role for role in Role}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may read this portal. ``pk`` is None where there is no sign-in.

    ``name`` is theirs alone; ``label`` is how they are called, and decides nothing. ``address`` is
    where their request comes from.
    """

    name: str
    role: Role
    label: str = ""
    groups: frozenset[str] = frozenset()
    pk: int | None = None
    address: str = ""

    @property
    def called(self) -> str:
        """Both, for whoever looks for one of them later. Without sign-in, nobody has either."""
        return f"{self.label} ({self.name})" if self.label else self.name or "this machine"

    def may(self, role: Role) -> bool:
        return self.role >= role

    @property
    def shares(self) -> bool:
        return self.may(Role.SHARER)

    @property
    def operates(self) -> bool:
        return self.may(Role.OPERATOR)

    def sees(self, source: Source) -> bool:
        """Whether an experiment of this source exists to them. Operators run all sources."""
        return self.operates or not source.groups or bool(source.groups & self.groups)


def role(
    own: str, groups: Collection[str], roles: Mapping[str, frozenset[str] | None]
) -> Role | None:
    """The highest of somebody's ``own`` role (empty if they have none) and those that their groups
    give by ``roles``: role to groups, None for everybody. None where nothing gives them a role."""
    given = [
        ROLES[word] for word, some in roles.items() if some is None or not some.isdisjoint(groups)
    ]
    if own in ROLES:
        given.append(ROLES[own])
    return max(given, default=None)
