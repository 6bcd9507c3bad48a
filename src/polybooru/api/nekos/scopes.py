"""What the scopes of a token change. Of several of one kind the first in the token's own order counts.

Source: docs/reference/nekos.md, tokens.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from polybooru.api.nekos.limit import Rule

LIST_IMAGES = "image:list"
_NO_LIMIT = "api:ratelimit:disabled"
_LIMIT = re.compile(r"api:ratelimit:([1-9][0-9]{0,8})-([1-9][0-9]{0,8})-([1-9][0-9]{0,8})", re.ASCII)
_EXPIRY = re.compile(r"image:custom-expiry(?::([0-9]{1,15}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """Links may be good for as long as is asked. most: in seconds; None for any time."""

    most: int | None


def rule_for(scopes: Sequence[str], rule: Rule) -> Rule | None:
    """The rule of a token's requests; None for no limit. rule: that of everybody."""
    if any(scope.lower() == _NO_LIMIT for scope in scopes):
        return None
    for scope in scopes:
        if found := _LIMIT.fullmatch(scope):
            requests, seconds, strikes = map(int, found.groups())
            return replace(rule, requests=requests, seconds=seconds, strikes=strikes)
    return rule


def expiry_for(scopes: Sequence[str]) -> Expiry | None:
    """How long links of this token may be good; None where nothing but the usual time is allowed."""
    for scope in scopes:
        if found := _EXPIRY.fullmatch(scope):
            return Expiry(most=None if found[1] is None else int(found[1]))
    return None
