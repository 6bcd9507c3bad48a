import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.library import tag_names
from polybooru.library.tag_names import (
    CATEGORIES,
    NAMESPACES,
    clean_tag_list,
    clean_tag_name,
    display_order_key,
    name_of_slug,
    slug,
    split_namespace,
)

odd = st.text(
    st.one_of(
        st.sampled_from(
            "aA_: ,*?\t\u00a0\u200b\u200e\ufeff\u00b4\u2018\u201d\u2033\u0301\u202e\u00ad\0\ud800Σİ\u212b"
        ),
        st.characters(),
    ),
    max_size=12,
)
prefixes = st.sampled_from(
    ["", "artist:", "oc:", "art_pack : ", " series:", "_artist:", "re:", "art  pack:_"]
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("safe", "safe"),
        ("  Blue   Sky ", "blue sky"),
        ("blue_sky", "blue sky"),
        ("_blue__sky_", "blue sky"),
        ("artist:mary_lou", "artist:mary_lou"),
        ("Artist : Mary_Lou", "artist:mary_lou"),
        (" oc:  my_character ", "oc:my_character"),
        ("commissioner:a_b", "commissioner:a_b"),
        ("spoiler:the_end", "spoiler:the end"),
        ("series : the_lake", "series:the lake"),
        ("series:_lake", "series:lake"),
        ("art pack: x", "art pack:x"),
        ("art_pack: x", "art pack:x"),
        ("_artist:a_b", "artist:a b"),
        ("re: zero", "re: zero"),
        ("re : zero_one", "re : zero one"),
        ("artist:a : b", "artist:a : b"),
        (":", ":"),
        ("artist:", "artist:"),
        ("", ""),
        (" _ ", ""),
        ("blue\u00a0\u1680\u180e\u2000\u200f\u202f\u205f\u3000\ufeffsky", "blue sky"),
        ("\u00b4\u2018\u2019\u201a\u201b\u2032", "''''''"),
        ("\u201c\u201d\u201e\u201f\u2033", '"""""'),
        ("\u1ffd", "'"),
        ("ÄRGER", "ärger"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("a\u202eb\u2066c\u00add\0e\ud800f", "abcdef"),
        ("a\u00ad\u0301", "\u00e1"),
        ("oc:my_*", "oc:my_*"),
        ("blue_?k*", "blue ?k*"),
    ],
)
def test_cleaning(text, name):
    assert clean_tag_name(text) == name


@given(prefixes, odd)
def test_cleaning_twice_changes_nothing(prefix, text):
    name = clean_tag_name(prefix + text)
    assert clean_tag_name(name) == name


@given(prefixes | st.just("re: "), odd | st.text("ab :-*~'_A", max_size=8))
def test_a_name_taken_for_clean_is_clean(prefix, text):
    assert clean_tag_name(prefix + text) == tag_names._cleaned(prefix + text)


@given(odd)
def test_a_clean_name_shows_all_it_holds(text):
    name = clean_tag_name(text)
    assert name == name.strip(" ") == unicodedata.normalize("NFC", name)
    assert "  " not in name
    assert not {unicodedata.category(c) for c in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_wildcards_survive_cleaning():
    assert clean_tag_name("Artist: *_?") == "artist:*_?"


def test_a_list_is_cleaned_without_repeats_and_blanks():
    assert clean_tag_list("Safe, blue_sky,, safe ,_, artist: jane") == ["safe", "blue sky", "artist:jane"]
    assert clean_tag_list("") == []


def test_names_over_255_bytes_are_left_out_of_a_list():
    assert clean_tag_list(f"{'é' * 127}, {'é' * 128}, {'a' * 255}, {'a' * 256}") == ["é" * 127, "a" * 255]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("artist:mary-lou/2.0", "artist-colon-mary-dash-lou-fwslash-2-dot-0"),
        ("blue sky", "blue+sky"),
        ("c++", "c-plus--plus-"),
        ("a\\b", "a-bwslash-b"),
        ("50% off's", "50%+off's"),
    ],
)
def test_slugs(name, expected):
    assert slug(name) == expected
    assert name_of_slug(expected) == name


@given(st.text("ab-+/\\:. dashplus", max_size=20))
def test_every_slug_leads_back_to_its_name(name):
    assert name_of_slug(slug(name)) == name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("artist:jane", ("artist", "jane")),
        ("art pack:one:two", ("art pack", "one:two")),
        ("artist:", ("artist", "")),
        ("re:zero", (None, "re:zero")),
        ("artist", (None, "artist")),
    ],
)
def test_namespaces_are_those_of_the_list_only(name, parts):
    assert split_namespace(name) == parts


def test_new_tags_get_the_category_of_their_namespace():
    categories = {name: NAMESPACES[name].category for name in ("artist", "oc", "spoiler", "comic", "species")}
    assert categories == {
        "artist": "origin",
        "oc": "oc",
        "spoiler": "spoiler",
        "comic": "content-fanmade",
        "species": None,
    }
    assert {namespace.category for namespace in NAMESPACES.values()} - {None} <= set(CATEGORIES)


def test_tags_are_shown_by_category_then_by_bytes():
    tags = [
        (None, "zebra"),
        (None, "\uffff"),
        (None, "\U00010000"),
        ("spoiler", "a"),
        ("rating", "safe"),
        ("error", "x"),
    ]
    assert sorted(tags, key=lambda tag: display_order_key(*tag)) == [
        ("error", "x"),
        ("rating", "safe"),
        ("spoiler", "a"),
        (None, "zebra"),
        (None, "\uffff"),
        (None, "\U00010000"),
    ]
