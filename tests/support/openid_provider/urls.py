"""The addresses of the provider."""

from django.urls import include, path

from tests.support.openid_provider import views

urlpatterns = [
    path("sign-in/", views.sign_in),
    path("control/", views.control),
    path("", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
