"""Delete history that is older than it has to be kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from experiments.store.pruning import prune

KEPT_DAYS = 365
KEPT_LAST = 20
# A hundred years, which is further back than anything was recorded.
MOST_DAYS = 36_500
MOST_LAST = 1_000_000


class Command(BaseCommand):
    help = (
        "Delete observations older than --keep-for days, but for the --keep-last newest of each "
        "experiment. What the portal knows of the present stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--keep-for", type=int, default=KEPT_DAYS, metavar="DAYS", help="default: %(default)s"
        )
        parser.add_argument(
            "--keep-last", type=int, default=KEPT_LAST, metavar="N", help="default: %(default)s"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be deleted, and delete nothing."
        )

    def handle(
        self, *_args: Any, keep_for: int, keep_last: int, dry_run: bool, **_options: Any
    ) -> None:
        if not 1 <= keep_last <= MOST_LAST:
            raise CommandError(f"--keep-last must be 1 to {MOST_LAST} (got {keep_last})")
        if not 0 <= keep_for <= MOST_DAYS:
            raise CommandError(f"--keep-for must be 0 to {MOST_DAYS} days (got {keep_for})")
        now = datetime.now(UTC)
        before = now - timedelta(days=keep_for)
        try:
            pruned = prune(before, keep_last=keep_last, now=now, dry_run=dry_run)
        except Error as error:
            # The driver's message can hold the address with its password.
            raise CommandError(f"The database cannot be used ({type(error).__name__})") from None
        said = "Would delete" if dry_run else "Deleted"
        self.stdout.write(
            f"{said} {pruned.observations} observations and {pruned.sightings} sightings from "
            f"before {before:%Y-%m-%d %H:%M} UTC, the last {keep_last} observations of each "
            f"experiment kept, and {pruned.made_up} names under which there was no experiment."
        )
