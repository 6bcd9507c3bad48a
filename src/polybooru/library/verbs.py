"""Which functions are verbs: what the dialects, the site and the command line call to change the library.

A verb takes the work, the actor, and then what it acts on. Tests run each one as every role on every state of
its object, and compare what they saw with the golden table; one that is not registered here escapes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Acts(StrEnum):
    """What a verb acts on, its first argument behind work and actor; THE_LIBRARY: on nothing that exists."""

    THE_LIBRARY = "library"
    IMAGE = "image"
    COMMENT = "comment"
    GALLERY = "gallery"
    FORUM = "forum"
    TOPIC = "topic"
    POST = "post"
    POLL = "poll"
    FILTER = "filter"
    TAG = "tag"
    USER = "user"
    TOKEN = "token"  # noqa: S105 — a kind of object
    GRANT = "grant"
    CATEGORY = "category"
    REPORT = "report"
    DUPLICATE_REPORT = "duplicate_report"
    BAN = "ban"
    ARTIST_LINK = "artist_link"
    DNP_ENTRY = "dnp_entry"
    BADGE = "badge"
    TAG_CHANGE = "tag_change"
    SOURCE_CHANGE = "source_change"
    TAG_BATCH = "tag_batch"
    BLOCK = "block"
    NOTIFICATION = "notification"
    SHORTLINK = "shortlink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb; name: the function's."""

    name: str
    acts_on: Acts
    function: Callable[..., Any]


_verbs: dict[str, Verb] = {}
VERBS: Mapping[str, Verb] = MappingProxyType(_verbs)
"""By name; whole once all modules of `library` are loaded."""


def verb(acts_on: Acts) -> Callable[[_Function], _Function]:
    """Register the function as a verb; names are unique over the library."""

    def register(function: _Function) -> _Function:
        name = function.__name__
        if name in _verbs:
            raise ValueError(f"There are two verbs called {name}.")
        _verbs[name] = Verb(name=name, acts_on=acts_on, function=function)
        return function

    return register
