"""The reference documents as tables, for the tests that hold them to the code."""

import re
from dataclasses import dataclass

from tests.repository import ROOT

REFERENCE = ROOT / "docs" / "reference"
_BARS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table below a heading; cells keep their markup."""

    heading: str
    cells: tuple[str, ...]


def text_of(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def rows(name: str) -> list[Row]:
    """Every row of every table of a document, rules left out; a table's own heading row is among them."""
    found: list[Row] = []
    heading = ""
    for line in text_of(name).splitlines():
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        elif line.startswith("|") and not line.startswith("| ---"):
            cells = tuple(cell.strip() for cell in _BARS.split(line)[1:-1])
            found.append(Row(heading, cells))
    return found


def code(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def sections(name: str) -> dict[str, str]:
    """Heading → the text below it, up to the next heading of any level."""
    parts = re.split(r"^#+ (.+)$", text_of(name), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
