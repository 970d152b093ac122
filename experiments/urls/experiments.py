"""The addresses of the app. Names are judged by the views, so that a bad one gets its page."""

from django.urls import path

from experiments.views import detail, fleet, history

app_name = "experiments"

urlpatterns = [
    path("", fleet.index, name="index"),
    path("open/", fleet.open_experiment, name="open"),
    path("experiments/<str:source>/<str:name>/", detail.show, name="detail"),
    path("experiments/<str:source>/<str:name>/status/", detail.poll, name="poll"),
    path("experiments/<str:source>/<str:name>/check/", detail.check, name="check"),
    path("experiments/<str:source>/<str:name>/history/", history.listing, name="history"),
    path(
        "experiments/<str:source>/<str:name>/history/<str:number>/",
        history.observation,
        name="observation",
    ),
    path("experiments/<str:source>/<str:name>/compare/", history.compare, name="compare"),
    path("experiments/<path:rest>/", detail.misaddressed),
]
