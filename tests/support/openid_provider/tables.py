"""The provider's people and its one client, as rows."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from oauth2_provider.models import get_application_model


def fill(given: dict[str, Any]) -> None:
    """Make the tables of a provider that starts for the first time; else leave them as they are."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    add(given["people"])
    application = get_application_model()
    application.objects.get_or_create(
        client_id=given["client_id"],
        defaults={
            "client_type": application.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": application.GRANT_AUTHORIZATION_CODE,
            "client_secret": given["client_secret"],
            "hash_client_secret": False,
            "algorithm": application.RS256_ALGORITHM,
            "skip_authorization": True,
            "redirect_uris": given["redirect_uri"],
            "post_logout_redirect_uris": given["post_logout_redirect_uri"],
        },
    )


def add(people: list[dict[str, Any]]) -> None:
    """Let these people sign in, too."""
    for person in people:
        get_user_model()._default_manager.get_or_create(
            username=person["username"], defaults={"password": make_password(person["password"])}
        )
