"""Whole texts: trees written out and read back, limits, places of errors, any text at all."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.library.image_fields import Viewer, image_fields
from polybooru.search.language import parser
from polybooru.search.language.canonical import show
from polybooru.search.language.fields import Field, Fields, Kind, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import (
    And,
    Boost,
    Bound,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Not,
    Nothing,
    Or,
    Phrase,
    Range,
    Wildcard,
)

STAFF = image_fields(Viewer(user_id=7, is_staff=True))
WIDE = Limits(wildcards=512, fuzzy_terms=512, ranges=512)

# --- trees and one way of writing each

words = st.text("abcxyz", min_size=1, max_size=5)
numbers = st.integers(-(2**31), 2**31 - 1)


def quoted(text):
    """A name as one term in quotes: escaped for the value, then for the quotes."""
    value = "".join(f"\\{c}" if c in '\\*?~"' else c for c in text)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


leaves = st.one_of(
    words.map(lambda w: (w, Equals("tag", w))),
    st.tuples(words, words).map(lambda p: (f"{p[0]} ({p[1]})", Equals("tag", f"{p[0]} ({p[1]})"))),
    st.text('ab(),^\\*?~"!-', max_size=6).map(lambda w: (quoted(w), Equals("tag", w))),
    words.map(lambda w: (f"{w}*", Wildcard("tag", f"{w}*"))),
    words.map(lambda w: (f"uploader:{w}~1.5", Fuzzy("uploader", w, "1.5"))),
    words.map(lambda w: (f"description: {w} ", Phrase("description", w))),
    numbers.map(lambda n: (f"score:{n}", Equals("score", n))),
    numbers.map(lambda n: (f"score.gt:{n:+}", Range("score", Bound(n, inclusive=False)))),
    numbers.map(lambda n: (f"score.lte:{n}", Range("score", None, Bound(n, inclusive=True)))),
    st.integers(0, 99).map(lambda n: (f"gallery_id:{n}", InGallery(n))),
    st.booleans().map(lambda b: (f"animated:{str(b).lower()}", Equals("animated", b))),
    st.just(("*", Everything())),
)
ands = st.sampled_from([",", ", ", " , ", " AND ", "\n&&\t"])
ors = st.sampled_from([" OR ", " || ", "\t OR\n"])
nots = st.sampled_from(["-", "!", "- ", "NOT "])
boosts = st.sampled_from(["2", "0.25", "10.0"])


def in_parentheses(pair):
    return (f"({pair[0]} )", pair[1])


def flat(kind, trees):
    return kind(
        tuple(part for tree in trees for part in (tree.children if isinstance(tree, kind) else [tree]))
    )


def grown(pairs):
    """Larger texts of smaller ones, each operand in parentheses, and what they mean."""
    inner = pairs.map(in_parentheses)
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner,
        st.tuples(nots, inner).map(
            lambda t: (t[0] + t[1][0], t[1][1].child if isinstance(t[1][1], Not) else Not(t[1][1]))
        ),
        st.tuples(ands, several).map(
            lambda t: (t[0].join(p[0] for p in t[1]), flat(And, [p[1] for p in t[1]]))
        ),
        st.tuples(ors, several).map(
            lambda t: (t[0].join(p[0] for p in t[1]), flat(Or, [p[1] for p in t[1]]))
        ),
        st.tuples(inner, boosts).map(lambda t: (f"{t[0][0]}^{t[1]}", Boost(t[1], t[0][1]))),
    )


@given(st.recursive(leaves, grown, max_leaves=12))
def test_a_tree_written_out_is_read_back(pair):
    text, tree = pair
    assert parse(text, STAFF, WIDE) == tree


@given(st.lists(leaves, min_size=1, max_size=4), st.lists(leaves, min_size=1, max_size=4), ands, ors)
def test_and_binds_tighter_than_or(left, right, join_and, join_or):
    text = join_or.join(join_and.join(text for text, _ in side) for side in (left, right))
    sides = [flat(And, [tree for _, tree in side]) if len(side) > 1 else side[0][1] for side in (left, right)]
    assert parse(text, STAFF, WIDE) == Or(tuple(sides))


# --- any text


fragments = st.sampled_from(
    [
        "(",
        ")",
        ",",
        " ",
        "-",
        "!",
        " AND ",
        " OR ",
        "NOT ",
        "^2",
        "^-1",
        '"',
        "\\",
        "*",
        "?",
        "~1",
        "~",
        ":",
        "a",
        "9",
    ]
)
prefixes = st.sampled_from(
    [f"{name}{suffix}:" for name in STAFF.by_name for suffix in ("", ".gte", ".lt", ".eq")]
)
dates = st.sampled_from(
    ["2019-07-04", "T13:45", "+01:00", "3 days ago", "true", "10.0.0.0/8", "1.5", "faves"]
)
texts = st.lists(st.one_of(fragments, prefixes, dates, st.text(max_size=4)), max_size=30).map("".join)


@given(texts)
def test_any_text_gives_a_tree_or_a_query_error(text):
    try:
        tree = parse(text, STAFF)
    except QueryError as error:
        assert error.column is None or 0 <= error.column <= len(text)  # noqa: PT017 — one of two right answers
    else:
        assert parse(text, STAFF) == tree
        assert canonical_parts(show(tree)) == parts(tree)


# --- the canonical text, read by a reader of its own


def canonical_parts(text):
    """Nested lists of the canonical text's words; strings as a pair with their text."""
    stack, at = [[]], 0
    while at < len(text):
        if text[at] == "(":
            stack.append([])
        elif text[at] == ")":
            done = stack.pop()
            stack[-1].append(done)
        elif text[at] == '"':
            end = at + 1
            while text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            stack[-1].append(("string", "".join(unescaped(text[at + 1 : end]))))
            at = end
        elif text[at] != " ":
            end = min(text.find(c, at) % (len(text) + 1) for c in " )")
            stack[-1].append(text[at:end])
            at = end - 1
        at += 1
    [[tree]] = stack
    return tree


