"""Queries, as people write them, against documents in memory."""

from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.library.image_fields import Viewer, image_fields
from polybooru.search.language.matcher import matches
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import And, Boost, Equals, Everything, Not, Nothing, Or, Phrase, Range
from polybooru.search.language.words import Prose

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
STAFF = image_fields(Viewer(user_id=7, is_staff=True))

LAKE = {
    "tag": frozenset({"lake", "safe", "artist:jane", "artist:jane doe", "blue sky", "100%*"}),
    "score": (10,),
    "id": (1,),
    "animated": (False,),
    "aspect_ratio": (1.5,),
    "created_at": (int(datetime(2019, 7, 4, 13, 45, 10, tzinfo=UTC).timestamp()),),
    "updated_at": (int(NOW.timestamp()) - 3600,),
    "source_url": ("https://example.com/art/1", "https://other.test/2"),
    "file_name": ("IMG_1.PNG",),
    "description": (Prose.of("A quiet lake, and the running foxes."),),
    "gallery_id": (3, 44),
    "faved_by_id": (7, 9),
    "uploader": ("jane",),
    "ip": (ip_address("10.1.2.3"),),
    "fingerprint": (),
}


@pytest.mark.parametrize(
    "text",
    [
        "lake",
        "LAKE",
        "artist:jane doe",
        "lake, safe",
        "sea OR lake",
        "-sea",
        "-(sea OR storm), lake",
        "(lake OR sea)^3",
        "lak*",
        "*sky",
        "bl?e sk?",
        "artist:*",
        "100\\%\\*",
        "lkae~2",
        "lakes~0.7",
        "lake~0",
        "*",
        "fingerprint:*",
        "score:10",
        "score:8~2",
        "score:12~2",
        "score.gte:10",
        "score.lte:10",
        "score.gt:9",
        "score.lt:11",
        "aspect_ratio:1.5",
        "aspect_ratio:1.4~0.2",
        "animated:false",
        "created_at:2019",
        "created_at:2019-07-04T13:45:10",
        "created_at:2019-07-04T15:45+02",
        "created_at.gte:2019-07-04T13:45:10",
        "created_at.lt:2019-07-04T13:45:11",
        "created_at.lte:2019-07-04T13:45:09",  # the end instant of that second is included
        "created_at.gt:2018",
        "created_at.lte:9999",
        "updated_at.gt:2 hours ago",
        "updated_at.lte:1 hour ago",
        "updated_at.lt:59 minutes ago",
        "updated_at:1 hour ago, -created_at:1 hour ago OR updated_at.gte:1 hour ago",
        "source_url:*other.test*",
        "source_url:HTTPS://example.com/art/1",
        "file_name:IMG_*",
        "description:lake",
        "description:quiet lakes",
        "description:fox",
        "description:the quiet lake",
        "description:ru?",
        "description:qui*",
        "gallery_id:44",
        "my:faves",
        "faved_by_id:9",
        "uploader:jnae~2",
        "ip:10.0.0.0/8",
        "ip:10.1.2.3",
        "ip:10.9.9.9/8",
    ],
)
def test_matches(text):
    assert matches(parse(text, STAFF), LAKE, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sea",
        "lake, sea",
        "-lake",
        "-(lake OR sea)",
        "lak",
        "ky*",
        "lake?",
        "l.ke*",
        "lkae~1",
        "lakes~0.9",
        '""',
        "score:11",
        "score.gt:10",
        "score.lt:10",
        "score:4~5",
        "width:0",
        "width.lt:5",
        "animated:true",
        "thumbnails_generated:false",
        "created_at:2018",
        "created_at:2019-07-05",
        "created_at.gt:2019-07-04T13:45:09",  # later than the end instant of that second
        "created_at.gt:9999",
        "created_at.gt:2019",
        "updated_at.gt:1 hour ago",
        "updated_at.lt:1 hour ago",
        "file_name:img_*",
        "description:lake quiet",
        "description:the and",
        "description:running*",
        "description:quiet lake*",
        "gallery_id:4",
        "my:upvotes",
        "ip:10.1.2.4",
        "ip:11.0.0.0/8",
        "ip:::/0",
        "uploader:jan",
        "fingerprint:?*",
    ],
)
def test_does_not_match(text):
    assert not matches(parse(text, STAFF), LAKE, NOW)


def test_several_values_lie_in_a_range_one_by_one():
    between = parse("score:5~1", STAFF)
    assert not matches(between, {"score": (1, 9)}, NOW)
    assert matches(between, {"score": (1, 5)}, NOW)


def test_a_range_without_bounds_asks_for_a_value():
    assert matches(Range("score"), LAKE, NOW)
    assert not matches(Range("width"), LAKE, NOW)


def test_bare_text_is_analysed_for_phrases():
    assert matches(Phrase("description", "quiet lake"), {"description": ("Quiet lakes",)}, NOW)


leaves = st.sampled_from([Nothing(), Everything(), *(Equals("tag", name) for name in "abc")])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        inner.map(lambda tree: Boost("2", tree)),
        st.lists(inner, min_size=1, max_size=3).map(lambda children: And(tuple(children))),
        st.lists(inner, min_size=1, max_size=3).map(lambda children: Or(tuple(children))),
    ),
    max_leaves=10,
)


def as_python(tree):
    match tree:
        case Nothing() | Everything():
            return str(isinstance(tree, Everything))
        case Equals(_, value):
            return f"({value!r} in tags)"
        case Not(child):
            return f"(not {as_python(child)})"
        case Boost(_, child):
            return as_python(child)
        case And(children) | Or(children):
            return f"({f' {type(tree).__name__.lower()} '.join(map(as_python, children))})"
    raise AssertionError(tree)


@given(trees, st.sets(st.sampled_from("abc")))
def test_operators_are_those_of_logic(tree, tags):
    assert matches(tree, {"tag": tags}, NOW) == eval(as_python(tree), {"tags": tags})
