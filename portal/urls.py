"""Every address of the site. Health checks are answered before this, in portal/middleware.py."""

from django.urls import include, path

urlpatterns = [path("", include("experiments.urls"))]
