"""What the code says about documents, and documents about the code, beyond links."""

import re
import tomllib
from pathlib import Path

import pytest
from tests.docs.reference import sections, text_of
from tests.repository import ROOT, committed_texts

from polybooru.api.philomena.live import events, firehose, socket
from polybooru.db.tables import metadata
from polybooru.fetch.limits import Limits as FetchLimits
from polybooru.httpkit import parameters, server, sockets
from polybooru.library import (
    artist_links,
    badges,
    bans,
    blocks,
    duplicate_search,
    duplicates,
    filter_edits,
    galleries,
    image_edits,
    networks,
    report_rows,
    reports,
    stored_queries,
    texts,
    topics,
    watched_lists,
    written,
)
from polybooru.library.forums import FORUMS
from polybooru.library.happenings import Happening
from polybooru.library.policy import FORBIDDEN_TAGS, Policy
from polybooru.library.ratings import RATINGS
from polybooru.library.tag_names import CATEGORIES, NAMESPACES
from polybooru.media import BOXES

NAMED = sorted(
    {
        (name, found)
        for name, text in committed_texts().items()
        if name.startswith(("src/", "pyproject.toml", "Makefile", "scripts/"))
        for found in re.findall(r"docs/[\w/.-]+\.md", text)
    }
)


def test_the_code_names_documents() -> None:
    assert NAMED


@pytest.mark.parametrize(("name", "document"), NAMED)
def test_a_document_that_the_code_names_exists(name: str, document: str) -> None:
    assert (ROOT / document).is_file()


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"]]
    wanted += [item for item in project["dependency-groups"]["dev"] if isinstance(item, str)]
    decided = (ROOT / "docs" / "decisions" / "0001-parts-we-stand-on.md").read_text()
    names = [re.split(r"[\[<>=]", requirement)[0] for requirement in wanted]
    assert [name for name in names if f"`{name}`" not in decided] == []
    table = re.findall(r"^\| (`.*?) \|", decided, re.MULTILINE)
    assert {part for cell in table for part in re.findall(r"`([^`]+)`", cell)} <= set(names)


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    decisions = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [name for name in decisions if f"(decisions/{name})" not in index] == []


def test_forbidden_names_ratings_and_boxes_are_documented() -> None:
    found = sections("philomena.md")
    assert set(re.findall(r"`([^`]+)`", found["Forbidden names"])) == FORBIDDEN_TAGS
    assert set(re.findall(r"`([^`]+)`", found["Ratings"])) == RATINGS
    boxes = {f"`{name}` ({size.width} \N{MULTIPLICATION SIGN} {size.height})" for name, size in BOXES.items()}
    assert {box for box in boxes if box not in found["URLs"]} == set()


def test_namespaces_and_categories_are_documented() -> None:
    found = sections("tags.md")
    listed = [line.split("|")[1] for line in found["Namespaces"].splitlines() if line.startswith("| `")]
    assert {name for cell in listed for name in re.findall(r"`([^`]+)`", cell)} == set(NAMESPACES)
    assert re.findall(r"`([^`]+)`", found["Categories"])[: len(CATEGORIES)] == list(CATEGORIES)


def test_limits_of_requests_and_fetches_are_documented() -> None:
    found = sections("security.md")
    for number in (
        server.MAX_HEADERS,
        server.MAX_HEADER_BYTES,
        server.MAX_TARGET_BYTES,
        parameters.MAX_QUERY_BYTES,
        parameters.MAX_PARAMETERS,
        parameters.MAX_KEYS,
        parameters.MAX_NESTING,
        parameters.MAX_PARTS,
        parameters.MAX_FIELD_BYTES,
    ):
        assert f"{number:,}" in found["HTTP"]
    limits = FetchLimits()
    for number in (limits.size_bytes, limits.min_bytes_per_second, limits.at_once, limits.max_redirects):
        assert f"{number:,}" in found["Fetch"]
    times = f"{limits.connect_seconds:g} s, {limits.first_byte_seconds:g} s, {limits.total_seconds:g} s"
    assert times in found["Fetch"]


def test_limits_of_what_people_write_are_documented() -> None:
    found = sections("security.md")["What people write"]
    for number in (
        written.MAX_BODY_BYTES,
        topics.TITLE_BYTES[0],
        topics.TITLE_BYTES[-1],
        galleries.MAX_TITLE_BYTES,
        galleries.MAX_WARNING_BYTES,
        galleries.MAX_DESCRIPTION_BYTES,
        galleries.MAX_IMAGES_AT_ONCE,
        filter_edits.MAX_NAME_BYTES,
        filter_edits.MAX_DESCRIPTION_BYTES,
        filter_edits.MAX_TAGS,
        stored_queries.FILTER_LIMITS.text_bytes,
        watched_lists.MAX_TAGS,
        texts.MAX_REASON_BYTES,
    ):
        assert re.search(rf"\b{number:,}\b", found)


