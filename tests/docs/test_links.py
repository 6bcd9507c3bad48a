"""Links between the project's own documents lead somewhere."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.repository import ROOT, committed_files

DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in committed_files() if path.suffix == ".md")
MARKDOWN = MarkdownIt("commonmark").enable("table")


def tokens(text: str) -> Iterator[Token]:
    for block in MARKDOWN.parse(text):
        yield block
        yield from block.children or ()


def links(text: str) -> Iterator[str]:
    for token in tokens(text):
        for name in ("href", "src"):
            if value := token.attrs.get(name):
                yield str(value)
        if token.type in {"html_block", "html_inline"}:
            yield from re.findall(r'(?:href|src)="([^"]+)"', token.content)


def anchors(text: str) -> set[str]:
    """The fragment of every heading, as code hosts make them."""
    blocks = MARKDOWN.parse(text)
    headings = [after.content for block, after in itertools.pairwise(blocks) if block.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def has_heading(target: Path, fragment: str) -> bool:
    return not fragment or target.suffix != ".md" or fragment in anchors(target.read_text(encoding="utf-8"))


def dead_links(document: Path) -> list[str]:
    dead: list[str] = []
    for link in links(document.read_text(encoding="utf-8")):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = document.parent / unquote(parts.path) if parts.path else document
        leads_to_file = not parts.path.startswith("/") and target.exists()
        if not leads_to_file or not has_heading(target, parts.fragment):
            dead.append(link)
    return dead


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_relative_link_leads_to_a_file_and_a_heading(name: str) -> None:
    assert dead_links(ROOT / name) == []


def test_dead_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# The house\n")
    document = tmp_path / "index.md"
    document.write_text(
        "[a](there.md) [b](there.md#the-house) [c](https://example.org/x) `[code](nowhere)`\n\n"
        '[d](gone.md) [e](there.md#the-garden) ![f](gone.png) <a href="gone.html">g</a> [h][ref]\n\n'
        "[i](/there.md)\n\n"
        "[ref]: gone-too.md\n"
    )
    assert dead_links(document) == [
        "gone.md",
        "there.md#the-garden",
        "gone.png",
        "gone.html",
        "gone-too.md",
        "/there.md",
    ]
