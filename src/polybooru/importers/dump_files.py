"""Files of a library that was taken in from a dump: found in a folder, or fetched from where it was made.

Safe to interrupt and to repeat: an image whose file was taken is not asked for again.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from polybooru.fetch import FetchFailed
from polybooru.importers.run import Outcome, Result, Summary, Unopened, opened, process
from polybooru.library import blobs
from polybooru.library.dumps.taken_files import FileRefused, WantedFile, take_file, wanted_files
from polybooru.library.library import Library
from polybooru.library.uploads import fetched, spooled

Found = Callable[[Library, WantedFile], AbstractContextManager[Path]]
"""Gives a copy of the file in the scratch folder. Raises FileNotFoundError, FetchFailed, Unopened."""
_PAGE = 64


def take_files(
    library: Library, ways: Sequence[Found], *, at_once: int, report: Callable[[Result], None]
) -> Summary:
    """Take the file of every image that has none, by the first way that finds one.

    report: called from this thread, once for each. Raises StorageFull.
    """
    summary, after = Summary(), 0
    with ThreadPoolExecutor(at_once, thread_name_prefix="import") as pool:
        while page := _page(library, after):
            for result in pool.map(partial(_take_one, library, ways), page):
                summary.outcomes[result.outcome] += 1
                if result.outcome is Outcome.REFUSED:
                    summary.reasons[result.reason] += 1
                report(result)
            after = page[-1].image_id
    return summary


def _page(library: Library, after: int) -> Sequence[WantedFile]:
    with library.reading() as reading:
        return wanted_files(reading, after=after, limit=_PAGE)


def _take_one(library: Library, ways: Sequence[Found], wanted: WantedFile) -> Result:
    label, reason = f"image {wanted.image_id}", "there is no file"
    for way in ways:
        try:
            with way(library, wanted) as path:
                take_file(library, wanted, path)
        except (FileRefused, Unopened) as error:
            reason = str(error)
        except FetchFailed as error:
            reason = f"it cannot be fetched: {error}"
        except FileNotFoundError:
            continue
        else:
            process(library, wanted.image_id)
            return Result(label=label, outcome=Outcome.IMPORTED)
    return Result(label=label, outcome=Outcome.REFUSED, reason=reason)


def in_folder(root: Path) -> Found:
    """In a store's folder, a data folder, or a folder laid out as the board's file addresses are."""

    @contextmanager
    def find(library: Library, wanted: WantedFile) -> Generator[Path]:
        path = next((path for path in _places(root, wanted) if path.is_file()), None)
        if path is None:
            raise FileNotFoundError
        with opened(path) as file, spooled(library, file) as copied:
            yield copied

    return find


def _places(root: Path, wanted: WantedFile) -> Iterator[Path]:
    for below in (root, root / "blobs"):
        for sha512 in wanted.hashes:
            yield below / blobs.original_key(sha512, wanted.format)
    for below in (root, root / "img"):
        yield below / _dated(wanted) / str(wanted.image_id) / f"full.{wanted.format}"
        for kind in ("view", "download"):
            yield below / kind / _dated(wanted) / f"{wanted.image_id}.{wanted.format}"


def from_board(files_root: str) -> Found:
    """From where the dump was made, through the guard; one file after the other in each job."""

    @contextmanager
    def find(library: Library, wanted: WantedFile) -> Generator[Path]:
        # As an attachment a drawing is the drawing itself, and else the same as it is viewed.
        address = f"{files_root}/download/{_dated(wanted)}/{wanted.image_id}.{wanted.format}"
        with fetched(library, address) as (path, _):
            yield path

    return find


def _dated(wanted: WantedFile) -> str:
    moment = wanted.created_at
    return f"{moment.year}/{moment.month}/{moment.day}"
