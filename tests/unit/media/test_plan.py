"""Which versions, and how large."""

from hypothesis import given
from hypothesis import strategies as st

from polybooru.media.plan import BOXES, Size, chain, plan

sides = st.integers(min_value=1, max_value=32_767)


def test_a_picture_that_fits_every_box_gets_no_version() -> None:
    assert plan(50, 50) == {}


def test_a_box_is_filled_by_the_longer_side() -> None:
    assert plan(2000, 1000)["medium"] == Size(width=800, height=400)


def test_a_picture_wider_than_a_box_gets_it_even_if_it_is_lower() -> None:
    assert plan(400, 10) == {
        "thumb_tiny": Size(width=50, height=1),
        "thumb_small": Size(width=150, height=4),
        "thumb": Size(width=250, height=6),
        "small": Size(width=320, height=8),
    }


@given(sides, sides)
def test_a_version_is_made_exactly_if_the_box_is_exceeded(width: int, height: int) -> None:
    made = plan(width, height)
    assert {name for name, box in BOXES.items() if width > box.width or height > box.height} == set(made)


@given(sides, sides)
def test_versions_stay_within_their_box_and_below_the_original(width: int, height: int) -> None:
    for name, size in plan(width, height).items():
        assert 1 <= size.width <= min(width, BOXES[name].width)
        assert 1 <= size.height <= min(height, BOXES[name].height)


@given(sides, sides)
def test_each_version_fits_into_the_one_it_is_made_from(width: int, height: int) -> None:
    above = Size(width=width, height=height)
    for _, size in chain(plan(width, height)):
        assert size.width <= above.width
        assert size.height <= above.height
        above = size
