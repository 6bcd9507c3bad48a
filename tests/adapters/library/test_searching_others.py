"""Search of comments, posts, galleries, tags and filters against a plain reading of the rows.

The documents are judged by the one-document matcher; both databases are held to the same ids in the same
order.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.libraries import NOON, add_person
from tests.row_worlds import Documents, documents, fill

from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.galleries import GalleryText, create_gallery
from polybooru.library.image_fields import Viewer
from polybooru.library.library import Library
from polybooru.library.row_search.comments import REVEALING as COMMENT_REVEALING
from polybooru.library.row_search.comments import comment_fields
from polybooru.library.row_search.filters import filter_fields
from polybooru.library.row_search.galleries import gallery_fields
from polybooru.library.row_search.posts import post_fields
from polybooru.library.row_search.search import RowSearch
from polybooru.library.row_search.tags import TAG_FIELDS
from polybooru.library.row_search.written import DELETION_FIELDS
from polybooru.search.index import Page
from polybooru.search.language.canonical import show
from polybooru.search.language.fields import Field, Fields, Kind
from polybooru.search.language.limits import Limits
from polybooru.search.language.matcher import Value, matches
from polybooru.search.language.parser import parse
from polybooru.search.language.words import Prose

ROWS = 120
QUERIES = 500
FILTER_ID = 1
LIMITS = Limits(wildcards=100, fuzzy_terms=100)
FIELDS: dict[str, Callable[[Viewer], Fields]] = {
    "comments": comment_fields,
    "posts": post_fields,
    "galleries": gallery_fields,
    "tags": lambda _: TAG_FIELDS,
    "filters": filter_fields,
}
NOUNS = list(FIELDS)
REVEALING = {**dict.fromkeys(NOUNS, DELETION_FIELDS), "comments": COMMENT_REVEALING}


def viewer(actor: Actor) -> Viewer:
    return Viewer(user_id=actor.user_id, is_staff=actor.is_staff)


def find(
    search: RowSearch, noun: str, actor: Actor, text: str, *, offset: int = 0, limit: int = 10_000
) -> Page:
    if noun == "tags":
        return search.tags(text, offset=offset, limit=limit)
    return getattr(search, noun)(actor, text, offset=offset, limit=limit)


def expected(everything: dict[str, Documents], noun: str, actor: Actor, text: str) -> list[int]:
    """What the caller should find, in order."""
    query = parse(text, FIELDS[noun](viewer(actor)), LIMITS)
    asked = actor.is_staff and any(f" {name} " in show(query) for name in REVEALING[noun])
    hidden_tags = set(everything["filters"][FILTER_ID]["_hidden_tag_ids"])
    found = []
    for key, document in everything[noun].items():
        told = document
        if noun in {"comments", "posts"}:
            if actor.is_staff:
                told = document | {"author": document["true_author"], "user_id": document["true_author_id"]}
            if document["_destroyed"] or not (actor.is_staff or document["approved"][0]):
                continue
            if document["deleted"][0] and not asked:
                continue
        if noun == "comments" and not (document["image.approved"][0] or asked):
            continue
        if noun == "comments" and hidden_tags.intersection(document["_tag_ids"]):
            continue
        if noun == "posts" and not document["_is_public"]:
            continue
        if noun == "filters" and not (document["public"][0] or document["user_id"] == [actor.user_id]):
            continue
        if matches(query, told, NOON):
            found.append((document["_order"], key))
    return [key for _, key in sorted(found)]


class Asker:
    """Makes queries of every field, with values that some row has, or nearly has."""

    def __init__(self, chance: random.Random, known: Documents, fields: Fields) -> None:
        self.chance = chance
        self.known = list(known.values())
        self.fields = [field for field in fields.by_name.values() if field.name != "my"]
        self.own = [field for field in fields.by_name.values() if field.name == "my"]
        self.default = fields.default

    def query(self, depth: int = 2) -> str:
        kind = self.chance.random()
        if depth == 0 or kind < 0.35:
            return self.term()
        if kind < 0.5:
            return f"-({self.query(depth - 1)})"
        joint = self.chance.choice([", ", " OR ", " || ", " AND "])
        parts = [self.query(depth - 1) for _ in range(self.chance.randint(2, 3))]
        return joint.join(f"({part})" for part in parts)

    def term(self) -> str:
        field = self.chance.choice([*self.fields, self.default])
        value = self.value(field)
        name = "" if field is self.default and self.chance.random() < 0.5 else f"{field.name}:"
        if field.kind in (Kind.INTEGER, Kind.DATE) and "~" not in value:
            suffix = self.chance.choice(["", "", ".eq", ".gt", ".gte", ".lt", ".lte"])
            name = f"{field.name}{suffix}:"
        written = f"{name}{value}".replace("\\", "\\\\").replace('"', '\\"')
        return f'"{written}"'

    def some(self, field: Field, otherwise: Value) -> Value:
        values = list(self.chance.choice(self.known).get(field.name, ()))
        return self.chance.choice(values) if values else otherwise

    def value(self, field: Field) -> str:
        match field.kind:
            case Kind.INTEGER:
                value = self.some(field, 1)
                return self.chance.choice(
                    [f"{value}", f"{value}~{self.chance.randint(0, 3)}", "-1", "999999999999"]
                )
            case Kind.NUMERIC | Kind.CUSTOM:
                return str(self.some(field, self.chance.randint(0, 9)))
            case Kind.DATE:
                return self.date(field)
            case Kind.BOOLEAN:
                return self.chance.choice(["true", "false"])
            case Kind.IP:
                return "127.0.0.1/8"
            case Kind.ANALYSED:
                return self.words(field)
            case _:
                return self.text(str(self.some(field, "cat")))

    def date(self, field: Field) -> str:
        moment = datetime.fromtimestamp(float(str(self.some(field, 0))), NOON.tzinfo)
        ago = int((NOON - moment) / timedelta(seconds=1))
        return self.chance.choice(
            [
                moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                moment.strftime("%Y-%m-%d"),
                moment.strftime("%Y-%m"),
                f"{ago} seconds ago",
                f"{ago // 60 or 1} minutes ago",
                f"{ago // 86_400 or 1} days ago",
                "9999",
                "0000",
            ]
        )

    def words(self, field: Field) -> str:
        prose = self.some(field, Prose(()))
        words = prose.words if isinstance(prose, Prose) and prose.words else ("cat", "run", "x")
        start = self.chance.randrange(len(words))
        kind = self.chance.random()
        if kind < 0.5:
            return " ".join(words[start : start + self.chance.randint(1, 3)])
        return (
            self.pattern(words[start]) if kind < 0.9 else self.chance.choice(["the", "", "*", "a b", "été"])
        )

    def text(self, text: str) -> str:
        kind = self.chance.random()
        if kind < 0.4:
            return "".join(f"\\{c}" if c in "\\*?~" else c for c in text)
        if kind < 0.75:
            return self.pattern(text)
        place = self.chance.randint(0, len(text))
        near = (
            text[:place]
            + self.chance.choice(["", "x", "é", "xy"])
            + text[place + self.chance.randint(0, 1) :]
        )
        escaped = "".join(f"\\{c}" if c in "\\*?~" else c for c in near)
        return f"{escaped}~{self.chance.choice(['1', '2', '0.7', '0', '3.5'])}"

    def pattern(self, text: str) -> str:
        start = self.chance.randint(0, len(text))
        end = self.chance.randint(start, len(text))
        joint = self.chance.choice(["*", "?", "?*", "*"])
        return text[:start] + joint + text[end:] + self.chance.choice(["", "", "*"])


@pytest.fixture
def search(library: Library) -> RowSearch:
    return RowSearch(library, LIMITS)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_query_finds_what_the_matcher_matches(library: Library, search: RowSearch, noun: str) -> None:
    chance = random.Random(11)
    people = fill(library, chance, ROWS)
    everything = documents(library)
    callers = [ANONYMOUS, people["Alice"], people["bob b"], people["mod"]]
    found_some = 0
    for number in range(QUERIES):
        actor = callers[number % len(callers)]
        text = Asker(chance, everything[noun], FIELDS[noun](viewer(actor))).query()
        wanted = expected(everything, noun, actor, text)
        page = find(search, noun, actor, text)
        assert page.ids == wanted, (actor.name, text)
        assert page.total == len(wanted)
        found_some += 0 < len(wanted) < len(everything[noun])
    assert found_some > QUERIES / 3


def test_whose_an_anonymous_gallery_is_stays_hidden(library: Library, search: RowSearch) -> None:
    alice, mod = add_person(library, "alice"), add_person(library, "mod", Role.MODERATOR)
    with library.work() as work:
        secret = create_gallery(work, alice, GalleryText(title="secret", is_anonymous=True))
        signed = create_gallery(work, alice, GalleryText(title="signed"))
    both = [signed, secret]
    for text in ("user:alice", f"user_id:{alice.user_id}"):
        for actor in (ANONYMOUS, alice):
            assert find(search, "galleries", actor, text).ids == [signed]
        assert find(search, "galleries", mod, text).ids == both
    assert find(search, "galleries", alice, "my:galleries").ids == both
    assert find(search, "galleries", ANONYMOUS, "-user:alice").ids == [secret]
