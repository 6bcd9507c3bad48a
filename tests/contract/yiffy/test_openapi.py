"""The document of the dialect is whole and true."""

import re
from typing import Any

import jsonschema_rs
import pytest
from tests.contract.conformance import conforms
from tests.contract.yiffy.conftest import Yiffy

from polybooru.api.yiffy.options import Options
from polybooru.api.yiffy.routes import Yiffy as Dialect
from polybooru.httpkit.documents import DocumentCache


def test_every_route_is_described(yiffy: Yiffy) -> None:
    endpoints = Dialect(yiffy.opened.board, DocumentCache(0), Options()).endpoints()
    document = yiffy.client.get("/openapi/yiffy.json").json()
    described = {
        (method.upper(), path) for path, operations in document["paths"].items() for method in operations
    }
    assert described == {(one.method, re.sub(r":[a-z]+\}", "}", one.path)) for one in endpoints}
    for endpoint in endpoints:
        assert endpoint.summary
        assert endpoint.about.answers
        named = set(re.findall(r"\{(\w+)", endpoint.path))
        assert named == {one.name for one in endpoint.about.parameters if one.where == "path"}


def test_every_schema_is_one(yiffy: Yiffy) -> None:
    document = yiffy.client.get("/openapi/yiffy.json").json()
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        for reference in re.findall(r"#/components/schemas/(\w+)", str(schema)):
            assert reference in document["components"]["schemas"]


def test_there_is_a_page(yiffy: Yiffy) -> None:
    page = yiffy.client.get("/docs/api/yiffy")
    assert page.status_code == 200
    assert "/yiffy/V2/{category}" in page.text


@pytest.mark.slow
@pytest.mark.parametrize("key", ["", "bulk"])
def test_generated_requests_are_answered_as_the_document_says(yiffy: Yiffy, key: str) -> None:
    headers = {"authorization": yiffy.keys[key]} if key else {}

    def without_auth(case: Any) -> None:
        for where in (case.query, case.headers):
            if where:
                where.pop("_auth", None)

    asked = conforms(yiffy.opened.application(), "yiffy", examples=40, headers=headers, prepare=without_auth)
    assert asked >= 500