def unescaped(text):
    characters = iter(text)
    for character in characters:
        yield next(characters) if character == "\\" else character


def parts(tree):
    """The same lists straight from the tree."""
    match tree:
        case And(children) | Or(children):
            return [type(tree).__name__.lower(), *map(parts, children)]
        case Not(child):
            return ["not", parts(child)]
        case Boost(factor, child):
            return ["boost", factor, parts(child)]
        case Nothing():
            return ["none"]
        case Everything():
            return ["all"]
        case InGallery(gallery_id):
            return ["in-gallery", str(gallery_id)]
        case Equals("tag", name):
            return ["tag", ("string", name)]
        case Equals(field, str(value)):
            return ["eq", field, ("string", value)]
        case Equals(field, bool(value)):
            return ["eq", field, json.dumps(value)]
        case Equals(field, value):
            return ["eq", field, f"{value:.15g}"]
        case Wildcard(field, text) | Phrase(field, text):
            return [type(tree).__name__.lower(), field, ("string", text)]
        case Fuzzy(field, text, fuzz):
            return ["fuzzy", field, ("string", text), fuzz]
        case Range(field, lower, upper):
            # Values of bounds: test_canonical.py.
            shown = canonical_parts(show(tree))
            names = [f"{name}{'e' * b.inclusive}" for name, b in (("gt", lower), ("lt", upper)) if b]
            return ["range", field, *([name, bound[1]] for name, bound in zip(names, shown[2:], strict=True))]
    raise AssertionError(tree)


# --- limits

ROOMY = Limits(tokens=5_000)
AT_A_LIMIT = {
    "text_bytes": ("é" * 2_048, Limits()),
    "tokens": ("-" + ",".join("a" * 256), Limits()),
    "nesting": ("(" * 32 + "a" + ")" * 32, Limits()),
    "clauses": (",".join("a" * 512), ROOMY),
    "wildcards": (",".join(["a*"] * 8 + ["*"]), Limits()),
    "fuzzy_terms": (",".join(["a~1"] * 4), Limits()),
    "ranges": (",".join(["id.gt:1", "created_at:2019", "score:1~2", "wilson_score.lte:1"] * 8), Limits()),
}
ABOVE_A_LIMIT = {
    "text_bytes": ("é" * 2_048 + "a", "The query is longer than 4096 bytes.", None),
    "tokens": (",".join("a" * 257), "The query has more than 512 words and operators.", 512),
    "nesting": ("(" * 33 + "a" + ")" * 33, "The query nests deeper than 32 parentheses.", 32),
    "clauses": (",".join("a" * 513), "The query has more than 512 terms.", 1024),
    "wildcards": (",".join(["a*"] * 9), "The query has more than 8 terms with wildcards.", 24),
    "fuzzy_terms": (",".join(["a~1"] * 5), "The query has more than 4 fuzzy terms.", 16),
    "ranges": (",".join(["id:1~2"] * 33), "The query has more than 32 ranges.", 224),
}


def test_every_limit_is_met_here():
    assert AT_A_LIMIT.keys() == ABOVE_A_LIMIT.keys() == {limit.name for limit in dataclasses.fields(Limits)}


@pytest.mark.parametrize("limit", AT_A_LIMIT)
def test_at_a_limit_the_text_is_read(limit):
    text, limits = AT_A_LIMIT[limit]
    parse(text, STAFF, limits)


