"""Where a text names an account, a role, a key or a place in S3.

Every pattern reads the whole text and reports what it finds; what overlaps is masked as one.
No pattern may look at a character more than a few times: a text can have 100,000 of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from experiments.domain.redaction.part import Part
from experiments.domain.redaction.skeleton import MASK, readings
from experiments.domain.redaction.traces import Traces

# AWS allows nearly everything in a key of S3 and much in a role's name, so what belongs together
# ends at white space, a quotation mark or an angle bracket; the sentence's own marks are cut off.
_RUN = r"""[^\s"<>`]"""
_ENDS = ".,;:!?)]}'"
_BEGINS = "([{'"

# The partition has any name. Without "aws", "learn:more:" and the like are no ARN.
_ARN_BEGINS = rf"(?:arn:aws|(?<![0-9a-z{MASK}])arn:[a-z0-9-]{{1,40}}:)"
_ARN = re.compile(rf"{_ARN_BEGINS}(?:(?!{_ARN_BEGINS}){_RUN})*")
_SERVICE = re.compile(r"arn:[^:]{0,40}:(?P<service>[a-z0-9-]{0,40})")
_PART_OF_SERVICE = {"iam": Part.ROLE, "sts": Part.ROLE, "kms": Part.KMS}

_S3_SCHEME = re.compile(rf"s3[an]?:/(?:(?!s3[an]?:/){_RUN})+")
_ADDRESS = re.compile(rf"{_RUN}+")
# A label of the host (bucket.s3.…, s3-eu-west-1.…) or the console's folder of buckets.
_S3_LABEL = re.compile(rf"(?<![0-9a-z{MASK}-])s3(?:express)?[-./]")
_AWS_HOSTS = ("://", "amazonaws", "api.aws")

# The ids of access keys and of roles have their account in them, in base 32.
_ACCOUNT = re.compile(
    rf"""(?<![0-9])(?:[0-9]{{12}}|[0-9]{{4}}[ \-.\xb7][0-9]{{4}}[ \-.\xb7][0-9]{{4}})(?![0-9])
    | (?<![0-9a-z{MASK}])a(?:kia|sia|roa|ida|ipa)[a-z2-7]{{16,17}}(?![0-9a-z{MASK}])""",
    re.VERBOSE,
)
_KEY = re.compile(
    rf"""(?<![0-9a-f])[0-9a-f]{{8,}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12,}}
    | mrk-[0-9a-f]{{32,}}
    | alias/[0-9a-z_/{MASK}-]+""",
    re.VERBOSE,
)
_ROLE = re.compile(
    rf"""(?:roles?|instance-profile)/[0-9a-z_+=,.@/{MASK}-]+
    | amazonsagemaker[a-z]{{0,40}}-executionrole[0-9a-z_+=,.@{MASK}-]*
    | awsservicerolefor[0-9a-z_]*""",
    re.VERBOSE,
)

# A name of so many characters is no chance part of a longer word: somebody glued it to that.
_LONG_ENOUGH = 12


@dataclass(frozen=True, slots=True)
class Find:
    """A stretch of a text. ``mask`` says what is hidden, ``parts`` what hides it."""

    start: int
    end: int
    mask: Part
    parts: frozenset[Part]


def find(text: str, shown: frozenset[Part], traces: Traces, own: Part | None) -> Iterator[Find]:
    """Everything to be masked in the text of a skeleton, in no order.

    ``own`` is the part that the member itself belongs to.
    """
    yield from _arns(text, shown, own)
    if Part.S3 not in shown:
        yield from _locations(text)
    for part, pattern in ((Part.KMS, _KEY), (Part.ROLE, _ROLE), (Part.ACCOUNT, _ACCOUNT)):
        if part not in shown:
            yield from (_trimmed(match, part) for match in pattern.finditer(text))
    if Part.ACCOUNT not in shown:
        yield from _accounts(text, traces.accounts)
    for word, part in traces.words:
        if part not in shown:
            yield from _words(text, word, part)


def named(original: str) -> Iterator[tuple[Part, str]]:
    """The ARNs and the locations that a text names, each with the part that it belongs to."""
    skeleton = readings(original)[0]
    arns = ((match, _part(match[0])) for match in _ARN.finditer(skeleton.text))
    locations = ((match, Part.S3) for match in _S3_SCHEME.finditer(skeleton.text))
    for match, part in chain(arns, locations):
        found = _trimmed(match, part or Part.ARNS)
        start, end = skeleton.place(found.start, found.end)
        yield found.mask, original[start:end]


def _part(arn: str) -> Part | None:
    service = _SERVICE.match(arn)
    name = service["service"] if service else ""
    return Part.S3 if name.startswith("s3") else _PART_OF_SERVICE.get(name)


def _arns(text: str, shown: frozenset[Part], own: Part | None) -> Iterator[Find]:
    for match in _ARN.finditer(text):
        part = _part(match[0])
        # Who shows the role shows RoleArn, which is an ARN, but no other ARN.
        needed = {part} if own is not None and part is own else {Part.ARNS, part}
        hidden = frozenset(each for each in needed if each is not None and each not in shown)
        if hidden:
            mask = Part.ARNS if Part.ARNS in hidden else min(hidden)
            yield _trimmed(match, mask, hidden)


def _locations(text: str) -> Iterator[Find]:
    yield from (_trimmed(match, Part.S3) for match in _S3_SCHEME.finditer(text))
    for match in _ADDRESS.finditer(text):
        address = match[0]
        if any(host in address for host in _AWS_HOSTS) and _S3_LABEL.search(address):
            yield _trimmed(match, Part.S3)


def _accounts(text: str, accounts: frozenset[str]) -> Iterator[Find]:
    """The accounts of this very answer, even inside longer numbers and with anything between."""
    for account in accounts:
        digits = rf"[^0-9a-z{MASK}]{{0,3}}".join(account)
        for match in re.finditer(rf"(?<![0-9])[0-9]*?{digits}[0-9]*", text):
            yield _trimmed(match, Part.ACCOUNT)


def _words(text: str, word: str, part: Part) -> Iterator[Find]:
    anywhere = len(word) >= _LONG_ENOUGH
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        alone = not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
        if anywhere or alone:
            yield Find(start, end, part, frozenset({part}))
        start = text.find(word, end if anywhere or alone else start + 1)


def _trimmed(match: re.Match[str], mask: Part, parts: frozenset[Part] | None = None) -> Find:
    found = match[0].lstrip(_BEGINS)
    start = match.end() - len(found)
    end = start + len(found.rstrip(_ENDS))
    return Find(start, end, mask, parts or frozenset({mask}))
