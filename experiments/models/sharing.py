"""Links that open one experiment to people without an account."""

from django.conf import settings
from django.db import models

from experiments.models.snapshots import NAME_LENGTH, SOURCE_LENGTH, Observation

NOTE_LENGTH = 200


class ShareLink(models.Model):
    """One link. Only the SHA-256 of its token is kept, so nobody who reads this can open it.

    ``form`` is of the form that made it, so that sending a form twice makes one link. A frozen link
    has an observation, the time for which it is drawn, and what had been seen up to then.
    """

    digest = models.CharField(max_length=64, unique=True)
    form = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=SOURCE_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    kind = models.CharField(max_length=16)
    audience = models.CharField(max_length=16)
    shown = models.CharField(max_length=64, blank=True)
    preview = models.BooleanField(default=False)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)

    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="links"
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)

    # What a link still shows is deleted by nobody.
    observation = models.ForeignKey(Observation, models.PROTECT, null=True, related_name="links")
    frozen_at = models.DateTimeField(null=True)
    sightings = models.TextField(blank=True)

    opened = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link {self.pk} to {self.source}/{self.name}"
