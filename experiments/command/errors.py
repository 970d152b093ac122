"""How the command ends, in the AWS CLI's words and with its exit codes."""

from enum import IntEnum

from experiments.aws.failures import DirectError, Failure

PROGRAM = "manage.py describe_inference_experiment"
USAGE = f"{PROGRAM} [options]\nTo see help text, you can run:\n\n  {PROGRAM} help\n"


class Exit(IntEnum):
    """The exit codes of the AWS CLI."""

    DONE = 0
    INTERRUPTED = 130
    PARAMETERS = 252
    CONFIGURATION = 253
    REFUSED = 254
    FAILED = 255


class CommandError(Exception):
    """The message is what standard error says between two line breaks."""

    def __init__(self, code: Exit, message: str, *, told_by_prompt: bool = False) -> None:
        super().__init__(message)
        self.code = code
        # Where the configuration asks for a prompt after a mistake, the prompt says it.
        self.told_by_prompt = told_by_prompt


def parameters(message: str) -> CommandError:
    return CommandError(Exit.PARAMETERS, message, told_by_prompt=True)


def usage(message: str) -> CommandError:
    """A mistake that a parser of the AWS CLI finds."""
    return parameters(f"usage: {USAGE}\n{PROGRAM}: error: {message}\n")


def unknown(words: list[str]) -> CommandError:
    message = f"usage: {USAGE}\nUnknown options: {', '.join(words)}\n"
    return CommandError(Exit.PARAMETERS, message)


def parameter(option: str, message: str) -> CommandError:
    return parameters(f"Error parsing parameter '{option}': {message}")


def failed(error: DirectError) -> CommandError:
    message = str(error)
    match error.failure:
        case Failure.PARAMETERS:
            return parameters(message)
        case Failure.REGION:
            advice = 'You can also configure your region by running "aws configure".'
            return CommandError(Exit.CONFIGURATION, f"{message} {advice}")
        case Failure.CREDENTIALS:
            advice = 'You can configure credentials by running "aws configure".'
            return CommandError(Exit.CONFIGURATION, f"{message}. {advice}")
        case Failure.REFUSED:
            return CommandError(Exit.REFUSED, message)
        case Failure.OTHER:
            return CommandError(Exit.FAILED, message)
