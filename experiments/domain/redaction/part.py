"""The parts of an answer that are hidden unless somebody chooses to show them."""

from enum import StrEnum


class Part(StrEnum):
    """A closed list, in the order in which people are asked."""

    ACCOUNT = "account"
    ARNS = "arns"
    ROLE = "role"
    KMS = "kms"
    S3 = "s3"

    @property
    def label(self) -> str:
        """Its name for people: "KMS keys"."""
        return _LABELS[self]

    @property
    def mask(self) -> str:
        """What stands in a text where something of this part was: "[key hidden]"."""
        return f"[{_MASKED[self]} hidden]"


_LABELS = {
    Part.ACCOUNT: "Account number",
    Part.ARNS: "ARNs",
    Part.ROLE: "Role",
    Part.KMS: "KMS keys",
    Part.S3: "S3 locations",
}
_MASKED = {
    Part.ACCOUNT: "account",
    Part.ARNS: "ARN",
    Part.ROLE: "role",
    Part.KMS: "key",
    Part.S3: "S3 location",
}
