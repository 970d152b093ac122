"""How much a page may weigh, in bytes on the wire. The suite holds it to them too."""

HTML_BYTES = 14_000
ALL_BYTES = 60_000
# The fragment of a poll that brings a change, without the status line and its headers.
POLL_BYTES = 8_000

# How many polls of somebody who has signed in are answered, at least, to one without sign-in.
SIGNED_IN_RATIO = 0.8
