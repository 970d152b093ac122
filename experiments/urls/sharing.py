"""Share links: making and managing them, and what they open."""

from django.urls import path, re_path

from experiments.views import links, shared, sharing

app_name = "sharing"

# As secrets.token_urlsafe(32) makes them; whatever else there may be below /s/ is nowhere.
TOKEN = "(?P<token>[A-Za-z0-9_-]{43})"  # noqa: S105, a pattern

urlpatterns = [
    path("experiments/<str:source>/<str:name>/share/", sharing.share, name="share"),
    path("experiments/<str:source>/<str:name>/share/preview/", sharing.preview, name="preview"),
    path("links/", links.listing, name="links"),
    path("links/<int:pk>/revoke/", links.revoke, name="revoke"),
    path("s/closed/", shared.nowhere, name="closed"),
    re_path(rf"^s/{TOKEN}/\Z", shared.show, name="show"),
    # As chat tools and people cut it off.
    re_path(rf"^s/{TOKEN}\Z", shared.show),
    re_path(rf"^s/{TOKEN}/status/\Z", shared.poll, name="poll"),
    re_path(rf"^s/{TOKEN}/experiment\.json\Z", shared.export, name="export"),
    re_path(r"^s(?:/[\s\S]*)?\Z", shared.nowhere),
]
