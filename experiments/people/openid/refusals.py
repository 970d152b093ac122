"""Why somebody who came back from the identity provider is not signed in.

The sign-in page gets a word of this list in its address, and has a sentence for each. What the
provider says of it, anybody can write into the address of the way back, so no page repeats that.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from experiments import audit


class Refusal(StrEnum):
    NOT_AGREED = "not-agreed"
    NOT_BEGUN_HERE = "not-begun-here"
    PROVIDER_AWAY = "provider-away"
    NOT_VOUCHED_FOR = "not-vouched-for"
    DISABLED = "disabled"
    NO_ROLE = "no-role"


def refused(
    request: HttpRequest,
    refusal: Refusal,
    state: Mapping[str, Any] | None = None,
    username: str = "",
) -> HttpResponse:
    """To the sign-in page, which says why. ``state`` knows where somebody was going."""
    # Anybody can come back from nowhere, as often as they like: no row of the trail is for that.
    if refusal is not Refusal.NOT_BEGUN_HERE:
        address = audit.address(request)
        audit.record(audit.Action.SIGN_IN_REFUSED, username, refusal.value, address)
    query = {"because": refusal.value}
    if (wanted := (state or {}).get("next")) and wanted != "/":
        query["next"] = wanted
    return HttpResponseRedirect(f"{reverse('people:sign-in')}?{urlencode(query)}")
