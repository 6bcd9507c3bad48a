"""Names that go on as somebody began to write, the most used first.

Every place in a name where a word begins is an entry, and the entries are in the order of the text that
follows them: what begins with a term is a run of them, found by bisection. An entry is one number, the row of
its name and the place in it, so that hundreds of thousands take a few megabytes. A replica: its owner loads
it, tells it what changed, and holds a lock.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"(?:^|(?<=[\s:/_(\-.\"]))[^\s:/_(\-.\"]")
_PLACE_BITS = 16
_INNER = 1 << (_PLACE_BITS - 1)  # set for a word that is no beginning
_TAKEN_AT_FIRST = 4  # times the limit: aliases and words repeat names

# The order of suggestions as one number: beginnings before inner words, then by uses, a name's own text
# before its aliases', then in the order of the text.
_RANK_BITS = 24
_OWN_BIT, _USES_BIT, _BEGINNING_BIT = _RANK_BITS, _RANK_BITS + 1, _RANK_BITS + 33


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name as its owner knows it.

    beginnings: places in the text that count as its beginning besides 0, as behind a namespace. alias_of: key
    of the name that this is another word for. uses: of an alias they are those of its target.
    """

    key: int
    text: str
    beginnings: Collection[int] = ()
    alias_of: int | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A name in use; `alias` is the other word for it that the term begins, if it is not the name itself."""

    key: int
    text: str
    alias: str | None
    uses: int


class SuggestionIndex:
    """See the module."""

    def __init__(self) -> None:
        self._entries: NDArray[np.int64] = np.empty(0, np.int64)
        self._texts: list[str] = []
        self._keys: list[int] = []
        self._rows: dict[int, int] = {}
        self._targets = np.empty(0, np.int64)  # of each row: its own row, or that of which it is an alias
        self._uses = np.empty(0, np.int64)
        self.turned = 0
        """Rises whenever a name comes into use or goes out of it, and maybe when none does."""

    def load(self, names: Iterable[Name]) -> None:
        """Fill an empty index; 5 s a million names."""
        known = list(names)
        self._set_rows(known)
        entries = [entry for name in known for entry in self._entries_of(name)]
        entries.sort(key=self._place)
        self._entries = np.array(entries, np.int64)

    def put(self, names: Collection[Name]) -> None:
        """Insert or replace a few names, in one go."""
        self.turned += 1
        renamed = [name for name in names if self._text_of(name.key) != name.text]
        self._remove([self._rows[name.key] for name in renamed if name.key in self._rows])
        self._set_rows(names)
        added = sorted((entry for name in renamed for entry in self._entries_of(name)), key=self._place)
        places = [bisect_left(self._entries, self._place(entry), key=self._place) for entry in added]
        self._entries = _with(self._entries, places, added)

    def discard(self, keys: Iterable[int]) -> None:
        """Remove names; those that are not there change nothing."""
        self.turned += 1
        rows = [self._rows[key] for key in keys if key in self._rows]
        self._remove(rows)
        for row in rows:
            self._texts[row] = ""
            self._uses[row] = 0

    def count(self, keys: Iterable[int], by: int) -> None:
        """These names are used more, or less; of one that is not there nothing is kept."""
        rows = [self._rows[key] for key in keys if key in self._rows]
        if rows:
            before = self._uses[rows]
            self._uses[rows] += by
            if ((before > 0) != (before + by > 0)).any():
                self.turned += 1

    def in_use(self, keys: Iterable[int]) -> NDArray[np.bool_]:
        """Whether each of these names is used. Cost: 80 ns a name."""
        found = self._rows
        rows = np.fromiter((found.get(key, -1) for key in keys), np.int64)
        uses = np.append(self._uses, 0)  # the last one is for those that are not there
        return uses[rows] > 0

    def suggest(self, term: str, limit: int) -> list[Suggestion]:
        """Names in use with a word that begins with the term; each once.

        Those that begin with it come first, also behind a namespace; then by uses, then in the order of the
        text. Cost: some 30 ns for each word that begins with the term.
        """
        if not term or limit < 1:
            return []
        start = bisect_left(self._entries, term, key=self._text)
        end = bisect_right(self._entries, term, lo=start, key=lambda entry: self._text(entry)[: len(term)])
        entries = self._entries[start:end]
        rows = entries >> _PLACE_BITS
        targets = self._targets[rows]
        order = _order(self._uses[targets], is_inner=(entries & _INNER) != 0, is_own=rows == targets)
        taken = limit * _TAKEN_AT_FIRST
        while True:
            found = self._distinct(rows, _highest(order, taken), limit)
            if len(found) == limit or taken >= len(order):
                return found
            taken *= _TAKEN_AT_FIRST

    def most_used(self, limit: int) -> list[int]:
        """Keys of names in use, the most used first, then by key. Cost: 3 ms of 200,000 names."""
        uses = self._uses[: len(self._keys)]
        if limit < len(uses):
            least = max(1, int(np.partition(uses, -limit)[-limit]))
            rows = np.flatnonzero(uses >= least)
        else:
            rows = np.flatnonzero(uses > 0)
        ranked = sorted((-int(uses[row]), self._keys[row]) for row in rows.tolist())
        return [key for _, key in ranked[:limit]]

    def dump(self) -> tuple[dict[str, NDArray[np.int64]], Sequence[str]]:
        """Plain arrays and texts from which `restore` makes the same again without sorting."""
        arrays = {
            "entries": self._entries,
            "keys": np.array(self._keys, np.int64),
            "targets": self._targets[: len(self._keys)],
            "uses": self._uses[: len(self._keys)],
        }
        return arrays, self._texts

    def restore(self, arrays: Mapping[str, NDArray[np.int64]], texts: Iterable[str]) -> None:
        """Fill an empty index with what `dump` gave. Raises ValueError if it does not belong together."""
        self._texts = list(texts)
        self._keys = arrays["keys"].tolist()
        self._rows = {key: row for row, key in enumerate(self._keys)}
        self._entries = arrays["entries"].astype(np.int64)
        self._targets, self._uses = arrays["targets"].astype(np.int64), arrays["uses"].astype(np.int64)
        count = len(self._texts)
        if not (count == len(self._rows) == len(self._targets) == len(self._uses)):
            raise ValueError("these arrays do not belong together")

    def _distinct(self, rows: NDArray[np.int64], places: Iterable[int], limit: int) -> list[Suggestion]:
        found: dict[int, Suggestion] = {}
        for place in places:
            row = int(rows[place])
            target = int(self._targets[row])
            if target not in found:
                found[target] = Suggestion(
                    key=self._keys[target],
                    text=self._texts[target],
                    alias=None if row == target else self._texts[row],
                    uses=int(self._uses[target]),
                )
                if len(found) == limit:
                    break
        return list(found.values())

    def _set_rows(self, names: Collection[Name]) -> None:
        for name in names:
            row = self._rows.setdefault(name.key, len(self._keys))
            if row == len(self._keys):
                self._keys.append(name.key)
                self._texts.append("")
            self._texts[row] = name.text
        more = len(self._keys) - len(self._targets)
        if more > 0:  # with some to spare: copying takes longer than all the rest
            room = np.zeros(more + len(self._targets) // 8, np.int64)
            self._targets = np.concatenate((self._targets, room))
            self._uses = np.concatenate((self._uses, room))
        for name in names:
            row = self._rows[name.key]
            self._targets[row] = row if name.alias_of is None else self._rows.get(name.alias_of, row)
            self._uses[row] = name.uses if name.alias_of is None else 0

    def _remove(self, rows: Collection[int]) -> None:
        if rows:
            self._entries = self._entries[~np.isin(self._entries >> _PLACE_BITS, list(rows))]

    def _entries_of(self, name: Name) -> Iterator[int]:
        row = self._rows[name.key] << _PLACE_BITS
        for word in _WORD.finditer(name.text, 0, _INNER):
            is_beginning = word.start() == 0 or word.start() in name.beginnings
            yield row | word.start() | (0 if is_beginning else _INNER)

    def _text(self, entry: int) -> str:
        """What follows an entry."""
        return self._texts[entry >> _PLACE_BITS][entry & (_INNER - 1) :]

    def _place(self, entry: int) -> str:
        """What entries are in the order of: equal ends of names by the whole name."""
        return f"{self._text(entry)}\0{self._texts[entry >> _PLACE_BITS]}"

    def _text_of(self, key: int) -> str | None:
        row = self._rows.get(key)
        return None if row is None else self._texts[row]


def _with(entries: NDArray[np.int64], places: Iterable[int], added: Iterable[int]) -> NDArray[np.int64]:
    """places: ascending, before which of the entries each is to stand."""
    parts, last = list[NDArray[np.int64]](), 0
    for place, entry in zip(places, added, strict=True):
        parts += (entries[last:place], np.array((entry,), np.int64))
        last = place
    return np.concatenate((*parts, entries[last:]))


def _order(
    uses: NDArray[np.int64], *, is_inner: NDArray[np.bool_], is_own: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The higher the better; 0 for what is not in use."""
    ranks = np.arange((1 << _RANK_BITS) - 1, (1 << _RANK_BITS) - 1 - len(uses), -1)
    order = ranks | uses << _USES_BIT
    order |= is_own.astype(np.int64) << _OWN_BIT
    order |= (~is_inner).astype(np.int64) << _BEGINNING_BIT
    order[uses == 0] = 0
    return order


def _highest(order: NDArray[np.int64], count: int) -> list[int]:
    """Places of the highest, highest first, without those at 0."""
    places = np.argpartition(order, -count)[-count:] if count < len(order) else np.arange(len(order))
    places = places[np.argsort(-order[places])]
    found: list[int] = places[order[places] > 0].tolist()
    return found
