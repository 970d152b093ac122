"""The row of each experiment, and the history that AWS does not keep.

Answers are text, not JSONField: PostgreSQL's jsonb would reorder the members and refuse some.
"""

from django.db import models

# AWS's limit for names; forty letters of a source's name with hyphens between them.
NAME_LENGTH = 120
SOURCE_LENGTH = 79
# The longest kind of a problem, the longest AWS code of the closed list, a lease's holder.
WORD_LENGTH = 64


class Snapshot(models.Model):
    """Cache, lease and last good answer of one experiment, shared by all processes.

    ``experiments.domain.knowledge.Knowledge`` is this row as a value and explains its columns;
    ``last_call`` is a ``Call`` as text, and read only where it is shown.
    """

    source = models.CharField(max_length=SOURCE_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    sequence = models.PositiveBigIntegerField(default=0)

    answer = models.TextField(default="")
    digest = models.CharField(max_length=WORD_LENGTH, default="")
    answered_at = models.DateTimeField(null=True)
    withheld = models.BooleanField(default=False)

    problem = models.CharField(max_length=WORD_LENGTH, default="")
    problem_code = models.CharField(max_length=WORD_LENGTH, default="")
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)

    expires_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_holder = models.CharField(max_length=WORD_LENGTH, default="")

    observed = models.PositiveBigIntegerField(default=0)
    status = models.TextField(default="")
    status_since = models.DateTimeField(null=True)
    status_until = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)

    # The database knows the default too, so that processes of the version before go on adding rows.
    last_call = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "name"), name="one_snapshot_per_experiment"),
        )

    def __str__(self) -> str:
        return f"{self.source}/{self.name}"


class Observation(models.Model):
    """One answer that differed from the one before it; without text where there was none."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="observations")
    number = models.PositiveBigIntegerField()
    seen_at = models.DateTimeField()
    unchanged_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("snapshot", "number"), name="observations_are_numbered"
            ),
        )

    def __str__(self) -> str:
        return f"observation {self.number} of {self.snapshot}"


class Sighting(models.Model):
    """A stretch of time over which one status was seen, closed by another status or by a gap."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="sightings")
    status = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("snapshot", "since"), name="sightings_in_order"),)

    def __str__(self) -> str:
        return f"{self.snapshot} was {self.status}"


class SourceState(models.Model):
    """How a source has been answering, and which watcher lists it at the moment."""

    source = models.CharField(max_length=SOURCE_LENGTH, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=WORD_LENGTH, default="")
    problem_code = models.CharField(max_length=WORD_LENGTH, default="")
    failing_since = models.DateTimeField(null=True)
    open_until = models.DateTimeField(null=True)
    probed_until = models.DateTimeField(null=True)
    openings = models.PositiveIntegerField(default=0)
    watcher = models.CharField(max_length=WORD_LENGTH, default="")
    watched_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.source
