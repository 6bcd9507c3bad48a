"""The Wilson score, by the check values of the dialect's document."""

import pytest

from polybooru.library.scores import wilson_score


@pytest.mark.parametrize(
    ("up", "down", "expected"),
    [
        (1, 0, 0.1309775),
        (10, 0, 0.6011458),
        (100, 10, 0.8134115),
        (5, 5, 0.1842255),
        (0, 0, 0.0),
        (0, 9, 0.0),
    ],
)
def test_the_score_is_the_documents(up: int, down: int, expected: float) -> None:
    assert wilson_score(up, down) == pytest.approx(expected, abs=5e-8)
    assert isinstance(wilson_score(up, down), float)
