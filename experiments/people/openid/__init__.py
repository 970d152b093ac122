"""Signing in at an OpenID provider. ``adapters`` and ``views`` stand on django-allauth, so only a
portal with PORTAL_LOGIN=oidc may import them."""

from experiments.people.openid.provider import end_session_url

__all__ = ["end_session_url"]
