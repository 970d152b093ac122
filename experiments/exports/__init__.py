"""An experiment as the AWS CLI version 2 prints it, byte for byte.

    export(answer.response, FORMATS["yaml"], "ModelVariants[].Status") -> bytes

is what ``aws sagemaker describe-inference-experiment --output yaml --query …`` writes for this
response in UTC, without a terminal, or an ExportError. It takes 0.25 s and 64 MB at most,
whatever the query is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from experiments.domain.answer import Json
from experiments.exports import as_json, as_table, as_text, as_yaml
from experiments.exports.errors import ExportError, UnprintableError
from experiments.exports.output import Output
from experiments.exports.query import search

__all__ = ["FORMATS", "ExportError", "Format", "export"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One of the AWS CLI's ``--output`` formats.

    ``content_type`` is one that browsers show: they know none of YAML, and would save it.
    """

    name: str
    content_type: str
    extension: str
    write: Callable[[Json, Output], None]


_FORMATS = (
    Format(name="json", content_type="application/json", extension="json", write=as_json.write),
    Format(name="yaml", content_type="text/plain", extension="yaml", write=as_yaml.write),
    Format(
        name="yaml-stream",
        content_type="text/plain",
        extension="yaml",
        write=as_yaml.write_stream,
    ),
    Format(name="text", content_type="text/plain", extension="txt", write=as_text.write),
    Format(name="table", content_type="text/plain", extension="txt", write=as_table.write),
)
FORMATS: Mapping[str, Format] = {each.name: each for each in _FORMATS}


def export(response: dict[str, Json], form: Format, query: str | None = None) -> bytes:
    """The response, or what the query selects of it, in a format. Raises ExportError."""
    output = Output()
    form.write(response if query is None else search(query, response), output)
    try:
        return output.text().encode()
    except UnicodeEncodeError as error:
        # A literal of a query can hold half of a surrogate pair; the AWS CLI ends with an error.
        raise UnprintableError(
            "The result holds half of a pair of characters, which UTF-8 cannot write."
        ) from error
