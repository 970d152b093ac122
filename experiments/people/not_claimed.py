"""Why the proxy in front of the portal names nobody whom it may believe."""

from enum import StrEnum


class Kind(StrEnum):
    """Why nobody is named."""

    UNTRUSTED_PEER = "untrusted-peer"
    NO_HEADER = "no-header"
    BAD_NAME = "bad-name"
    BAD_HEADER = "bad-header"
    WRONG_ALGORITHM = "wrong-algorithm"
    WRONG_SIGNER = "wrong-signer"
    BAD_KEY_ID = "bad-key-id"
    UNKNOWN_KEY = "unknown-key"
    KEYS_UNAVAILABLE = "keys-unavailable"
    BAD_SIGNATURE = "bad-signature"
    NO_EXPIRY = "no-expiry"
    EXPIRED = "expired"


class NotClaimed(Exception):  # noqa: N818 (it is an answer and no error)
    """The proxy names nobody whom the portal may believe.

    Its text is the kind alone: what a header held could be a secret, or made to confuse a log.
    """

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind
