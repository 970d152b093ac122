"""Who did what, for whoever asks later."""

from django.db import models


class AuditEvent(models.Model):
    """One thing that somebody did or was refused; never changed, and deleted by prune_audit alone.

    ``person`` is a name and not a reference, so that it outlives whoever had it.
    """

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=32, db_index=True)
    person = models.CharField(max_length=150, blank=True)
    about = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        # How often somebody was refused lately.
        indexes = (models.Index(fields=("address", "at"), name="events_of_an_address"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.person}"
