"""Signing in and out. With an identity provider, django-allauth's addresses stand beside these."""

from django.urls import path

from experiments.views import sign_in

app_name = "people"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", sign_in.account, name="account"),
    path("account/password/", sign_in.password, name="password"),
]
