"""docs/reference/verbs.md: the table for people, made from the cells as they ran."""

from collections.abc import Iterator, Mapping

from tests.adapters.verbs.cells import DONE, Outcome
from tests.adapters.verbs.roles import IN_PERSON, ROLES, STAFF
from tests.adapters.verbs.table import KINDS, VerbTable, verbs_of

from polybooru.library.errors import (
    AccountDeactivated,
    Banned,
    BooruError,
    LoginRequired,
    NotAllowed,
    NotFound,
)
from polybooru.library.verbs import Acts

HEAD = """# Who may do what

Every act of the library, run as every role on an object in every state: this page is written by the test that
runs them (`make golden`). The objects belong to the owner of the third column.

| Column | Who |
| --- | --- |
{roles}

| Cell | Meaning |
| --- | --- |
{words}

The second table of a part tells only what is different in the other states: who, without a token, gets
another answer than in the first table. *All* are those who may do it there, *staff* are moderators, admins
and the operator. What a token allows is never more than what its owner may do.
"""
WORDS: Mapping[type[BooruError], tuple[str, str]] = {
    LoginRequired: ("log in", "only somebody who is signed in may do it"),
    Banned: ("banned", "a ban forbids it"),
    AccountDeactivated: ("off", "the account is deactivated"),
    NotAllowed: ("no", "not allowed"),
    NotFound: ("none", "answered as if there were no such thing"),
}
"""Base classes of errors with their word; any other error is told by its code."""


def document(table: VerbTable) -> str:
    return "\n".join([_head(), *(line for kind in KINDS for line in _part(table, kind))])


def _head() -> str:
    words = {"yes": "done; or there was nothing to do"}
    words |= dict(WORDS.values())
    words["another word"] = "the [code](errors.md) of the error"
    return HEAD.format(
        roles="\n".join(f"| {role} | {meaning} |" for role, meaning in ROLES.items()),
        words="\n".join(f"| {word} | {meaning} |" for word, meaning in words.items()),
    )


def _part(table: VerbTable, kind: Acts) -> Iterator[str]:
    cells = {verb.name: table.of(verb.name) for verb in verbs_of(kind)}
    if not cells:
        return
    states = list(next(iter(cells.values())))
    yield f"## {kind.value.replace('_', ' ').capitalize()}{f': {states[0]}' if states[0] else ''}\n"
    yield _line("Verb", *ROLES)
    yield _line(*("---" for _ in range(len(ROLES) + 1)))
    for name, by_state in cells.items():
        yield _line(f"`{name}`", *(word(by_state[states[0]][role]) for role in ROLES))
    yield ""
    if len(states) > 1:
        yield _line("Verb", *states[1:])
        yield _line(*("---" for _ in states))
        for name, by_state in cells.items():
            first = by_state[states[0]]
            yield _line(f"`{name}`", *(_different(first, by_state[state]) for state in states[1:]))
        yield ""


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def word(outcome: Outcome) -> str:
    if outcome.error is None:
        return "yes"
    for base, (told, _) in WORDS.items():
        if isinstance(outcome.error, base):
            return told
    return outcome.error.code.replace("_", " ")


def _different(first: Mapping[str, Outcome], here: Mapping[str, Outcome]) -> str:
    """Who gets another answer than in the first state."""
    changed = {role: word(here[role]) for role in IN_PERSON if word(here[role]) != word(first[role])}
    groups = {told: frozenset(r for r in changed if changed[r] == told) for told in changed.values()}
    every = frozenset(role for role in IN_PERSON if first[role].name == DONE)
    return "; ".join(f"{_people(roles, every)}: {told}" for told, roles in groups.items())


def _people(roles: frozenset[str], every: frozenset[str]) -> str:
    if roles == every:
        return "all"
    names = [role for role in IN_PERSON if role in roles]
    staff = [role for role in STAFF if role in IN_PERSON]
    if roles.issuperset(staff):
        names = [*(role for role in names if role not in staff), "staff"]
    return ", ".join(names)
