"""The calls of the service's own documents, over a real connection: by curl, and as a browser asks."""

import json
import subprocess

import httpx2
from tests.clients.waifu.conftest import Stall


def curl(stall: Stall, method: str, path: str, *, token: str, body: str | None = None) -> tuple[int, str]:
    command = ["curl", "-s", "-X", method, f"{stall.program.address}/waifu{path}", "-w", "\n%{http_code}"]
    command += ["-H", "Accept-Version: v5", "-H", f"Authorization: Bearer {token}"]
    command += [] if body is None else ["-H", "Content-Type: application/json", "-d", body]
    text, _, status = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition(
        "\n"
    )
    return int(status), text


def test_the_documents_calls_by_curl(stall: Stall) -> None:
    body = json.dumps({"image_id": stall.maids[0]})
    assert curl(stall, "GET", "/fav", token=stall.key)[0] == 404
    calls = [
        ("POST", "/fav/insert"),
        ("POST", "/fav/delete"),
        ("POST", "/fav/toggle"),
        ("DELETE", "/fav/delete"),
    ]
    told = [curl(stall, method, path, token=stall.key, body=body)[1] for method, path in calls]
    assert told == [f'{{"state":"{state}"}}' for state in ("INSERTED", "DELETED", "INSERTED", "DELETED")]
    printed = ("Aa0-_" * 40)[:171]
    assert curl(stall, "GET", "/fav", token=printed) == (401, '{"detail":"Unauthorized"}')


def test_the_documents_calls_of_a_browser(stall: Stall) -> None:
    origin = {"origin": "https://elsewhere.example"}
    asking = {
        "access-control-request-method": "DELETE",
        "access-control-request-headers": "authorization,content-type",
    }
    with httpx2.Client(base_url=f"{stall.program.address}/waifu") as client:
        preflight = client.options("/fav/delete", headers=origin | asking)
        assert (preflight.status_code, preflight.content) == (204, b"")
        assert "DELETE" in preflight.headers["access-control-allow-methods"]
        headers = origin | {"authorization": f"Bearer {stall.key}"}
        answer = client.post("/fav/toggle", headers=headers, json={"image_id": stall.maids[1]})
        assert answer.json() == {"state": "INSERTED"}
        assert answer.headers["access-control-allow-origin"] == "*"
        answer = client.request("DELETE", "/fav/delete", headers=headers, json={"image_id": stall.maids[1]})
        assert answer.json() == {"state": "DELETED"}
        image = client.get("/search", params={"included_files": stall.tall}).json()["images"][0]
        assert image["url"].startswith(stall.program.address)
        assert len(httpx2.get(image["url"]).content) == image["byte_size"]


def test_a_closed_connection_is_answered_in_kind(stall: Stall) -> None:
    answer = httpx2.get(
        f"{stall.program.address}/waifu/tags", headers={"connection": "close", "user-agent": "Mozilla/5.0"}
    )
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
