"""What handed-in filters and watch lists do; the fields themselves are in the conformance vectors."""

import pytest

from polybooru.library.image_fields import (
    PUBLIC_FIELDS,
    STAFF_FIELDS,
    Viewer,
    image_fields,
    no_filter_here,
    no_watch_list_here,
)
from polybooru.search.language.fields import Kind, QueryError
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import Equals, Not, Or

HIDDEN = Or((Equals("tag", "a"), Equals("tag", "b")))


def test_a_filter_stands_for_what_it_leaves():
    fields = image_fields(Viewer(), resolve_filter={5: Not(HIDDEN)}.get)
    assert parse("filter_id:5", fields) == Not(HIDDEN)
    assert parse("-filter_id:5", fields) == HIDDEN


@pytest.mark.parametrize("value", ["6", "x", "", "-5", "+5", "5 5", "\u0665", "9" * 50])
def test_other_filters_are_invalid(value):
    fields = image_fields(Viewer(), resolve_filter={5: HIDDEN}.get)
    with pytest.raises(QueryError) as caught:
        parse(f"filter_id:{value}", fields)
    assert caught.value.message == f"Invalid filter `{value}`."


def test_where_filters_may_not_be_used_their_own_message_is_given():
    with pytest.raises(QueryError, match="inside filters are not allowed") as caught:
        parse("cat, filter_id:5", image_fields(Viewer(), resolve_filter=no_filter_here))
    assert caught.value.column == 5


def test_watched_is_what_the_watch_list_says():
    fields = image_fields(Viewer(user_id=7), watched=lambda: HIDDEN)
    assert parse("my:watched", fields) == HIDDEN


def test_without_a_watch_list_watched_is_unknown():
    with pytest.raises(QueryError, match="Unknown `my' value"):
        parse("my:watched", image_fields(Viewer(user_id=7)))


def test_a_watch_list_inside_a_watch_list_is_refused():
    fields = image_fields(Viewer(user_id=7), watched=no_watch_list_here)
    with pytest.raises(QueryError, match="Recursive watchlists"):
        parse("my:watched", fields)


def test_my_is_text_for_nobody():
    assert parse("my:faves", image_fields(Viewer())) == Equals("tag", "my:faves")


def test_staff_fields_are_text_for_others():
    for name in STAFF_FIELDS:
        assert name not in image_fields(Viewer(user_id=7)).by_name
        assert name in image_fields(Viewer(user_id=7, is_staff=True)).by_name


def test_names_and_keys_agree():
    assert all(name == field.name for name, field in {**PUBLIC_FIELDS, **STAFF_FIELDS}.items())
    assert not PUBLIC_FIELDS.keys() & STAFF_FIELDS.keys()


def test_only_custom_fields_expand():
    fields = image_fields(Viewer(user_id=7, is_staff=True)).by_name.values()
    assert all((field.expand is not None) == (field.kind is Kind.CUSTOM) for field in fields)
