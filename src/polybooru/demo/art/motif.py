"""What a motif is: a function that draws on a sheet and tells what it drew."""

from collections.abc import Callable
from dataclasses import dataclass

from polybooru.demo.art.svg import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a motif drew.

    title: a few plain words that also name the file. tags: what is to be seen, without rating and artist.
    """

    title: str
    tags: tuple[str, ...]
    description: str


Motif = Callable[[Sheet], Story]
