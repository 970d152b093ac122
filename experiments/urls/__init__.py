"""Every address of the app, a module for each room of the house."""

from django.urls import include, path

from experiments.views.metrics import metrics

urlpatterns = [
    path("", include("experiments.urls.people")),
    path("", include("experiments.urls.sharing")),
    path("operators/", include("experiments.urls.operating")),
    path("metrics", metrics, name="metrics"),
    path("", include("experiments.urls.experiments")),
]
