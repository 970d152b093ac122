"""What is typed to sign in."""

from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.validators import UnicodeUsernameValidator

from experiments.people.models import NAME_LENGTH


class SignInForm(AuthenticationForm):
    """Django's, where a name that nobody can have goes no further."""

    username = UsernameField(max_length=NAME_LENGTH, validators=[UnicodeUsernameValidator()])
