"""What the writers say of what they write: kinds, and the path of each value."""

import json
import math
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.exports import FORMATS, ExportError, export, export_marked
from experiments.exports.marked import MOST_CHARACTERS
from experiments.exports.output import Kind, Piece
from experiments.exports.paths import Path, appended, written
from tests.test_exports_formats import RESPONSE
from tests.test_exports_oracle import odd_texts, odd_values

QUERIES = (None, "*", "[@, @]", "@.*", "*|[0]", "to_string(@)", "{a: *|[0], b: keys(@)}")


@given(
    response=st.dictionaries(odd_texts, odd_values, max_size=5),
    query=st.sampled_from(QUERIES),
    form=st.sampled_from([*FORMATS]),
)
def test_the_pieces_are_the_export(response: dict[str, Any], query: str | None, form: str) -> None:
    try:
        printed = export(response, FORMATS[form], query)
    except ExportError as error:
        with pytest.raises(type(error)):
            export_marked(response, FORMATS[form], query)
        return
    marked = export_marked(response, FORMATS[form], query)
    assert marked.text.encode() == printed
    assert marked.pieces is not None
    assert "".join(piece.text for piece in marked.pieces).encode() == printed


@given(response=st.dictionaries(odd_texts, odd_values, max_size=5))
def test_every_path_leads_to_its_value(response: dict[str, Any]) -> None:
    marked = export_marked(response, FORMATS["json"])
    for piece in marked.pieces or ():
        if piece.path is None or piece.kind not in {Kind.STRING, Kind.NUMBER, Kind.LITERAL}:
            continue
        found = jmespath.search(written(piece.path), response)
        expected = json.loads(piece.text)
        assert found == expected or (math.isnan(found) and math.isnan(expected))


def kinds(form: str, query: str | None = None) -> dict[str, tuple[str, str]]:
    pieces = export_marked(RESPONSE, FORMATS[form], query).pieces
    assert pieces is not None
    return {piece.text: (piece.kind, written(piece.path)) for piece in pieces}


@pytest.mark.parametrize(
    ("form", "text", "kind", "path"),
    [
        ("json", '"ranker"', Kind.STRING, "Name"),
        ("json", '"EndpointMetadata"', Kind.KEY, "EndpointMetadata"),
        ("json", '"m2"', Kind.STRING, "ModelVariants[1].ModelName"),
        ("yaml", "EndpointName", Kind.KEY, "EndpointMetadata.EndpointName"),
        ("yaml", "'first: é\n\n  second'", Kind.STRING, "Description"),
        ("yaml-stream", "m2", Kind.STRING, "ModelVariants[1].ModelName"),
        ("text", "MODELVARIANTS", Kind.KEY, "ModelVariants[1]"),
        ("text", "InService", Kind.STRING, "ModelVariants[0].Status"),
        ("table", "ModelVariants", Kind.TITLE, "ModelVariants"),
        ("table", "VariantName", Kind.HEADER, "@"),
        ("table", "m2", Kind.CELL, "ModelVariants[1].ModelName"),
    ],
)
def test_what_a_piece_is(form: str, text: str, kind: Kind, path: str) -> None:
    assert kinds(form)[text] == (kind, path)


def test_scalars_that_are_no_text() -> None:
    shown = kinds("yaml", "[`1`, `null`, `true`]")
    assert [shown["1"], shown["null"], shown["true"]] == [
        (Kind.NUMBER, "[0]"),
        (Kind.LITERAL, "[1]"),
        (Kind.LITERAL, "[2]"),
    ]


@pytest.mark.parametrize(
    ("query", "path", "whole"),
    [
        ("", Path(None, "Name"), "Name"),
        ("Schedule", Path(None, "EndTime"), "Schedule.EndTime"),
        ("ModelVariants", Path(Path(None, 0), "Status"), "ModelVariants[0].Status"),
        ("ModelVariants[]", Path(None, 0), "ModelVariants[] | [0]"),
        ("{a: Name}", Path(None, "a"), "{a: Name} | a"),
        ("", Path(None, 'a "b'), '"a \\"b"'),
    ],
)
def test_a_path_is_appended_to_the_query(query: str, path: Path, whole: str) -> None:
    assert appended(query, path) == whole


def test_what_is_long_is_whole_without_marks() -> None:
    response = RESPONSE | {"Description": "x" * MOST_CHARACTERS}
    marked = export_marked(response, FORMATS["json"])
    assert marked.pieces is None
    assert marked.text.encode() == export(response, FORMATS["json"])


def test_pieces_are_few() -> None:
    # YAML is written by single characters.
    pieces = export_marked(RESPONSE, FORMATS["yaml"]).pieces or ()
    assert Piece("ranker", Kind.STRING, Path(None, "Name")) in pieces
    assert len(pieces) < 80
