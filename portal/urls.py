"""Every address of the site. Health checks are answered before this, in portal/middleware.py."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [path("", include("experiments.urls"))]
if settings.PORTAL_LOGIN == "oidc":
    urlpatterns.insert(0, path("sign-in/oidc/", include("experiments.people.openid.views")))
