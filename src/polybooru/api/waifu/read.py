"""Parameters and bodies as this dialect reads them: strict, and in an order that clients can tell.

Source: docs/reference/waifu.md, search and favourites.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from polybooru.api.waifu.answers import Refused
from polybooru.library.listed_images import Comparison, Shape, Side, Sorted, Wanted

MANY = 30
MAX_BODY_BYTES = 1024 * 1024
MAX_DESCRIPTION_CHARACTERS = 200
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_TRI_STATE: Mapping[str, bool | None] = MappingProxyType({"true": True, "false": False, "null": None})
_ORDERS = MappingProxyType(
    {"FAVORITES": Sorted.BY_FAVES, "UPLOADED_AT": Sorted.BY_UPLOAD, "RANDOM": Sorted.AT_RANDOM}
)
_ORDERS_OF_FAVOURITES = MappingProxyType({**_ORDERS, "LIKED_AT": Sorted.BY_LIKE})
_SHAPES = MappingProxyType({"LANDSCAPE": Shape.LANDSCAPE, "PORTRAIT": Shape.PORTRAIT, "RANDOM": Shape.ANY})
_SIDES = MappingProxyType({"width": Side.WIDTH, "height": Side.HEIGHT, "byte_size": Side.BYTES})
_ELEMENT = re.compile(r"[A-Za-z0-9-]+")
_COMPARISON = re.compile(r"(>=|<=|!=|>|<|=)([0-9]+)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DIGITS = 20  # of a number are looked at: more only make it larger than anything
_BEARER = "Bearer "
_INT64 = range(-(2**63), 2**63)
_VERSION = re.compile(r"v([0-9]{1,3})")
_TEXTUAL_AUTHOR_FROM = 6

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What both searches ask. wanted: by anybody, and no more than everybody may have. limit: as given."""

    wanted: Wanted
    limit: int | None


class Query:
    """The parameters of a query string; of one that has a single value the first counts."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        values: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            values[name].append(value)
        self._values: Mapping[str, Sequence[str]] = values
        self._filters: dict[bool, Filters] = {}

    def flag(self, name: str) -> bool:
        """A switch; empty is as good as absent. Raises Refused."""
        text = self._first(name)
        if not text or text in _FALSE:
            return False
        if text in _TRUE:
            return True
        raise _wrong(f"{name} must be one of true, false")

    def integer(self, name: str) -> int:
        """A number of 64 bits; 0 where it is absent or empty. Raises Refused."""
        text = self._first(name)
        if not text:
            return 0
        number = int(text[: _DIGITS + 1]) if _INTEGER.fullmatch(text) else None
        if number is None or len(text) > _DIGITS or number not in _INT64:
            raise _wrong(f"{name} must be an integer")
        return number

    def filters(self, *, of_favourites: bool) -> Filters:
        """All that is asked, read in the order of the documents. Raises Refused for what is wrong first."""
        found = self._filters.get(of_favourites)
        if found is None:
            found = self._filters[of_favourites] = self._read(of_favourites=of_favourites)
        return found

    def _read(self, *, of_favourites: bool) -> Filters:
        default = None if of_favourites else False
        is_nsfw = self._named("is_nsfw", _TRI_STATE, default, str.lower, "null, true, false")
        tags, without_tags = self._list("included_tags"), self._list("excluded_tags")
        files, without_files = self._list("included_files"), self._list("excluded_files")
        is_gif = self._named("gif", _TRI_STATE, None, str.lower, "null, true, false")
        orders = _ORDERS_OF_FAVOURITES if of_favourites else _ORDERS
        usual = Sorted.BY_LIKE if of_favourites else Sorted.AT_RANDOM
        order = self._named("order_by", orders, usual, str.upper, ", ".join(orders))
        shape = self._named("orientation", _SHAPES, Shape.ANY, str.upper, ", ".join(_SHAPES))
        comparisons = [one for name in _SIDES if (one := self._comparison(name)) is not None]
        most = MANY if self.flag("many") else None if of_favourites else 1
        limit = self._limit()
        wanted = Wanted(
            is_nsfw=is_nsfw,
            tags=tags,
            without_tags=without_tags,
            files=files or None,
            without_files=without_files,
            is_gif=is_gif,
            order=order,
            shape=shape,
            comparisons=comparisons,
            most=None if files else most if limit is None else limit,
        )
        return Filters(wanted=wanted, limit=limit)

    def _first(self, name: str) -> str | None:
        found = self._values.get(name)
        return found[0] if found else None

    def _named(self, name: str, known: Mapping[str, _Value], missing: _Value, fold: Any, said: str) -> _Value:
        text = self._first(name)
        if text is None:
            return missing
        folded = fold(text) if text.isascii() else text
        if folded not in known:
            raise _wrong(f"{name} must be one of {said}")
        return known[folded]

    def _list(self, name: str) -> Sequence[str]:
        found = self._values.get(name, ())
        for text in found:
            if not _ELEMENT.fullmatch(text):
                raise _wrong(f"{name} must be made of letters, digits and hyphens; repeat it for several")
        return list(dict.fromkeys(text.lower() for text in found))

    def _comparison(self, name: str) -> Comparison | None:
        text = self._first(name)
        if text is None:
            return None
        found = _COMPARISON.fullmatch(text)
        if found is None:
            raise _wrong(f"{name} must be one of >=, <=, >, <, =, != with digits behind it")
        digits = found[2].lstrip("0")
        number = int(digits or "0") if len(digits) <= _DIGITS else 10**_DIGITS
        return Comparison(side=_SIDES[name], how=found[1], number=number)

    def _limit(self) -> int | None:
        number = self.integer("limit")
        if number == 0:
            return None
        if number < 2:
            raise _wrong("limit must be greater than 1")
        return number


def token(header: str) -> str:
    """The token of an Authorization header. Raises Refused where there is none."""
    text = header.removeprefix(_BEARER)
    if text is header or not text or " " in text:
        raise Refused(401)
    return text


def image_id(body: Mapping[str, Any]) -> int | None:
    """Which image; None where it is absent, null or 0. Raises Refused for anything but an integer."""
    return _body_integer(body, "image_id") or None


def user_id(body: Mapping[str, Any]) -> int:
    """Whose; 0 for the caller. Raises Refused for anything but an integer."""
    return _body_integer(body, "user_id")


def description(body: Mapping[str, Any]) -> str:
    """What is wrong with an image; empty where nothing is said. Raises Refused."""
    value = body.get("description")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_DESCRIPTION_CHARACTERS:
        raise _wrong(f"description must be a text of at most {MAX_DESCRIPTION_CHARACTERS} characters")
    return value


def has_textual_author(accepted: str) -> bool:
    """Whether a client of this version reads the author of a report as a text."""
    found = _VERSION.fullmatch(accepted.strip().lower())
    return found is not None and int(found[1]) >= _TEXTUAL_AUTHOR_FROM


def _body_integer(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value not in _INT64:
        raise _wrong(f"{name} must be an integer")
    return value


def _wrong(said: str) -> Refused:
    return Refused(400, said)
