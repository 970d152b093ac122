"""The AWS CLI's ``aws sagemaker describe-inference-experiment``, and ``--source``."""

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from experiments.command import run
from experiments.command.arguments import OPTIONS
from experiments.command.manual import manual
from experiments.command.program import program


class Command(BaseCommand):
    help = "Print an inference experiment as the AWS CLI version 2 does, with all of its options."
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            code = program(argv[2:])
        finally:
            connections.close_all()
        sys.exit(code)

    def print_help(self, prog_name: str, subcommand: str) -> None:
        self.stdout.write(manual(), ending="")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # --version means the AWS CLI's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """For call_command, which reads its arguments by this parser."""
        for option in OPTIONS:
            if not option.takes:
                parser.add_argument(option.name, action="store_true")
            elif option.optional is None:
                parser.add_argument(option.name)
            else:
                parser.add_argument(option.name, nargs="?", const=option.optional)

    def handle(self, *_args: Any, **options: Any) -> None:
        code = run.main(
            list(_words(options)),
            stdin=sys.stdin,
            # Django's own wrappers would end every piece of the output with a new line.
            stdout=options.get("stdout") or sys.stdout,
            stderr=options.get("stderr") or sys.stderr,
        )
        if code:
            raise SystemExit(code)


def _words(options: dict[str, Any]) -> Iterator[str]:
    for option in OPTIONS:
        value = options.get(option.key)
        if not option.takes and value:
            yield option.name
        elif option.takes and value is not None:
            text = str(value)
            # The AWS CLI looks for some options as words of their own.
            yield from (f"{option.name}={text}",) if text.startswith("-") else (option.name, text)
