"""The document of the dialect is valid, whole, and true."""

import re

import jsonschema_rs
import pytest
from starlette.testclient import TestClient
from tests.contract.conformance import conforms
from tests.contract.conftest import Workshop
from tests.contract.worlds import World

from polybooru.api.philomena.routes import Options, Philomena
from polybooru.httpkit.documents import DocumentCache


def test_every_route_is_described(world: World, client: TestClient) -> None:
    dialect = Philomena(world.opened.board, DocumentCache(0), Options())
    document = client.get("/openapi/philomena.json").json()
    assert document["openapi"].startswith("3.1")
    described = {
        (method.upper(), path) for path, operations in document["paths"].items() for method in operations
    }
    routed = {(one.method, re.sub(r":[a-z]+\}", "}", one.path)) for one in dialect.endpoints()}
    assert described == routed
    for endpoint in dialect.endpoints():
        assert endpoint.summary
        assert 200 in endpoint.about.answers
        named = set(re.findall(r"\{(\w+)", endpoint.path))
        assert named == {one.name for one in endpoint.about.parameters if one.where == "path"}


@pytest.mark.parametrize(
    "term",
    [
        "needs a token",
        "names its artist",
        "shows its source as text or as a link",
        "A link to Polybooru is welcome, under <code>https://board.example</code>",
        "Addresses carry their scheme",
        "takes the nightly dump that Polybooru may publish",
        "wait longer each time",
    ],
)
def test_the_page_prints_the_terms(client: TestClient, term: str) -> None:
    assert term in client.get("/docs/api/philomena").text


def test_every_schema_is_one(client: TestClient) -> None:
    document = client.get("/openapi/philomena.json").json()
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        for reference in re.findall(r"#/components/schemas/(\w+)", str(schema)):
            assert reference in document["components"]["schemas"]


@pytest.mark.slow
def test_generated_requests_are_answered_as_the_document_says(workshop: Workshop) -> None:
    asked = conforms(workshop.opened.application(), "philomena", examples=60)
    assert asked >= 8 * 60
