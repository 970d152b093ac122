"""The fleet as a table: a row for each experiment that a list names or a description tells of.

``experiments.domain.fleet.entry.Entry`` is a row as a value and explains its columns.
"""

from django.db import models

from experiments.models.snapshots import NAME_LENGTH, SOURCE_LENGTH, WORD_LENGTH


class FleetEntry(models.Model):
    """Made for finding, counting and sorting; what it holds can be read anew at any time.

    ``folded_name`` and ``haystack`` are in lower case, for whoever searches. ``seen_at`` is when
    the list or the description was asked for that was entered last.
    """

    source = models.CharField(max_length=SOURCE_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    folded_name = models.CharField(max_length=NAME_LENGTH)
    haystack = models.TextField()
    seen_at = models.DateTimeField()

    status = models.TextField()
    type = models.TextField(default="")
    description = models.TextField(default="")
    reason = models.TextField(default="")
    start_at = models.DateTimeField(null=True)
    end_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    described = models.BooleanField(default=False)
    account = models.CharField(max_length=WORD_LENGTH, default="")
    endpoint = models.TextField(default="")
    endpoint_status = models.TextField(default="")
    production_model = models.TextField(default="")
    shadow_model = models.TextField(default="")
    sampling = models.IntegerField(null=True)
    troubles = models.TextField(default="[]")
    attention_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "name"), name="one_entry_per_experiment"),
        )
        indexes = (
            # With all that is counted and sorted by, so that the rows are left alone.
            models.Index(
                fields=(
                    "source",
                    "status",
                    "attention_at",
                    "end_at",
                    "completed_at",
                    "start_at",
                    "modified_at",
                    "folded_name",
                    "name",
                ),
                name="fleet_sections",
            ),
            models.Index(
                fields=("source", "created_at"),
                condition=models.Q(described=False),
                name="fleet_undescribed",
            ),
            # What is counted by time is a small part of all.
            models.Index(
                fields=("source", "attention_at"),
                condition=models.Q(attention_at__isnull=False),
                name="fleet_attention",
            ),
            models.Index(fields=("source", "end_at"), name="fleet_ending"),
            models.Index(fields=("source", "completed_at"), name="fleet_completed"),
            models.Index(fields=("source", "endpoint"), name="fleet_endpoints"),
            models.Index(fields=("folded_name", "source"), name="fleet_names"),
        )

    def __str__(self) -> str:
        return f"{self.source}/{self.name}"


class SourceReading(models.Model):
    """How far the list of a source has been read, and how that went the last time.

    ``listed`` counts the experiments of the reading that began at ``began_at``, ``total`` those of
    the last whole one, which ended at ``read_at``. ``revision`` grows with every change of an
    entry; ``account`` is that of the last ARN.
    """

    source = models.CharField(max_length=SOURCE_LENGTH, primary_key=True)
    revision = models.PositiveBigIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    listed = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    account = models.CharField(max_length=WORD_LENGTH, default="")
    problem = models.CharField(max_length=WORD_LENGTH, default="")
    problem_code = models.CharField(max_length=WORD_LENGTH, default="")
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.source
