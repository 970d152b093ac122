"""The rows of people whom an OpenID provider vouches for.

allauth's table says which issuer and subject somebody is. Those two find the row, and nothing else.
"""

import secrets
from collections.abc import Iterator

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from experiments.people import identity
from experiments.people.models import NAME_LENGTH, User
from experiments.people.openid.asking import ProviderError
from experiments.people.openid.claims import Claimed


def newcomer(account: SocialAccount, said: Claimed) -> User:
    """A row for somebody who has never been here; the same one for two tabs at once."""
    for username in _usernames(said.username):
        user = User(username=username)
        user.set_unusable_password()
        try:
            with transaction.atomic():
                user.save()
                account.user = user
                account.save()
        except IntegrityError:
            same = SocialAccount.objects.filter(provider=account.provider, uid=account.uid).first()
            if same is not None:
                found: User = same.user
                return found
        else:
            return user
    raise ProviderError("no user name is free")


def refresh(user: User, said: Claimed) -> None:
    """What the provider says now counts, and what it does not say any more is gone."""
    user.name, user.email, user.groups = said.name, said.email, said.groups
    user.save(update_fields=["name", "email", "group_names"])
    identity.forget()


def _usernames(wanted: str) -> Iterator[str]:
    """Free ones, as far as can be seen. A name in another case would look like somebody else's."""
    endings = ["", *(f"-{number}" for number in range(2, 10)), f"-{secrets.token_hex(6)}"]
    for ending in endings:
        username = wanted[: NAME_LENGTH - len(ending)] + ending
        if not User.objects.filter(username__iexact=username).exists():
            yield username