def test_limits_of_texts_on_images_are_documented() -> None:
    found = sections("images.md")["What is written on an image"]
    policy = Policy()
    assert f"{policy.max_description_bytes:,} bytes" in found
    assert f"{image_edits.MAX_ALT_TEXT_CHARACTERS:,} characters" in found
    assert f"{image_edits.MAX_SCRATCHPAD_BYTES:,} bytes" in found
    assert f"Up to {policy.max_sources} addresses" in sections("images.md")["Sources"]
    assert f"{policy.max_source_characters} characters" in sections("images.md")["Sources"]


def test_the_forums_of_a_new_library_are_documented() -> None:
    found = sections("philomena.md")["Forums"]
    assert [short for short, name, _ in FORUMS if f"`{short}`" not in found or name not in found] == []


def test_columns_of_the_change_log_are_documented() -> None:
    documented = text_of("change-log.md")
    assert [c.name for c in metadata.tables["changes"].columns if f"`{c.name}`" not in documented] == []


def test_limits_of_moderation_are_documented() -> None:
    found = sections("moderation.md")
    for number in (bans.MAX_NOTE_BYTES, texts.MAX_REASON_BYTES):
        assert f"{number:,} bytes" in found["Bans"]
    assert all(f"/{length}" in found["Bans"] for length in networks.WIDEST.values())
    for number in (reports.MAX_REASON_BYTES, reports.MAX_OPEN, reports.MAX_SHARED_REASON_CHARACTERS):
        assert re.search(rf"\b{number:,}\b", found["Reports"])
    named = found["Reports"].replace("`Rule #0` to `Rule #9`", "".join(f"`Rule #{n}`" for n in range(10)))
    assert [c.value for c in report_rows.Category if f"`{c.value}`" not in named] == []
    assert [s.value for s in report_rows.ReportState if f"`{s.value}`" not in named] == []
    for number in (duplicates.MAX_REASON_BYTES, duplicates.MAX_OPEN, duplicate_search.MAX_REPORTS):
        assert re.search(rf"\b{number:,}\b", found["Duplicates"])
    for number in (duplicate_search.WINDOW, duplicate_search.ASPECT_WINDOW):
        assert f"at most {round(number, 3)}" in found["Duplicates"]
    assert duplicate_search.REASON in found["Duplicates"]
    assert [s.value for s in duplicates.DuplicateState if f"`{s.value}`" not in found["Duplicates"]] == []
    for number in (blocks.DEFAULT_BITS, blocks.MAX_BITS, blocks.MAX_PICTURES):
        assert re.search(rf"\b{number:,}\b", found["Blocklist"])
    for number in (artist_links.MAX_URL_CHARACTERS, artist_links.MAX_PER_USER):
        assert re.search(rf"\b{number:,}\b", found["Artist links"])
    assert [s.value for s in artist_links.LinkState if f"`{s.value}`" not in found["Artist links"]] == []
    assert [name for name in artist_links.CREATORS if f"`{name}`" not in found["Artist links"]] == []
    for number in (
        badges.MAX_TITLE_BYTES,
        badges.MAX_DESCRIPTION_BYTES,
        badges.MAX_LABEL_BYTES,
        badges.MAX_PER_USER,
    ):
        assert re.search(rf"\b{number:,}\b", found["Badges"])


def test_limits_of_websockets_are_documented() -> None:
    found = sections("security.md")["WebSockets"]
    for number in (
        socket.MAX_SOCKETS,
        socket.MAX_MESSAGE_BYTES,
        socket.MAX_MESSAGES,
        socket.MESSAGES_SECONDS,
        socket.SILENCE_SECONDS,
        firehose.KEPT_EVENTS,
        sockets.LEASE_SECONDS,
    ):
        assert f"{number:,.0f}" in found


def test_every_event_of_the_firehose_is_documented() -> None:
    told = {
        f'"{name}"'
        for name in re.findall(r"`((?:image|comment|post):[a-z_]+)`", sections("philomena.md")["Firehose"])
    }
    written = Path(events.__file__).read_text(encoding="utf-8")
    assert told == set(re.findall(r'"(?:image|comment|post):[a-z_]+"', written))


def test_every_happening_is_documented() -> None:
    told = set(re.findall(r"`((?:images?|comment|post)\.[a-z]+)`", sections("change-log.md")["Happenings"]))
    assert told == {one.value for one in Happening}
