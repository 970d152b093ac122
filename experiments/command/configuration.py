"""What the AWS CLI's options, variables and files, and a source of the portal, say together."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from experiments.aws.direct import Door, Profile, as_it_came, in_iso_8601
from experiments.aws.failures import DirectError
from experiments.command import errors
from experiments.command.arguments import SOURCE, Arguments, invalid_choice
from experiments.command.errors import CommandError, Exit
from experiments.domain import synopsis

_DEFAULT_TIMEOUT = 60
_TIMES: dict[str, Callable[[Any], Any]] = {"iso8601": in_iso_8601, "wire": as_it_came}


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """How to ask, and how to print times."""

    profile: Profile
    door: Door
    times: Callable[[Any], Any]

    def output(self, arguments: Arguments) -> str:
        return _first(
            arguments[synopsis.OUTPUT],
            os.environ.get("AWS_DEFAULT_OUTPUT"),
            self.profile.get("output"),
            "json",
        )


def configure(arguments: Arguments) -> Configuration:
    """Raises CommandError, for the mistakes of the AWS CLI's global options in its order."""
    url = arguments[synopsis.ENDPOINT_URL]
    if url is not None and not urlsplit(url).scheme:
        raise errors.parameters(
            f'Bad value for --endpoint-url "{url}": scheme is missing.  Must be of the form '
            "http://<hostname>/ or https://<hostname>/"
        )
    source = _source(arguments[SOURCE])
    read = _seconds(arguments[synopsis.READ_TIMEOUT], source.get("read_timeout"))
    connect = _seconds(arguments[synopsis.CONNECT_TIMEOUT], source.get("connect_timeout"))
    profile = Profile(arguments[synopsis.PROFILE] or source.get("profile"))
    try:
        times = _times(profile)
        _check_binary_format(arguments[synopsis.BINARY_FORMAT], profile)
    except DirectError as error:
        raise errors.failed(error) from error
    region = arguments[synopsis.REGION]
    door = Door(
        region=region if region is not None else source.get("region"),
        endpoint_url=url if url is not None else source.get("endpoint_url"),
        verify=_verification(arguments, source),
        sign_requests=arguments[synopsis.NO_SIGN_REQUEST] is None
        and source.get("sign_requests", True),
        connect_timeout=connect,
        read_timeout=read,
        role_arn=source.get("role_arn"),
        external_id=source.get("external_id"),
    )
    return Configuration(profile=profile, door=door, times=times)


def _source(name: str | None) -> dict[str, Any]:
    """The keys of a source, as far as its table has them."""
    if name is None:
        return {}
    # Only the settings of a shell leave it to the command.
    if refused := getattr(settings, "PORTAL_SOURCES_REFUSED", ""):
        raise CommandError(Exit.CONFIGURATION, refused)
    if name not in settings.PORTAL_SOURCES:
        choices = list(settings.PORTAL_SOURCES)
        raise errors.usage(f"argument {SOURCE.name}: {invalid_choice(name, choices)}")
    keys: dict[str, Any] = settings.PORTAL_SOURCES[name]
    return keys


def _seconds(given: str | None, of_source: float | None) -> float | None:
    try:
        seconds = _DEFAULT_TIMEOUT if of_source is None else of_source
        if given is not None:
            seconds = int(given)
    except ValueError as error:
        raise CommandError(Exit.FAILED, str(error)) from None
    return seconds or None


def _verification(arguments: Arguments, source: dict[str, Any]) -> bool | str | None:
    if arguments[synopsis.NO_VERIFY_SSL] is not None:
        return False
    if arguments[synopsis.CA_BUNDLE] is not None:
        return arguments[synopsis.CA_BUNDLE]
    return source.get("ca_bundle") if source.get("verify_ssl", True) else False


def _times(profile: Profile) -> Callable[[Any], Any]:
    form = profile.get("cli_timestamp_format") or "iso8601"
    if form not in _TIMES:
        message = (
            f'Unknown cli_timestamp_format value: {form}, valid values are "wire" or "iso8601"'
        )
        raise CommandError(Exit.CONFIGURATION, message)
    return _TIMES[form]


def _check_binary_format(given: str | None, profile: Profile) -> None:
    form = _first(given, profile.get("cli_binary_format"), "base64")
    if form not in synopsis.BINARY_FORMATS:
        raise CommandError(Exit.FAILED, repr(form))


def _first(*values: str | None) -> str:
    return next(value for value in values if value is not None)
