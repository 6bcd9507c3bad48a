"""Reverse image search: pictures near one picture. Begin at `index`."""

from polybooru.search.reverse.index import Fingerprint, Matches, ReverseIndex

__all__ = ["Fingerprint", "Matches", "ReverseIndex"]
