"""Request documents, as ``--cli-input-json`` and ``--cli-input-yaml`` take them.

The request has one member, Name. Whatever else YAML and JSON can say is refused before anything is
built of it: what unfolds when it is read cannot harm then.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode

from experiments.domain.pasted.understood import MalformedError, UnclearError

# In bytes of UTF-8.
MAX_SIZE = 4096
# A document with Name alone needs one. The scanner of YAML takes seconds for thousands.
_MAX_BRACKETS = 8
_STRING = "tag:yaml.org,2002:str"
# Short, and of one case within each word: no secret looks like this.
_QUOTABLE = re.compile(r"[A-Z]?[a-z]{1,15}([A-Z][a-z]{1,15}){0,4}")
_EXAMPLE = {"JSON": '{"Name": "my-experiment"}', "YAML": "Name: my-experiment"}


def read_json(text: str) -> str | None:
    """The Name of a document, None where it has no such member. Raises UnclearError."""
    _check_size(text, "JSON")
    try:
        # Numbers stay text: they are refused below, however many digits they have.
        document = json.loads(
            text,
            object_pairs_hook=_Members,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError):
        raise MalformedError(_broken("JSON")) from None
    if not isinstance(document, _Members):
        raise UnclearError(_not_an_object("JSON"))
    name = _only_name(document).get("Name", "")
    if not isinstance(name, str) or isinstance(name, _Number):
        raise UnclearError(_not_a_text("JSON"))
    return name if document else None


def read_yaml(text: str) -> str | None:
    """The Name of a document, None where it has no such member. Raises UnclearError."""
    _check_size(text, "YAML")
    yaml = YAML(typ="safe", pure=True)
    try:
        events = list(_checked(yaml.parse(text)))
    except UnclearError:
        raise
    # Besides YAMLError, the scanner raises whatever it trips over, such as an IndexError.
    except Exception:
        raise MalformedError(_broken("YAML")) from None
    if not any(isinstance(event, MappingStartEvent) for event in events):
        raise UnclearError(_not_an_object("YAML"))
    members = [(key.value, value) for key, value in _members(events)]
    name = _only_name(members).get("Name")
    if name is None:
        return None
    assert isinstance(name, ScalarEvent)
    tag = yaml.resolver.resolve(ScalarNode, name.value, name.implicit)
    if tag != _STRING and name.value:
        raise UnclearError(
            "The Name of this YAML reads as a number, a date or a word of YAML's own. "
            "Put it in quotes."
        )
    return str(name.value)


class _Members(list[tuple[str, object]]):
    """An object of JSON, with what it says twice."""


class _Number(str):
    """A number of JSON as it is written."""

    __slots__ = ()


def _check_size(text: str, language: str) -> None:
    if len(text.encode(errors="surrogatepass")) > MAX_SIZE:
        raise UnclearError(
            f"This {language} is longer than 4 kB. The request's only member is Name: "
            f"paste {_EXAMPLE[language]}."
        )
    if sum(map(text.count, "[{")) > _MAX_BRACKETS:
        raise UnclearError(_not_a_text(language))


def _only_name(members: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Raises UnclearError for a member twice, or for one that the request does not have."""
    names = [name for name, _ in members]
    if names.count("Name") > 1:
        raise UnclearError("This document says Name twice. Leave one of them.")
    for name in names:
        if name == "<<":
            raise UnclearError("This YAML merges mappings (<<), which the portal does not read.")
        if name != "Name":
            what = name if _QUOTABLE.fullmatch(name) else "something else"
            raise UnclearError(
                f"The request's only member is Name, with a capital N; this document says {what}. "
                f"Leave out all but Name, or paste the experiment's name or ARN alone."
            )
    return dict(members)


def _checked(events: Iterable[Event]) -> Iterator[Event]:
    """The events of a flat mapping or a scalar; nothing is read after what is refused."""
    documents = mappings = 0
    for event in events:
        documents += isinstance(event, DocumentStartEvent)
        mappings += isinstance(event, MappingStartEvent)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise UnclearError("This YAML has anchors or aliases (& and *). Write Name out.")
        if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
            raise UnclearError("This YAML begins with a directive (%). Leave that line out.")
        if getattr(event, "ctag", None) is not None:
            raise UnclearError("This YAML has a tag (!). Leave it out.")
        if isinstance(event, SequenceStartEvent) or mappings > 1:
            raise UnclearError(_not_a_text("YAML"))
        if documents > 1:
            raise UnclearError("This is YAML with more than one document. Paste one of them.")
        yield event


def _members(events: Iterable[Event]) -> Iterator[tuple[ScalarEvent, ScalarEvent]]:
    """The keys and values of the one mapping, which holds nothing but scalars."""
    scalars = iter([event for event in events if isinstance(event, ScalarEvent)])
    return zip(scalars, scalars, strict=True)


def _refuse_constant(_: str) -> object:
    raise UnclearError(_not_a_text("JSON"))


def _broken(language: str) -> str:
    return (
        f"This looks like {language} but is not complete or not correct. It should read "
        f"{_EXAMPLE[language]}."
    )


def _not_an_object(language: str) -> str:
    return f"This {language} has no members. It should read {_EXAMPLE[language]}."


def _not_a_text(language: str) -> str:
    return (
        f"The request's only member is Name, and its value is a text. This {language} holds "
        f"something else; it should read {_EXAMPLE[language]}."
    )
