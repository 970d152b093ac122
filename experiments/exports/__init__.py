"""An experiment as the AWS CLI version 2 prints it, byte for byte.

    export(answer.response, FORMATS["yaml"], "ModelVariants[].Status") -> bytes

is what ``aws sagemaker describe-inference-experiment --output yaml --query …`` writes for this
response in UTC, without a terminal, or an ExportError. It takes 0.25 s and 64 MB at most,
whatever the query is. The command takes the parts instead, since nobody waits behind it:

    value = compile_query(query, limited=False).search(response)
    FORMATS["table"].write(value, Output(sys.stdout, limited=False, width=120, color=True))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from experiments.domain.answer import Json
from experiments.exports import as_json, as_table, as_text, as_yaml
from experiments.exports.errors import ExportError
from experiments.exports.marked import Marked, MarkedOutput
from experiments.exports.output import Output, check
from experiments.exports.query import compile_query

__all__ = [
    "FORMATS",
    "ExportError",
    "Format",
    "Marked",
    "Output",
    "compile_query",
    "export",
    "export_marked",
]


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
    form.write(_selected(response, query), output)
    text = output.text()
    check(text)
    return text.encode()


def export_marked(response: dict[str, Json], form: Format, query: str | None = None) -> Marked:
    """The same, with what its pieces are. Raises ExportError."""
    value, output = _selected(response, query), MarkedOutput()
    form.write(value, output)
    return output.marked(value)


def _selected(response: dict[str, Json], query: str | None) -> Json:
    return response if query is None else compile_query(query).search(response)
