"""docs/reference/errors.md lists every error code, every fault and why a fetch can fail."""

from collections.abc import Iterator

from tests.docs.reference import code, rows

from polybooru.api.philomena.answers import ANSWERED, answer_to
from polybooru.fetch import FetchFailed
from polybooru.library.errors import (
    Banned,
    BooruError,
    FaultCode,
    InvalidQuery,
    InvalidValue,
    LinkFault,
    LinkRefused,
    Refused,
)


def below(root: type[Exception]) -> Iterator[type[Exception]]:
    for child in root.__subclasses__():
        if child.__module__ == root.__module__:
            yield child
            yield from below(child)


def documented(heading: str) -> dict[str, tuple[str, ...]]:
    found = [row.cells for row in rows("errors.md") if row.heading == heading and row.cells[0] != "Code"]
    return {code(cells[0])[0]: cells for cells in found}


def example(error: type[BooruError]) -> BooruError:
    if issubclass(error, Refused):
        return error([])
    if error is InvalidQuery:
        return InvalidQuery("no", None)
    if error is InvalidValue:
        return InvalidValue("name", "no")
    if error is Banned:
        return Banned("U1", "no", None)
    return LinkRefused(LinkFault.UNCHANGED) if error is LinkRefused else error("no")


def test_every_answered_error_is_documented_with_its_class_and_status() -> None:
    listed = documented("Library")
    assert {name: (code(cells[1])[0], int(cells[3])) for name, cells in listed.items()} == {
        error.code: (error.__name__, answer_to(example(error)).status_code) for error in ANSWERED
    }


def test_every_other_error_is_named_as_a_base() -> None:
    bases = {error.__name__ for error in below(BooruError)} - {error.__name__ for error in ANSWERED}
    assert bases == {"NotFound", "Refused"}


def test_every_fault_is_documented() -> None:
    assert set(documented("Faults of an upload")) == {fault.value for fault in FaultCode}


def test_every_reason_of_a_failed_fetch_is_documented() -> None:
    assert set(documented("Fetching")) == {error.code for error in below(FetchFailed)}
