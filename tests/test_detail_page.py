"""The page of one experiment, over real HTTP to an AWS that says what it is told."""

from django.test import Client

from tests.support.pages import fields, parse
from tests.support.scripted_aws import ScriptedAws


def test_it_works(client: Client, scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("it-works", Description="a first look")
    response = client.get("/experiments/default/it-works/")
    assert response.status_code == 200
    shown = fields(parse(response))
    assert shown["Name"] == ["it-works"]
    assert shown["Description"] == ["a first look"]
