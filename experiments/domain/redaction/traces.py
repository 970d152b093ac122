"""What would give the hidden values of one answer away in any other text of it.

A role named in RoleArn is often named again, without its ARN, in the sentence that says why
SageMaker could not assume it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from experiments.domain.redaction.part import Part
from experiments.domain.redaction.skeleton import readings

# Shorter names, and plain words that are not this long, would be found in ordinary sentences.
_SHORTEST = 6
_SHORTEST_WORD = 12
# AWS's own limit for the longest of these members.
_LONGEST = 2_048
# A path of a role's name or an alias has few segments; an endless one is no name.
_MOST_SEGMENTS = 8
# Each costs a look through every text.
_MOST_ACCOUNTS = 4
_EVERYBODY_HAS = frozenset(
    {
        "service-role",
        "aws-service-role",
        "aws-reserved",
        "assumed-role",
        "sagemaker.amazonaws.com",
        "aws/sagemaker",
    }
)
_ACCOUNT = re.compile(r"[0-9]{12}")
_HOST_OF_S3 = re.compile(r"\.s3[.-]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """``words`` are skeletons' texts, each with the part that it belongs to, or with several."""

    words: frozenset[tuple[str, Part]] = frozenset()
    accounts: frozenset[str] = frozenset()


def traces(values: Iterable[tuple[Part, str]], names: frozenset[str]) -> Traces:
    """The traces of ARNs, keys and locations, each of which comes with its part.

    ``names`` are shown anyway: the folder of a bucket is often named after the experiment.
    """
    shown = {text for name in names for text in _texts(name)}
    words: set[tuple[str, Part]] = set()
    accounts: set[str] = set()
    for part, value in values:
        for text in _texts(value[:_LONGEST]):
            accounts.update(_ACCOUNT.findall(text)[:_MOST_ACCOUNTS])
        # Invisible characters make a piece long and its skeleton short.
        for piece in filter(_is_telling, _pieces(part, value)):
            words.update((text, part) for text in _texts(piece) if len(text) >= _SHORTEST)
        if part is Part.S3:
            folder = _texts(_location(value)[1])
            if _is_telling(folder[0]) and not any(folder[0] in name for name in shown):
                words.update((text, part) for text in folder if len(text) >= _SHORTEST)
    return Traces(words=frozenset(words), accounts=frozenset(accounts))


def _texts(value: str) -> tuple[str, ...]:
    return tuple(skeleton.text for skeleton in readings(value))


def _pieces(part: Part, value: str) -> Iterator[str]:
    yield value.strip()
    match part:
        case Part.S3:
            yield _location(value)[0]
        case Part.ROLE | Part.KMS:
            kind, *path = _resource(value).split("/")
            yield "/".join(path)
            yield from path[:_MOST_SEGMENTS] or [kind]
            if part is Part.KMS:
                # Some write the id of a key without its hyphens.
                yield from (segment.replace("-", "") for segment in path[:1] or [kind])


def _location(value: str) -> tuple[str, str]:
    """The bucket and the folder of a location in S3, which AWS also takes as a web address."""
    scheme, _, address = _resource(value).rpartition("://")
    host, _, folder = address.partition("/")
    if scheme.lower() in {"http", "https"}:
        if host.lower().startswith(("s3.", "s3-")):
            host, _, folder = folder.partition("/")
        host = _HOST_OF_S3.split(host, 1)[0]
    return host, folder.strip("/")


def _resource(value: str) -> str:
    return value.split(":", 5)[-1] if value.lower().startswith("arn:") else value


def _is_telling(piece: str) -> bool:
    if not _SHORTEST <= len(piece) <= _LONGEST or piece.lower() in _EVERYBODY_HAS:
        return False
    # A name of capitals and small letters mixed, ShadowRole, is no word of any sentence.
    is_word = piece.isalpha() and (piece.islower() or piece.isupper() or piece.istitle())
    return any(map(str.isalnum, piece)) and (not is_word or len(piece) >= _SHORTEST_WORD)
