"""Data capture: where bodies land, and as what they are stored."""

from typing import Any

from django.test import Client

from tests.support.examples import KMS, shadow_mode, variant
from tests.support.pages import fields, parse, words
from tests.support.scripted_aws import ScriptedAws


def capture(client: Client, aws: ScriptedAws, name: str, config: dict[str, Any] | None) -> str:
    """What the panel says of an experiment with this DataStorageConfig."""
    aws.describes(
        name,
        EndpointMetadata={"EndpointName": "ranker"},
        ModelVariants=[variant("shadow"), variant("production")],
        ShadowModeConfig=shadow_mode("production", shadow=50),
        DataStorageConfig=config,
    )
    page = parse(client.get(f"/experiments/default/{name}/"))
    return words(page.select_one("#capture"))


def test_off_is_said(client: Client, scripted_aws: ScriptedAws) -> None:
    said = capture(client, scripted_aws, "capture-off", None)
    assert said.startswith("Data capture Off")
    assert "Nothing is written to S3." in said


def test_csv_and_json_are_stored_as_text_and_the_rest_as_base64(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    types = {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]}
    config = {"Destination": "s3://bucket", "ContentType": types}
    said = capture(client, scripted_aws, "capture-both", config)
    assert "application/json JSON text" in said
    assert "text/csv CSV text" in said
    assert "everything else base64" in said


def test_csv_alone(client: Client, scripted_aws: ScriptedAws) -> None:
    config = {"Destination": "s3://bucket", "ContentType": {"CsvContentTypes": ["text/csv"]}}
    said = capture(client, scripted_aws, "capture-csv", config)
    assert "text/csv CSV text" in said
    assert "JSON" not in said


def test_json_alone(client: Client, scripted_aws: ScriptedAws) -> None:
    types = {"JsonContentTypes": ["application/json", "application/problem"]}
    config = {"Destination": "s3://bucket", "ContentType": types}
    said = capture(client, scripted_aws, "capture-json", config)
    assert "application/problem JSON text" in said
    assert "CSV" not in said


def test_without_content_types_everything_is_base64(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    configs: dict[str, dict[str, Any]] = {
        "neither": {"Destination": "s3://bucket"},
        "empty": {"Destination": "s3://bucket", "ContentType": {}},
    }
    for name, config in configs.items():
        said = capture(client, scripted_aws, f"capture-{name}", config)
        assert "every content type base64, not readable as it is" in said


def test_each_variant_has_its_prefix_production_first(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    prefixes = [
        "s3://bucket/deep/ranker/production/yyyy/mm/dd/HH/",
        "s3://bucket/deep/ranker/shadow/yyyy/mm/dd/HH/",
    ]
    # A destination with a slash at its end leads to the same places.
    for name, destination in {"plain": "s3://bucket/deep", "slash": "s3://bucket/deep/"}.items():
        capture(client, scripted_aws, f"prefix-{name}", {"Destination": destination})
        page = parse(client.get(f"/experiments/default/prefix-{name}/"))
        buttons = page.select('#capture [aria-label="Copy the S3 prefix"]')
        assert [button["data-copy"] for button in buttons] == prefixes
        texts = [code.get_text() for code in page.select("#capture .dest code")]
        assert texts[1:3] == prefixes


def test_the_key_of_the_captured_data_is_named(client: Client, scripted_aws: ScriptedAws) -> None:
    said = capture(client, scripted_aws, "capture-key", {"Destination": "s3://b", "KmsKey": KMS})
    assert f"Encrypted with the KMS key {KMS}" in said
    said = capture(client, scripted_aws, "capture-no-key", {"Destination": "s3://b"})
    assert "no key of your own" in said
    assert "DataStorageConfig.KmsKey" not in fields(
        parse(client.get("/experiments/default/capture-no-key/"))
    )
