"""Suggestions against a plain look at every name."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybooru.search.suggest import Name, Suggestion, SuggestionIndex

WORDS = st.sampled_from(["a", "ab", "aba", "b", "ba", "b\u00e4", "\U0001f408", "1"])
TEXTS = st.lists(WORDS, min_size=1, max_size=4).flatmap(
    lambda words: st.sampled_from([" ", ":", "-", "b"]).map(lambda between: between.join(words))
)


@st.composite
def name(draw, key: int) -> Name:
    alias_of = draw(st.one_of(st.none(), st.integers(0, 6)))
    text = draw(TEXTS)
    text = draw(
        st.sampled_from([f"{text} {key}", f"{key} {text}"])
    )  # names are unique, their ends need not be
    return Name(
        key=key,
        text=text,
        beginnings=() if ":" not in text else (text.index(":") + 1,),
        alias_of=None if alias_of in {None, key} or key < 4 else alias_of % 4,  # the target is no alias
        uses=0 if alias_of is not None and key >= 4 else draw(st.integers(0, 4)),
    )


NAMES = st.lists(st.integers(0, 7), unique=True).flatmap(lambda keys: st.tuples(*map(name, keys)))


def expected(known: dict[int, Name], term: str, limit: int) -> list[Suggestion]:
    """All words of all names, ranked as the rule says."""
    ranked = []
    for found in known.values():
        target = known.get(found.key if found.alias_of is None else found.alias_of)
        if target is None or not target.uses:
            continue
        for word in re.finditer(r"(?:^|(?<=[ :\-]))[^ :\-]", found.text):
            rest = found.text[word.start() :]
            if rest.startswith(term):
                is_inner = word.start() not in {0, *found.beginnings}
                is_alias = found.alias_of is not None
                rank = (is_inner, -target.uses, is_alias, rest, found.text)
                alias = found.text if is_alias else None
                ranked.append(
                    (rank, Suggestion(key=target.key, text=target.text, alias=alias, uses=target.uses))
                )
    firsts: dict[int, Suggestion] = {}
    for _, suggestion in sorted(ranked, key=lambda pair: pair[0]):
        firsts.setdefault(suggestion.key, suggestion)
    return list(firsts.values())[:limit]


def loaded(names) -> SuggestionIndex:
    index = SuggestionIndex()
    index.load(names)
    return index


@settings(max_examples=60, deadline=None)
@given(
    start=NAMES,
    steps=st.lists(
        st.one_of(NAMES, st.lists(st.integers(0, 8)), st.tuples(st.just("count"), st.integers(0, 7)))
    ),
    term=TEXTS,
    limit=st.integers(0, 4),
)
def test_it_suggests_what_a_look_at_every_name_suggests_after_any_changes(start, steps, term, limit) -> None:
    index, known = loaded(start), {found.key: found for found in start}
    for step in steps:
        if isinstance(step, list):
            index.discard(step)
            for key in step:
                known.pop(key, None)
        elif step and step[0] == "count":
            key = step[1]
            if key in known and known[key].alias_of is None:
                index.count([key, 99], 3)
                uses = known[key].uses + 3
                known[key] = Name(key=key, text=known[key].text, beginnings=known[key].beginnings, uses=uses)
        else:
            index.put(step)
            known |= {found.key: found for found in step}
    # An alias finds its target if it is there when the alias is put, as in the rows.
    index.put(list(known.values()))
    restored = SuggestionIndex()
    restored.restore(*index.dump())
    for asked in (term, term[:1], term[:2], "a", "1"):
        assert index.suggest(asked, limit) == expected(known, asked, limit)
        assert restored.suggest(asked, limit) == index.suggest(asked, limit)


CAT = Name(key=1, text="cat", uses=50)
KITTY = Name(key=2, text="kitty", alias_of=1)
ARTIST = Name(key=3, text="artist:catherine", beginnings=(7,), uses=7)
BLACK = Name(key=4, text="black cat", uses=900)
UNUSED = Name(key=5, text="catfish")


def texts(index: SuggestionIndex, term: str, limit: int = 10) -> list[str]:
    return [found.text for found in index.suggest(term, limit)]


@pytest.fixture
def index() -> SuggestionIndex:
    return loaded([CAT, KITTY, ARTIST, BLACK, UNUSED])


def test_beginnings_come_before_inner_words_and_unused_names_never(index: SuggestionIndex) -> None:
    assert texts(index, "cat") == ["cat", "artist:catherine", "black cat"]
    assert texts(index, "cat", 2) == ["cat", "artist:catherine"]
    assert texts(index, "artist:c") == ["artist:catherine"]
    assert texts(index, "at") == texts(index, "") == texts(index, "cats") == []


def test_an_alias_is_shown_with_the_name_it_stands_for(index: SuggestionIndex) -> None:
    assert index.suggest("kit", 5) == [Suggestion(key=1, text="cat", alias="kitty", uses=50)]
    index.put([Name(key=6, text="cats", alias_of=1)])
    assert index.suggest("cat", 1) == [Suggestion(key=1, text="cat", alias=None, uses=50)]
    assert index.suggest("cats", 1) == [Suggestion(key=1, text="cat", alias="cats", uses=50)]


def test_a_name_that_is_renamed_used_or_aliased_is_suggested_anew(index: SuggestionIndex) -> None:
    index.count([5, 1], 60)
    index.count([1], -60)
    assert texts(index, "cat") == ["catfish", "cat", "artist:catherine", "black cat"]
    index.put([Name(key=5, text="trout", uses=60), Name(key=4, text="black cat", alias_of=5)])
    assert texts(index, "cat") == ["cat", "artist:catherine", "trout"]
    assert index.suggest("black", 1)[0].alias == "black cat"
    index.discard([5, 77])
    assert texts(index, "tro") == texts(index, "black") == []


def test_many_aliases_of_one_name_leave_room_for_others() -> None:
    aliases = [Name(key=10 + at, text=f"cat {at}", alias_of=1) for at in range(200)]
    index = loaded([Name(key=1, text="feline", uses=9), *aliases, Name(key=2, text="cattle", uses=3)])
    assert texts(index, "cat", 2) == ["feline", "cattle"]


def test_names_that_come_into_use_and_go_out_of_it_are_told() -> None:
    index = SuggestionIndex()
    index.load(
        [Name(key=1, text="fox", uses=2), Name(key=2, text="owl"), Name(key=3, text="birb", alias_of=1)]
    )
    assert index.in_use([1, 2, 3, 4]).tolist() == [True, False, False, False]
    seen = index.turned
    index.count([1], 1)
    assert index.turned == seen
    index.count([2], 1)
    assert index.turned > seen
    assert index.in_use([2, 1]).tolist() == [True, True]
    seen = index.turned
    index.count([1], -3)
    assert index.turned > seen
    assert index.in_use([1]).tolist() == [False]
    seen = index.turned
    index.put([Name(key=5, text="hare", uses=1)])
    index.discard([2])
    assert index.turned > seen
    assert index.in_use([5, 2]).tolist() == [True, False]
    assert index.in_use([]).tolist() == []
