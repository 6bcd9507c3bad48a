"""Many names side by side, to hold a pattern against all of them at once.

The sorted names stand one after the other in one array of code points, of the narrowest type. A piece of a
pattern is looked for in all of it, and each name takes the first place that is left to it: a handful of numpy
steps for each piece, whatever the names. Made anew when enough has changed; `vocabulary` knows what has.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from polybooru.search.index.bitmaps import Ids
from polybooru.search.index.patterns import ONE, Glob, near

Places = NDArray[np.int64]

FEW = 256
"""So few names are looked at one by one."""


class NameTable:
    """Names and their keys as they were when it was made."""

    __slots__ = ("_codes", "_lengths", "_starts", "all_keys", "texts")

    def __init__(self, keys: Mapping[str, Sequence[int]]) -> None:
        ordered = sorted(keys)
        counts = [len(keys[text]) for text in ordered]
        self.texts = [text for text, count in zip(ordered, counts, strict=True) for _ in range(count)]
        self.all_keys = np.fromiter(chain.from_iterable(keys[text] for text in ordered), np.uint32)
        self._starts = np.zeros(len(self.texts) + 1, np.int64)
        np.cumsum([*map(len, self.texts)], out=self._starts[1:])
        self._lengths = np.bincount(np.diff(self._starts))
        codes = np.frombuffer("".join(self.texts).encode("utf-32-le", "surrogatepass"), "<u4")
        highest = int(codes.max()) if len(codes) else 0
        self._codes = codes.astype(
            np.uint8 if highest < 2**8 else np.uint16 if highest < 2**16 else np.uint32
        )

    def narrowed(self, pattern: str) -> tuple[int, int, bool]:
        """Between which places the names that match must lie, and whether all of these do."""
        glob = Glob(pattern)
        first, last = bisect_left(self.texts, glob.prefix), _end(self.texts, glob.prefix)
        return first, last, glob.is_prefix

    def of_length(self, least: int, most: int) -> int:
        """How many names have so many characters."""
        return int(self._lengths[max(0, least) : most + 1].sum())

    def same(self, text: str) -> slice:
        """Where this very name stands, once for each key."""
        return slice(bisect_left(self.texts, text), bisect_right(self.texts, text))

    def keys(self, marks: NDArray[np.bool_]) -> Ids:
        """The keys of the marked names."""
        return self.all_keys[marks]

    def matching(self, pattern: str) -> NDArray[np.bool_]:
        """Marks the names that a wildcard pattern matches."""
        glob = Glob(pattern)
        marks = np.zeros(len(self.texts), np.bool_)
        first, last, is_all = self.narrowed(pattern)
        if is_all:
            marks[first:last] = True
            return marks
        alive = np.arange(first, last)
        lengths = self._starts[first + 1 : last + 1] - self._starts[first:last]
        alive = alive[lengths >= glob.least if glob.has_stars else lengths == glob.least]
        alive = self._fitting(alive, self._starts[alive], glob.first, len(glob.prefix))
        alive = self._fitting(alive, self._starts[alive + 1] - len(glob.last), glob.last, 0)
        marks[self._with_pieces(alive, glob, int(self._starts[first]), int(self._starts[last]))] = True
        return marks

    def near(self, text: str, distance: int) -> NDArray[np.bool_]:
        """Marks the names within this Levenshtein distance.

        Cut into one piece more than there may be edits, the text keeps one of them whole.
        """
        lengths = np.diff(self._starts)
        fits = (lengths >= len(text) - distance) & (lengths <= len(text) + distance)
        if len(text) > distance:
            fits &= self._holding_a_piece(text, distance)
        places = np.flatnonzero(fits)
        close = near(text, distance, [self.texts[place] for place in places.tolist()])
        marks = np.zeros(len(self.texts), np.bool_)
        for name in close:
            marks[self.same(name)] = True
        return marks

    def memory_bytes(self) -> int:
        """Bytes of the arrays and the list; the texts are those of the vocabulary."""
        return self._codes.nbytes + self._starts.nbytes + self.all_keys.nbytes + 8 * len(self.texts)

    def _fitting(self, alive: Places, at: Places, piece: str, known: int) -> Places:
        """Those that have the piece at these places; its first `known` characters are known to be there."""
        for number, character in enumerate(piece[known:], known):
            if character != ONE:
                fits = self._codes[at + number] == ord(character)
                alive, at = alive[fits], at[fits]
        return alive

    def _with_pieces(self, alive: Places, glob: Glob, begin: int, end: int) -> Places:
        """Those with the inner pieces of the pattern one after the other, among these characters."""
        at = self._starts[alive] + len(glob.first)
        stop = self._starts[alive + 1] - len(glob.last)
        known: dict[str, Places] = {}
        for piece in glob.middle:
            if len(alive) <= FEW:
                return np.array(
                    [place for place in alive.tolist() if glob.matches(self.texts[place])], np.int64
                )
            if piece.strip(ONE):
                if piece not in known:
                    known[piece] = np.append(self._occurrences(piece, begin, end), end + len(piece))
                at = known[piece][np.searchsorted(known[piece], at)]
            at = at + len(piece)
            fits = at <= stop
            alive, at, stop = alive[fits], at[fits], stop[fits]
        return alive

    def _occurrences(self, piece: str, begin: int, end: int, wild: str = ONE) -> Places:
        """Where the piece stands, ascending, from `begin` to `end`; the character `wild` stands for any."""
        places: Places | None = None
        last = end - len(piece) + 1
        for number, character in enumerate(piece):
            if character == wild:
                continue
            if places is None:
                places = np.flatnonzero(self._codes[begin + number : last + number] == ord(character)) + begin
            else:
                places = places[self._codes[places + number] == ord(character)]
        assert places is not None, "a piece of only question marks stands everywhere"
        return places

    def _holding_a_piece(self, text: str, distance: int) -> NDArray[np.bool_]:
        holding = np.zeros(len(self.texts), np.bool_)
        cuts = [len(text) * number // (distance + 1) for number in range(distance + 2)]
        for first, last in pairwise(cuts):
            places = self._occurrences(text[first:last], 0, len(self._codes), wild="")
            owners = np.searchsorted(self._starts, places, side="right") - 1
            shifts = places - self._starts[owners] - first
            holding[owners[np.abs(shifts) <= distance]] = True
        return holding


def _end(ordered: list[str], prefix: str) -> int:
    """Where the texts with this prefix end."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return len(ordered)
    return bisect_left(ordered, stem[:-1] + chr(ord(stem[-1]) + 1))
