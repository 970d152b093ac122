"""Delete the part of the audit trail that is older than it has to be kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from experiments import audit
from experiments.store.availability import Unavailable

KEPT_DAYS = 400
MOST_DAYS = 36_500


class Command(BaseCommand):
    help = (
        "Delete events of the audit trail that are older than --keep-for days. Everybody who opens "
        "a share link or tries a password adds to it, so nothing else bounds it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--keep-for", type=int, default=KEPT_DAYS, metavar="DAYS", help="default: %(default)s"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be deleted, and delete nothing."
        )

    def handle(self, *_args: Any, keep_for: int, dry_run: bool, **_options: Any) -> None:
        if not 1 <= keep_for <= MOST_DAYS:
            raise CommandError(f"--keep-for must be 1 to {MOST_DAYS} days (got {keep_for})")
        before = datetime.now(UTC) - timedelta(days=keep_for)
        try:
            number = audit.count(before) if dry_run else audit.delete(before)
        except Unavailable:
            raise CommandError("The database cannot be used") from None
        said = "Would delete" if dry_run else "Deleted"
        self.stdout.write(f"{said} {number} events from before {before:%Y-%m-%d %H:%M} UTC.")