@pytest.mark.parametrize("limit", ABOVE_A_LIMIT)
def test_one_above_a_limit_the_text_is_refused(limit):
    text, message, column = ABOVE_A_LIMIT[limit]
    _, limits = AT_A_LIMIT[limit]
    with pytest.raises(QueryError) as caught:
        parse(text, STAFF, limits)
    assert (caught.value.message, caught.value.column) == (message, column)


@pytest.mark.parametrize("letter", ["a", "é", "\u20ac", "🦊"])
def test_the_length_of_a_text_is_counted_in_bytes(letter):
    most = letter * (4_096 // len(letter.encode()))
    parse(most, STAFF)
    with pytest.raises(QueryError):
        parse(most + letter, STAFF)


def test_wider_limits_exhaust_nothing():
    text = "-(a,(" * 5000 + "b" + "))" * 5000
    with pytest.raises(QueryError, match=r"Expected a term\."):
        parse(text + ",", STAFF, Limits(text_bytes=100_000, tokens=100_000, nesting=20_000, clauses=10_000))


def test_half_surrogates_do_not_break_the_count_of_bytes():
    assert parse("a\ud800" * 400, STAFF) == Equals("tag", "a" * 400)


# --- places and fields


@pytest.mark.parametrize(
    ("text", "column"),
    [("cat, , dog", 5), ("cat, score:x", 5), ("(cat", 4), ("cat) dog", 3), ("cat^-1", 4), ("cat, my:x", 5)],
)
def test_errors_know_their_column(text, column):
    with pytest.raises(QueryError) as caught:
        parse(text, STAFF)
    assert caught.value.column == column


def test_the_first_error_from_the_left_is_reported():
    with pytest.raises(QueryError, match="signed integer"):
        parse("score:x, animated:y ()", STAFF)


def test_a_field_may_write_to_another_name():
    author = Field(name="author", kind=Kind.LITERAL, target="author_name")
    body = Field(name="body", kind=Kind.ANALYSED)
    fields = Fields(default=body, by_name={"author": author, "image.tags": author})
    assert parse("author:Jane", fields) == Equals("author_name", "jane")
    assert parse("image.tags:x~1", fields) == Fuzzy("author_name", "x", "1")
    assert parse("Quiet lake", fields) == Phrase("body", "quiet lake")


def test_trees_of_custom_fields_are_flattened_into_the_text():
    saved = And((Equals("tag", "a"), Not(Equals("tag", "b"))))
    fields = Fields(
        default=STAFF.default,
        by_name={"saved": Field(name="saved", kind=Kind.CUSTOM, expand=lambda _: saved)},
    )
    assert parse("saved:1, c", fields) == And((*saved.children, Equals("tag", "c")))
    assert parse("-saved:1", fields) == Not(saved)


# --- lists, which are read without tokens

list_pieces = st.sampled_from(
    [
        "safe",
        "two words",
        "NO",
        "or",
        "x:y",
        "score.gte:3",
        "score:x",
        "my:faves",
        "*",
        "?",
        "~1",
        *" \t\n,,,--!\u00a0\u00e9",
    ]
)
narrow = st.builds(
    Limits,
    tokens=st.integers(0, 12),
    clauses=st.integers(0, 4),
    wildcards=st.integers(0, 1),
    ranges=st.integers(0, 1),
)


def outcome(read, *args):
    """The tree, or what is wrong and where."""
    try:
        return read(*args)
    except QueryError as error:
        return error.message, error.column


@given(
    st.lists(list_pieces, max_size=16).map("".join) | st.text(max_size=8) | st.text("a ,-!\t", max_size=12),
    st.just(Limits()) | narrow,
)
def test_a_list_is_read_as_its_tokens_are(text, limits):
    assert outcome(parse, text, STAFF, limits) == outcome(parser._by_tokens, text, STAFF, limits)


@pytest.mark.parametrize("mark", ["(", ")", '"', "^2", " AND ", " OR ", " && ", " || ", "NOT ", "\\"])
def test_a_text_with_structure_is_no_list(mark):
    assert not parser._LIST.fullmatch(f"a{mark}b")


def test_a_stored_query_in_a_list_is_asked_anew_each_time():
    said = iter([Equals("tag", "a"), Equals("tag", "b")])
    stored = Field(name="stored", kind=Kind.CUSTOM, expand=lambda _: next(said))
    fields = Fields(default=STAFF.default, by_name={"stored": stored})
    assert parse("stored:1, c", fields) == And((Equals("tag", "a"), Equals("tag", "c")))
    assert parse("stored:1, c", fields) == And((Equals("tag", "b"), Equals("tag", "c")))


def test_what_is_remembered_of_lists_has_a_bound():
    fields = Fields(default=STAFF.default, by_name={})
    parse("x" * 100, fields)
    assert not fields.known
    for number in range(10_000):
        parse(f"tag {number}, -cat", fields)
    assert 0 < len(fields.known) <= 8_192
