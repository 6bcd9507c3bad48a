"""A link is good for its image and until its time, and nobody else makes one."""

import pytest

from polybooru.library.signed_links import SignedLinks

LINKS = SignedLinks(b"k" * 32)


def test_a_link_is_good_until_its_time() -> None:
    signature = LINKS.sign(7, 1_000)
    assert len(signature) == 32
    assert LINKS.is_good(7, "1000", signature, now=999.9)
    assert not LINKS.is_good(7, "1000", signature, now=1_000)


@pytest.mark.parametrize(
    ("image_id", "expires", "signature"),
    [
        (8, "1000", LINKS.sign(7, 1_000)),
        (7, "1001", LINKS.sign(7, 1_000)),
        (7, "1000", SignedLinks(b"o" * 32).sign(7, 1_000)),
        (7, "1000", LINKS.sign(7, 1_000)[:-1]),
        (7, "1000", ""),
        (7, "1000", "\u00e9" * 32),
        (7, "", LINKS.sign(7, 1_000)),
        (7, "-1", LINKS.sign(7, -1)),
        (7, "1e9", LINKS.sign(7, 1_000)),
        (7, "9" * 400, LINKS.sign(7, 1_000)),
        (7, "\u0661", LINKS.sign(7, 1)),
    ],
)
def test_any_other_link_is_not(image_id: int, expires: str, signature: str) -> None:
    assert not LINKS.is_good(image_id, expires, signature, now=0)
