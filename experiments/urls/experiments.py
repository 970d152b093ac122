"""The addresses of the app. Names are judged by the views, so that a bad one gets its page."""

from django.urls import path

from experiments.views import (
    call,
    copying,
    detail,
    fleet,
    fleet_export,
    history,
    opening,
    raw,
    raw_page,
    skeletons,
)

app_name = "experiments"

urlpatterns = [
    path("", fleet.index, name="index"),
    path("fleet/status/", fleet.poll, name="fleet-poll"),
    path("fleet.<str:suffix>", fleet_export.export, name="fleet-export"),
    path("open/", opening.open_anything, name="open"),
    path("open/suggestions/", opening.suggestions, name="suggestions"),
    path("skeletons/input.<str:suffix>", skeletons.form, name="skeleton-input"),
    path("skeletons/output.<str:suffix>", skeletons.sample, name="skeleton-output"),
    path("experiments/<str:source>/<str:name>/", detail.show, name="detail"),
    path("experiments/<str:source>/<str:name>/status/", detail.poll, name="poll"),
    path("experiments/<str:source>/<str:name>/check/", detail.check, name="check"),
    path("experiments/<str:source>/<str:name>/call/", call.show, name="call"),
    path("experiments/<str:source>/<str:name>/copy/", copying.show, name="copy"),
    path("experiments/<str:source>/<str:name>/raw/", raw_page.show, name="raw-page"),
    path("experiments/<str:source>/<str:name>/history/", history.listing, name="history"),
    path(
        "experiments/<str:source>/<str:name>/history/<str:number>/",
        history.observation,
        name="observation",
    ),
    path("experiments/<str:source>/<str:name>/compare/", history.compare, name="compare"),
    # No name holds a dot, so this hides none.
    path("experiments/<str:source>/<str:name>.<str:suffix>", raw.show, name="raw"),
    path("experiments/<path:rest>/", detail.misaddressed),
]
