"""An answer without what people outside may not see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice

from experiments.domain import parsing
from experiments.domain.answer import Answer, Json, leaves
from experiments.domain.redaction.finding import named
from experiments.domain.redaction.masking import masked
from experiments.domain.redaction.part import Part
from experiments.domain.redaction.traces import Traces, traces

# Hidden as a whole, unless their part is shown.
_OWN = {
    "Arn": Part.ARNS,
    "RoleArn": Part.ROLE,
    "KmsKey": Part.KMS,
    "DataStorageConfig.KmsKey": Part.KMS,
    "DataStorageConfig.Destination": Part.S3,
}
_NAMES = ("Name", "EndpointName", "EndpointConfigName", "ModelName", "VariantName")
# Each costs several looks through every text. AWS names one or two in the reason of a failure.
_MOST_NAMED = 16
# Kept when nothing is left in them: AWS requires them, or their being there says something, as
# that of DataStorageConfig says that capture is on.
_KEPT_EMPTY: dict[str, type] = {
    "EndpointMetadata": dict,
    "ModelVariants": list,
    "ShadowModeConfig.ShadowModelVariants": list,
    "DataStorageConfig": dict,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A member whose text is changed (``after``) or left out (None), and the parts it is for."""

    path: str
    before: str
    after: str | None
    parts: frozenset[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """What is left of an answer, and what became of the rest of its allowed members.

    Members that no noun of this version holds are left out without a word.
    """

    answer: Answer
    masked: tuple[Masked, ...] = ()

    @property
    def hidden(self) -> frozenset[str]:
        """The field paths of the members that were there and are left out as a whole."""
        return frozenset(member.path for member in self.masked if member.after is None)


def redact(answer: Answer, shown: frozenset[Part]) -> Redacted:
    """The answer with its allowed members only, and nothing in them that is not ``shown``."""
    addressable = _addressable(answer.response)
    redaction = _Redaction(shown, _traces(addressable, answer.unmodelled), [])
    response = redaction.kept(addressable, None)
    assert isinstance(response, dict)
    return Redacted(answer=Answer(response), masked=tuple(redaction.masked))


def _addressable(value: Json) -> Json:
    """The value without every member whose name, a dot in it, would pass for another's path."""
    match value:
        case dict():
            return {name: _addressable(value[name]) for name in value if name.isalpha()}
        case list():
            return [_addressable(item) for item in value]
        case _:
            return value


def _traces(response: Json, unmodelled: Mapping[str, Json]) -> Traces:
    texts = {path: value for path, value in leaves(response) if isinstance(value, str)}
    known = [path for path in texts if parsing.kind(path) is not None]
    names = {texts[path] for path in known if path.rpartition(".")[2] in _NAMES}
    own = [(part, texts[path]) for path, part in _OWN.items() if path in texts]
    others = (value for value in unmodelled.values() if isinstance(value, str))
    found = (each for text in chain(texts.values(), others) for each in named(text))
    return traces([*own, *islice(found, _MOST_NAMED)], frozenset(names))


@dataclass(frozen=True, slots=True)
class _Redaction:
    shown: frozenset[Part]
    traces: Traces
    masked: list[Masked]

    def kept(self, value: Json, path: str | None) -> Json:
        """What may be shown of a value; None, which no member is shown as, for nothing."""
        kept: Json
        match value:
            case dict():
                kept = dict(self._members(value, path))
            case list():
                items = (self.kept(item, f"{path}[{index}]") for index, item in enumerate(value))
                kept = [item for item in items if item is not None]
            case _:
                return None if path is None else self._leaf(value, path)
        return kept if kept or path is None or type(kept) is _KEPT_EMPTY.get(path) else None

    def _members(self, value: dict[str, Json], path: str | None) -> Iterator[tuple[str, Json]]:
        for name, member in value.items():
            kept = self.kept(member, name if path is None else f"{path}.{name}")
            if kept is not None:
                yield name, kept

    def _leaf(self, value: Json, path: str) -> Json:
        match parsing.kind(path), value:
            case parsing.Kind.NUMBER, int() if not isinstance(value, bool):
                return value
            case parsing.Kind.TIME, str() if _is_time(value):
                return value
            case parsing.Kind.TEXT, str():
                return self._text(value, path)
            case _:
                return None

    def _text(self, value: str, path: str) -> str | None:
        own = _OWN.get(path)
        if own is not None and own not in self.shown:
            self.masked.append(Masked(path=path, before=value, after=None, parts=frozenset({own})))
            return None
        after, parts = masked(value, self.shown, self.traces, own)
        if parts:
            self.masked.append(Masked(path=path, before=value, after=after, parts=parts))
        return after


def _is_time(value: str) -> bool:
    """Whether this is a time as the door to AWS writes it, and nothing besides."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat() == value
    except (ValueError, OverflowError):
        return False
