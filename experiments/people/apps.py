"""People who sign in, as an app of their own: sessions, throttling and links refer to them."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "experiments.people"
    label = "people"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"
