"""What each format looks like, where there is no AWS CLI to compare with."""

from typing import Any

import pytest

from experiments.exports import FORMATS, ExportError, export

RESPONSE: dict[str, Any] = {
    "Name": "ranker",
    "Type": "ShadowMode",
    "CreationTime": "2026-11-23T14:02:10+00:00",
    "Description": "first: é\nsecond",
    "EndpointMetadata": {"EndpointName": "ranking"},
    "ModelVariants": [
        {"ModelName": "m1", "VariantName": "prod", "Status": "InService"},
        {"ModelName": "m2", "VariantName": "shadow"},
    ],
}
PRINTED = {
    "json": """\
{
    "Name": "ranker",
    "Type": "ShadowMode",
    "CreationTime": "2026-11-23T14:02:10+00:00",
    "Description": "first: é\\nsecond",
    "EndpointMetadata": {
        "EndpointName": "ranking"
    },
    "ModelVariants": [
        {
            "ModelName": "m1",
            "VariantName": "prod",
            "Status": "InService"
        },
        {
            "ModelName": "m2",
            "VariantName": "shadow"
        }
    ]
}
""",
    "yaml": """\
CreationTime: '2026-11-23T14:02:10+00:00'
Description: 'first: é

  second'
EndpointMetadata:
  EndpointName: ranking
ModelVariants:
- ModelName: m1
  Status: InService
  VariantName: prod
- ModelName: m2
  VariantName: shadow
Name: ranker
Type: ShadowMode
""",
    "yaml-stream": """\
- CreationTime: '2026-11-23T14:02:10+00:00'
  Description: 'first: é

    second'
  EndpointMetadata:
    EndpointName: ranking
  ModelVariants:
  - ModelName: m1
    Status: InService
    VariantName: prod
  - ModelName: m2
    VariantName: shadow
  Name: ranker
  Type: ShadowMode
""",
    "text": """\
2026-11-23T14:02:10+00:00\tfirst: é
second\tranker\tShadowMode
ENDPOINTMETADATA\tranking
MODELVARIANTS\tm1\tInService\tprod
MODELVARIANTS\tm2\t\tshadow
""",
    "table": """\
---------------------------------------------------------------------------
|                       DescribeInferenceExperiment                       |
+----------------------------+--------------------+---------+-------------+
|        CreationTime        |    Description     |  Name   |    Type     |
+----------------------------+--------------------+---------+-------------+
|  2026-11-23T14:02:10+00:00 |  first: é
second  |  ranker |  ShadowMode |
+----------------------------+--------------------+---------+-------------+
||                           EndpointMetadata                            ||
|+-----------------------------------------+-----------------------------+|
||  EndpointName                           |  ranking                    ||
|+-----------------------------------------+-----------------------------+|
||                             ModelVariants                             ||
|+---------------------+----------------------+--------------------------+|
||      ModelName      |       Status         |       VariantName        ||
|+---------------------+----------------------+--------------------------+|
||  m1                 |  InService           |  prod                    ||
||  m2                 |                      |  shadow                  ||
|+---------------------+----------------------+--------------------------+|
""",
}
QUERY = "{n: Name, v: ModelVariants[].[VariantName, Status], w: [Type, `null`, `1.0`, `true`]}"
SELECTED = {
    "json": '{\n    "n": "ranker",\n    "v": [\n        [\n            "prod",\n',
    "yaml": "n: ranker\nv:\n- - prod\n  - InService\n- - shadow\n  - null\nw:\n- ShadowMode\n",
    "yaml-stream": "- n: ranker\n  v:\n  - - prod\n    - InService\n  - - shadow\n    - null\n",
    "text": "ranker\nV\tprod\nV\tInService\nV\tshadow\nV\tNone\nW\tShadowMode\nW\tNone\n",
    "table": """\
-----------------------------
|DescribeInferenceExperiment|
+--------+------------------+
|  n     |  ranker          |
+--------+------------------+
||            v            ||
|+----------+--------------+|
||  prod    |  InService   ||
||  shadow  |  None        ||
|+----------+--------------+|
||            w            ||
|+-------------------------+|
||  ShadowMode             ||
||  None                   ||
||  1.0                    ||
||  True                   ||
|+-------------------------+|
""",
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_whole_experiment(form: str) -> None:
    assert export(RESPONSE, FORMATS[form]).decode() == PRINTED[form]


@pytest.mark.parametrize("form", FORMATS)
def test_a_selection(form: str) -> None:
    assert export(RESPONSE, FORMATS[form], QUERY).decode().startswith(SELECTED[form])


def test_what_is_selected_twice_has_an_anchor() -> None:
    yaml = export(RESPONSE, FORMATS["yaml"], "[EndpointMetadata, EndpointMetadata]")
    assert yaml == b"- &id001\n  EndpointName: ranking\n- *id001\n"


@pytest.mark.parametrize("form", ["text", "table"])
def test_a_mixed_list_is_no_table_and_no_text(form: str) -> None:
    with pytest.raises(ExportError, match=r"the AWS CLI ends\s+with an error"):
        export(RESPONSE, FORMATS[form], "[EndpointMetadata, Name]")
