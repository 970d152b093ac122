"""What every request passes around Django's own middleware, outermost first."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from portal.env import is_loopback

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TEXT = "text/plain; charset=utf-8"

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# X-Forwarded-Proto is not among them: a proxy of one's own that ends TLS may say so.
FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_TRUE_CLIENT_IP",
)


def response_headers(get_response: GetResponse) -> GetResponse:
    """What every response carries, be it one that Django's own middleware never saw.

    Only responses that say otherwise (static files with a hash in their name) may be stored:
    everything else can hold what AWS said of somebody's experiment.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for header, value in HEADERS.items():
            response.headers.setdefault(header, value)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware


def forwarded(get_response: GetResponse) -> GetResponse:
    """Believe the scheme and the client that PORTAL_TRUSTED_PROXIES forward, and nobody else.

    ``portal.peer`` keeps who has really connected.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        peer = request.META["portal.peer"] = request.META.get("REMOTE_ADDR", "")
        scheme = request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        if _is_trusted(peer):
            if scheme in {"http", "https"}:
                request.META["wsgi.url_scheme"] = scheme
            request.META["REMOTE_ADDR"] = _client(request, peer)
        return get_response(request)

    return middleware


def _client(request: HttpRequest, peer: str) -> str:
    """The last address of the chain that no proxy of ours has: whatever stands before it, anybody
    may have written."""
    for address in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = address.strip()
        try:
            ipaddress.ip_address(address)
        except ValueError:
            break
        peer = address
        if not _is_trusted(address):
            break
    return peer


def health(get_response: GetResponse) -> GetResponse:
    """Answer /healthz and /readyz before anything asks for a host, a scheme or a person.

    A load balancer asks with an address of its own as Host, which CommonMiddleware would refuse.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info in {"/healthz", "/readyz"} and request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type=TEXT)
        if request.path_info == "/readyz":
            return _readiness()
        if request.path_info == "/metrics":
            _judge_asker(request)
        return get_response(request)

    return middleware


def loopback_only(get_response: GetResponse) -> GetResponse:
    """Without sign-in, answer only who sits on this machine and came here directly."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.PORTAL_LOGIN == "off":
            forwarded = any(header in request.META for header in FORWARDED)
            if forwarded or not is_loopback(request.META.get("REMOTE_ADDR", "")):
                return HttpResponse(
                    "This portal runs without sign-in (PORTAL_LOGIN=off) and therefore answers "
                    "only browsers on its own machine, without a proxy between. Open it there, "
                    "or ask its operator to set up sign-in.\n",
                    content_type=TEXT,
                    status=403,
                )
        return get_response(request)

    return middleware


def _judge_asker(request: HttpRequest) -> None:
    """``portal.local`` says whether Prometheus on this machine asks. It does so by the machine's
    own address, which is not the portal's; a proxy here passes on the one that others asked for.
    """
    host = request.META.get("HTTP_HOST", "")
    by_own_address = is_loopback(host if host.endswith("]") else host.rpartition(":")[0] or host)
    forwarded = any(
        name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_VIA")) for name in request.META
    )
    peer = request.META.get("portal.peer", "")
    request.META["portal.local"] = by_own_address and is_loopback(peer) and not forwarded
    if by_own_address:
        request.META["HTTP_HOST"] = settings.URL.origin.partition("://")[2]


def _readiness() -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", TEXT, status=503)
    return HttpResponse("ready\n", content_type=TEXT)


def _is_trusted(address: str) -> bool:
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A server that listens to both families writes 10.0.0.5 as ::ffff:10.0.0.5.
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return any(peer in network for network in settings.PORTAL_TRUSTED_PROXIES)
