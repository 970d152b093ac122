"""What the prompt offers while somebody types: options, and values where they are known."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from experiments.command.arguments import SOURCE
from experiments.command.offered import DOCUMENTS, OPTIONS, given, meant
from experiments.command.typed import Typed, cut, quoted, shown
from experiments.domain import synopsis

# More than anybody looks through; who types a letter more sees others.
MOST = 200


class UnknownNamesError(Exception):
    """The names of experiments cannot be told now. Its text is a sentence for the prompt."""


def _none() -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What values there are. ``names`` are those of experiments of a source, or of all of them
    (None); it may raise UnknownNamesError, and is called in a thread of its own."""

    names: Callable[[str | None], Sequence[str]]
    sources: Sequence[str] = ()
    profiles: Callable[[], Sequence[str]] = _none
    regions: Callable[[], Sequence[str]] = _none


class Offers(Completer):
    """``note`` says why there are no names, if there are none for a reason."""

    def __init__(self, known: Known) -> None:
        self.note = ""
        self._known = known
        self._names: dict[str | None, Sequence[str]] = {}

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        before = document.text_before_cursor
        typed = cut(before)
        found, awaits = given(typed.words)
        name, equals, value = typed.last.partition("=")
        if equals and meant(name) is not None and not awaits:
            option, fragment, head = meant(name), value, f"{name}="
        else:
            option, fragment, head = awaits, typed.last, ""
        place = typed.start - len(before)
        if option is not None:
            following = document.text_after_cursor
            for one in _fitting(fragment, self._values(option, found)):
                text = head + quoted(one, typed.quote, following)
                yield Completion(text, place, display=shown(one))
        if option is None or (OPTIONS[option].optional and not head):
            yield from _options(typed, found, place)

    def _values(self, option: str, found: dict[str, str]) -> Sequence[str]:
        match option:
            case synopsis.NAME.name:
                return self._names_of(found.get(SOURCE.name))
            case SOURCE.name:
                return self._known.sources
            case synopsis.PROFILE.name:
                return self._known.profiles()
            case synopsis.REGION.name:
                return self._known.regions()
        return OPTIONS[option].choices

    def _names_of(self, source: str | None) -> Sequence[str]:
        """Read once for each source: what is offered stays the same while somebody types."""
        if source not in self._names:
            try:
                self._names[source] = self._known.names(source)
            except UnknownNamesError as error:
                self._names[source], self.note = (), str(error)
        return self._names[source]


def is_open(text: str, sources: Sequence[str]) -> bool:
    """Whether somebody may want to go on with the last word, which no space follows."""
    typed = cut(text)
    _, awaits = given(typed.words)
    if awaits is None:
        return typed.last.startswith("-") and typed.last not in OPTIONS and "=" not in typed.last
    values = sources if awaits == SOURCE.name else OPTIONS[awaits].choices
    return awaits == synopsis.NAME.name or (bool(values) and typed.last not in values)


def _options(typed: Typed, found: dict[str, str], place: int) -> Iterator[Completion]:
    if typed.quote:
        return
    # One document is enough.
    used = found.keys() | (DOCUMENTS if found.keys() & DOCUMENTS else ())
    for one in _fitting(typed.last, [name for name in OPTIONS if name not in used]):
        required = " (required)" if one == synopsis.NAME.name else ""
        meaning = OPTIONS[one].meaning.partition(". ")[0]
        yield Completion(one, place, display=one + required, display_meta=meaning)


def _fitting(fragment: str, values: Iterable[str]) -> list[str]:
    """Those that hold the fragment, capitals apart; first those that begin with it."""
    wanted = fragment.lower()
    holding = [one for one in values if wanted in one.lower()]
    if holding == [fragment]:
        return []
    return sorted(holding, key=lambda one: not one.lower().startswith(wanted))[:MOST]
