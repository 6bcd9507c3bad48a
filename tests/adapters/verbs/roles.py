"""Who runs the verbs: the columns of the table, in its order."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tests.libraries import NOON, add_person, scoped

from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, BanNotice, Role
from polybooru.library.library import Library

ANYBODY = "anonymous"
STRANGER = "user"
OWNER = "owner"
ASSISTANT = "assistant"
MODERATOR = "moderator"
ADMIN = "admin"
PROGRAM = "operator"
OWNERS_TOKEN = "owner's token"
READING = "`read` token"
ADMINS_TOKEN = "admin's token"
INTERACTING = "`interact` token"
DEACTIVATED = "deactivated"
BANNED = "banned"

ROLES: Mapping[str, str] = MappingProxyType(
    {
        ANYBODY: "without a token",
        STRANGER: "somebody signed in, with nothing to do with the object",
        OWNER: "who made or uploaded the object, or whose account it is",
        ASSISTANT: "an assistant",
        MODERATOR: "a moderator",
        ADMIN: "an admin",
        PROGRAM: "the command line",
        OWNERS_TOKEN: "the owner, with a token without scopes",
        READING: "the owner, with a token of the scope `read` alone",
        ADMINS_TOKEN: "the admin, with a token without scopes",
        INTERACTING: "a moderator, with a token of `interact`, `upload` and `write`: not of `moderate`",
        DEACTIVATED: "the owner, whose account was deactivated meanwhile",
        BANNED: "the owner, who was banned meanwhile",
    }
)
"""What each column means."""
STAFF = (MODERATOR, ADMIN, PROGRAM, ADMINS_TOKEN)
NOT_STAFF = frozenset({ANYBODY, STRANGER, ASSISTANT, INTERACTING})
"""To whom the object of another one that is out of sight does not exist."""
IN_PERSON = (ANYBODY, STRANGER, OWNER, ASSISTANT, MODERATOR, ADMIN, PROGRAM)
"""Those without a token, and in good standing."""
THE_OWNER = frozenset({OWNER, OWNERS_TOKEN, READING})
ALL_BUT_STAFF = NOT_STAFF | THE_OWNER
"""Who wrote a thing does not find it either, once staff took it from sight."""
PEOPLE = (STRANGER, OWNER, ASSISTANT, MODERATOR, ADMIN)
"""One role of each account."""


def add_actors(library: Library) -> dict[str, Actor]:
    """One caller for each role; those of one account share it."""
    owner = add_person(library, "owner")
    moderator = add_person(library, "moderator", Role.MODERATOR)
    admin = add_person(library, "admin", Role.ADMIN)
    return {
        ANYBODY: ANONYMOUS,
        STRANGER: add_person(library, "stranger"),
        OWNER: owner,
        ASSISTANT: add_person(library, "assistant", Role.ASSISTANT),
        MODERATOR: moderator,
        ADMIN: admin,
        PROGRAM: OPERATOR,
        OWNERS_TOKEN: replace(owner, token_id=1),
        READING: scoped(replace(owner, token_id=2), "read"),
        ADMINS_TOKEN: replace(admin, token_id=3),
        INTERACTING: scoped(replace(moderator, token_id=4), "read", "interact", "upload", "write"),
        DEACTIVATED: replace(owner, is_deactivated=True),
        BANNED: replace(owner, ban=BanNotice(code="U2345", reason="rude", expires_at=None)),
    }


def standing(role: str) -> Mapping[str, Any]:
    """What the account of a caller says that it does not say in the world."""
    return {"deactivated_at": NOON} if role == DEACTIVATED else {}
