"""What is left of written text, and when it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.library.errors import InvalidValue
from polybooru.library.texts import body_text, line_text, reason_text

HOSTILE = st.text(st.characters(), max_size=60)  # half surrogates included


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  two\n lines ", "  two\n lines "),
        ("a\0b", "ab"),
        ("a\ud800b\udfff", "ab"),
        (" \n\t", ""),
        ("\0", ""),
        ("<script>alert(1)</script> ' or 1=1 --", "<script>alert(1)</script> ' or 1=1 --"),
    ],
)
def test_a_body_is_kept_as_written_as_far_as_it_can_be_stored(written: str, kept: str) -> None:
    assert body_text("body", written, max_bytes=100) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Two\n\twords ", "Two words"),
        ("e\u0301", "\u00e9"),
        ("a\u202eb\u200bc\0d", "abcd"),
        ("a\ud800b", "ab"),
        ("\u200b", ""),
        ("a \u202e b", "a b"),
    ],
)
def test_a_line_has_single_spaces_and_nothing_unseen(written: str, kept: str) -> None:
    assert line_text("title", written, max_bytes=100) == kept


def test_bounds_are_bytes_and_the_error_says_which() -> None:
    assert body_text("body", "é" * 5, max_bytes=10)
    for reader in (body_text, line_text):
        with pytest.raises(InvalidValue, match="should be at most 10 byte") as raised:
            reader("body", "é" * 6, max_bytes=10)
        assert raised.value.field == "body"
        with pytest.raises(InvalidValue, match="should be at least 4 byte"):
            reader("body", "abc", max_bytes=10, min_bytes=4)
        for blank in ("", " \n", "\0", "\ud800"):
            with pytest.raises(InvalidValue, match="can't be blank"):
                reader("body", blank, max_bytes=10, min_bytes=1)


def test_a_reason_may_be_left_out_where_none_is_asked_for() -> None:
    assert reason_text(" ", is_required=False) == ""
    with pytest.raises(InvalidValue):
        reason_text(" ")


@given(HOSTILE)
def test_what_is_kept_can_be_stored_and_stays_the_same(written: str) -> None:
    for reader in (body_text, line_text):
        kept = reader("body", written, max_bytes=1_000)
        assert "\0" not in kept.encode().decode()
        assert reader("body", kept, max_bytes=1_000) == kept
