"""Taking a dump into an empty library, some hundred lines in a transaction, each with how far that is.

Killed or failed at a line, the next call goes on behind the last line that was committed. Rows, words and
counters are those that the verbs would have made. Neighbours: `checking` (before), `rows` (what becomes of a
line), `taken_files` (pictures, which come after).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from polybooru.db.full_text import FILTER_WORDS, TAG_WORDS, WordTable, remove_words
from polybooru.db.tables import (
    comments,
    dump_imports,
    filter_tags,
    filters,
    forums,
    galleries,
    images,
    tags,
    topics,
    users,
)
from polybooru.library.dumps.checking import check_lines
from polybooru.library.dumps.errors import DumpDamaged, DumpError
from polybooru.library.dumps.folder import Dump
from polybooru.library.dumps.lines import Line
from polybooru.library.dumps.part import Part
from polybooru.library.dumps.parts import PARTS
from polybooru.library.dumps.rows import INTO
from polybooru.library.failpoints import failpoint
from polybooru.library.forums import FORUMS
from polybooru.library.founding import found_library
from polybooru.library.library import Library
from polybooru.library.ratings import RATINGS
from polybooru.library.work import Reading, Work

_AT_ONCE = 500  # lines in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """How far an import is: the part, and the key of the last line of it that was taken in."""

    part: str
    last_key: int


def import_dump(library: Library, dump: Dump, progress: Callable[[str, int, int | None], None]) -> bool:
    """Take in all lines that are not there yet; whether there were any.

    progress: what is done, lines, of how many. Raises DumpError, before anything is written, if the dump is
    damaged or the library not empty; at a line that contradicts another one, with those before it taken in.
    """
    dump.check_files()
    check_lines(dump, lambda done, total: progress("Checking", done, total))
    place = _begin(library, dump)
    if place is None:
        return False
    done, total = 0, dump.line_count
    names = [part.name for part in PARTS]
    for part in PARTS[names.index(place.part) :]:
        last_key = place.last_key if part.name == place.part else 0
        done = sum(dump.facts(other).lines for other in PARTS[: names.index(part.name)])
        _enter(library, dump, part, last_key)
        for batch in _batches(dump.lines(part)):
            done += len(batch)
            fresh = [(number, line) for number, line in batch if line.key > last_key]
            if fresh:
                _take_in(library, dump, part, fresh)
                failpoint("import_dump.after_batch")
            progress("Importing", done, total)
    _finish(library, dump)
    return True


def _begin(library: Library, dump: Dump) -> _Place | None:
    """Where to go on; None if all is there. Raises DumpError for a library that is not empty."""
    with library.work() as work:
        row = work.execute(select(dump_imports)).one_or_none()
        if row is not None:
            if row.dump_id != dump.manifest.id:
                raise DumpError("The library has begun as another dump; take this one into an empty library.")
            return None if row.finished_at is not None else _Place(part=row.part, last_key=row.last_key)
        _refuse_inhabited(work)
        first = PARTS[0].name
        work.execute(insert(dump_imports).values(dump_id=dump.manifest.id, part=first, started_at=work.now))
        return _Place(part=first, last_key=0)


def _refuse_inhabited(reading: Reading) -> None:
    for table in (users, images, topics, galleries, comments):
        found = reading.execute(select(func.count()).select_from(table)).scalar_one()
        if found:
            raise DumpError(
                f"The library is not empty: {table.name} has {found} row(s). Import into one that `polybooru "
                "init` has just made; accounts of your own come after that."
            )
    own_tags = select(func.count()).select_from(tags).where(tags.c.name.not_in(RATINGS))
    own_forums = select(func.count()).where(forums.c.short_name.not_in([name for name, _, _ in FORUMS]))
    own_filters = select(func.count()).where(filters.c.is_system.is_(False))
    if any(reading.execute(wanted).scalar_one() for wanted in (own_tags, own_forums, own_filters)):
        raise DumpError("The library is not empty: it has tags, forums or filters of its own.")


def _enter(library: Library, dump: Dump, part: Part, last_key: int) -> None:
    """Begin a part, or go on with it: what `init` has made of its kind meanwhile goes."""
    with library.work() as work:
        _note_place(work, dump, part, last_key)
        match part.name:
            case "tags":
                work.execute(delete(filter_tags).where(filter_tags.c.tag_id > last_key))
                _remove_seeds(work, tags, TAG_WORDS, last_key)
            case "forums":
                _remove_seeds(work, forums, None, last_key)
            case "filters":
                work.execute(delete(filter_tags).where(filter_tags.c.filter_id > last_key))
                _remove_seeds(work, filters, FILTER_WORDS, last_key)
            case _:
                pass


def _remove_seeds(work: Work, table: Table, words: WordTable | None, last_key: int) -> None:
    """Those of the dump, under its ids, take their place."""
    seeds = work.execute(select(table.c.id).where(table.c.id > last_key)).scalars().all()
    work.execute(delete(table).where(table.c.id > last_key))
    if words is not None:
        for seed_id in seeds:
            remove_words(work.connection, words, seed_id)


def _batches(lines: Iterable[tuple[int, Line]]) -> Iterator[list[tuple[int, Line]]]:
    rest = iter(lines)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def _take_in(library: Library, dump: Dump, part: Part, numbered: Sequence[tuple[int, Line]]) -> None:
    """One batch; if the database finds that it contradicts itself or what is there, line by line."""
    try:
        _write(library, dump, part, [line for _, line in numbered])
    except IntegrityError as error:
        if len(numbered) == 1:
            [(number, _)] = numbered
            fault = f"contradicts what is there already: {error.orig}".splitlines()[0]
            raise DumpDamaged(part.file_name, number, fault) from error
        for one in numbered:
            _take_in(library, dump, part, [one])


def _write(library: Library, dump: Dump, part: Part, lines: Sequence[Line]) -> None:
    with library.work() as work:
        INTO[part.line](work, lines)
        _note_place(work, dump, part, lines[-1].key)
        failpoint("import_dump.before_commit")


def _note_place(work: Work, dump: Dump, part: Part, last_key: int) -> None:
    own = update(dump_imports).where(dump_imports.c.dump_id == dump.manifest.id)
    work.execute(own.values(part=part.name, last_key=last_key))


def _finish(library: Library, dump: Dump) -> None:
    """What every library has and this dump does not; ids of its own lie above those that came."""
    with library.work() as work:
        for part in PARTS:
            if part.key.name == "id" and part.name not in {"tag_aliases", "tag_implications"}:
                work.database.skip_ids(work.connection, part.key.table)
        found_library(work, library.policy)
        own = update(dump_imports).where(dump_imports.c.dump_id == dump.manifest.id)
        work.execute(own.values(finished_at=work.now))
