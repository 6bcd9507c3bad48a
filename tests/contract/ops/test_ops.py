"""Health, readiness and metrics."""

import re

import pytest
from starlette.testclient import TestClient
from tests.contract.conftest import Workshop
from tests.contract.worlds import World


def test_the_process_says_that_it_is_up(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert client.head("/healthz").status_code == 200


def test_a_board_whose_parts_answer_is_ready(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "faults": []})


def test_a_broken_part_is_named_and_nothing_else(workshop: Workshop) -> None:
    store = workshop.opened.library.store
    store._free_floor_bytes = 2**62
    try:
        answer = workshop.client.get("/readyz")
        assert workshop.client.get("/healthz").status_code == 200
    finally:
        store._free_floor_bytes = workshop.opened.settings.upload.free_floor_bytes
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "faults": ["storage"]})
    assert workshop.client.get("/readyz").status_code == 200


def test_metrics_count_requests_and_images(client: TestClient, world: World) -> None:
    client.get("/api/v1/json/images/1")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert f"polybooru_images {len(world.opened.library.replica.index)}.0" in answer.text
    assert 'polybooru_requests_total{edge="philomena",status="200"}' in answer.text


def test_metrics_hold_no_key_and_no_path(client: TestClient, world: World) -> None:
    client.get("/api/v1/json/search", params={"key": world.keys["alice"], "q": "planted words"})
    text = client.get("/metrics").text
    assert world.keys["alice"] not in text
    assert "planted" not in text


@pytest.mark.parametrize("headers", [{"x-forwarded-for": "127.0.0.1"}, {"forwarded": "for=127.0.0.1"}])
def test_metrics_are_for_the_machine_itself(
    client: TestClient, world: World, headers: dict[str, str]
) -> None:
    assert client.get("/metrics", headers=headers).status_code == 404
    for address in ("203.0.113.5", "10.0.0.1", "2001:db8::1", "no address"):
        with TestClient(world.opened.application(), client=(address, 1)) as stranger:
            assert stranger.get("/metrics").status_code == 404


def test_every_answer_has_a_request_id_of_its_own(client: TestClient) -> None:
    paths = ("/healthz", "/nothing", "/api/v1/json/images/1", "/api/v1/json/images/x", "/img/x")
    found = [client.get(path).headers["x-request-id"] for path in paths]
    assert len(set(found)) == len(paths)
    assert all(len(one) == 16 for one in found)


def test_each_dialect_has_a_page_and_a_document(client: TestClient) -> None:
    index = client.get("/docs/api")
    assert '<a href="/docs/api/philomena">' in index.text
    page = client.get("/docs/api/philomena")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for path in client.get("/openapi/philomena.json").json()["paths"]:
        assert path in page.text
    for path in ("/docs/api/nothing", "/openapi/nothing.json"):
        assert client.get(path).status_code == 404


def test_what_documents_tell_is_shown_as_text_and_linked(client: TestClient) -> None:
    page = client.get("/docs/api/philomena").text
    assert "empty finds nothing, <code>*</code> everything" in page
    for target in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{target}"' in page
