"""docs/reference/yiffy.md lists every error code of the dialect."""

from tests.docs.reference import rows

from polybooru.api.yiffy.codes import CODES


def test_every_code_is_documented_with_its_status_and_its_reason_if_it_is_reserved() -> None:
    listed = [row.cells for row in rows("yiffy.md") if row.heading == "Errors" and row.cells[0] != "Code"]
    assert {int(cells[0]): (int(cells[1]), cells[3]) for cells in listed} == {
        number: (code.status, code.reserved) for number, code in CODES.items()
    }
    assert all(cells[2] or cells[3] for cells in listed)
