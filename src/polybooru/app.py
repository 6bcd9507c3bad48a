"""Composition: builds one library from the settings, and the HTTP application over it."""

from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import URL

from polybooru.counters import Counters
from polybooru.db import ChangeNumber, Database
from polybooru.db.schema import migrate
from polybooru.fetch import Fetcher
from polybooru.fetch import Limits as FetchLimits
from polybooru.library.anonymous_names import AnonymousNames
from polybooru.library.artists import Artists
from polybooru.library.board import Board
from polybooru.library.callers import Callers
from polybooru.library.daily_file import DailyFile
from polybooru.library.founding import found_library
from polybooru.library.image_search import Budget, ImageSearch
from polybooru.library.index_file import IndexFile
from polybooru.library.known_tags import KnownTags
from polybooru.library.library import Library
from polybooru.library.policy import Policy
from polybooru.library.replica import Replica
from polybooru.library.row_search.kept import RowPages
from polybooru.library.row_search.search import RowSearch
from polybooru.library.shown_filters import ShownFilters
from polybooru.library.upload_rate import UploadGate, UploadRate
from polybooru.library.words import fill_words
from polybooru.library.work import Work
from polybooru.media import Decoders
from polybooru.media import Limits as MediaLimits
from polybooru.search.language.limits import Limits as QueryLimits
from polybooru.settings import Settings
from polybooru.store import FolderStore

VERSION = "0.1.0"
DATABASE_FILE = "polybooru.sqlite3"
COUNTERS_FILE = "counters.sqlite3"


def database_url(data: Path, settings: Settings) -> str:
    """The database of a data folder: a SQLite file in it, unless the settings name another."""
    if settings.database_url:
        return settings.database_url
    path = str(data.absolute() / DATABASE_FILE)  # which may hold what means something in an address
    return URL.create("sqlite", database=path).render_as_string()


def initialise(
    data: Path, settings: Settings, progress: Callable[[int, int | None], None] = lambda _done, _total: None
) -> None:
    """Make the data folder, bring the schema up to date, make what every library begins with.

    progress: of filling the full text of a library that is older than it. Raises UnknownSchema.
    """
    data.mkdir(parents=True, exist_ok=True)
    database = Database(database_url(data, settings))
    number = ChangeNumber(data / "change-number")
    try:
        migrate(database)
        now = datetime.now(UTC)
        with database.write(now) as transaction:
            rules = policy(settings)
            found_library(Work(transaction.connection, now, database, transaction, rules), rules)
        if transaction.last_number is not None:
            number.raise_to(transaction.last_number)
        fill_words(database, now, progress)
    finally:
        number.close()
        database.close()


@contextmanager
def open_library(data: Path, settings: Settings) -> Generator[Library]:
    """The library of a data folder that was initialised; its replica holds no index until it is loaded."""
    database = Database(database_url(data, settings))
    number = ChangeNumber(data / "change-number")
    scratch = data / "scratch"
    decoding = scratch / "decoders"  # of their own: a subverted decoder must not reach other uploads
    decoding.mkdir(mode=0o700, parents=True, exist_ok=True)
    decoders = Decoders(limits=media_limits(settings), scratch=decoding)
    try:
        yield Library(
            database=database,
            replica=Replica(database, number, IndexFile(data / "image-index")),
            store=FolderStore(data / "blobs", free_floor_bytes=settings.upload.free_floor_bytes),
            decoders=decoders,
            fetcher=Fetcher(
                user_agent=f"Polybooru/{VERSION}",
                allow_private_addresses=settings.fetch.allow_private_addresses,
                limits=FetchLimits(size_bytes=settings.upload.max_file_bytes),
            ),
            scratch=scratch,
            policy=policy(settings),
            clock=lambda: datetime.now(UTC),
        )
    finally:
        decoders.close()
        number.close()
        database.close()


@contextmanager
def open_board(data: Path, settings: Settings) -> Generator[Board]:
    """The library with search and callers over it; the replica is loaded by the caller."""
    limits, budget = query_limits(settings), search_budget(settings)
    with open_library(data, settings) as library, closing(Counters(data / COUNTERS_FILE)) as counters:
        yield Board(
            library=library,
            search=ImageSearch(library, limits, budget),
            row_pages=RowPages(library, RowSearch(library, limits, seconds=budget.statement_seconds)),
            callers=Callers(library),
            filters=ShownFilters(library),
            known_tags=KnownTags(library),
            artists=Artists(library),
            compiled_tags=DailyFile(data / "compiled-tags"),
            anonymous_names=AnonymousNames(library),
            counters=counters,
            upload_gate=UploadGate(library, counters, upload_rate(settings)),
            public_url=settings.public_url.rstrip("/"),
            site_name=settings.site_name,
        )


def policy(settings: Settings) -> Policy:
    """The library's rules as set."""
    philomena = settings.dialect.philomena
    return Policy(
        max_file_bytes=settings.upload.max_file_bytes,
        min_tags=settings.upload.min_tags,
        max_tags=settings.upload.max_tags,
        first_uploads_to_approve=settings.upload.first_to_approve,
        images_per_page=philomena.images_per_page,
        max_job_attempts=settings.worker.max_attempts,
        default_filter_id=philomena.default_filter_id,
        everything_filter_id=philomena.everything_filter_id,
        is_registration_open=settings.registration.enabled,
        anonymous_noun=settings.anonymous_name,
        filter_budget_ms=settings.query.anonymous_budget_ms,
        own_hosts=frozenset({urlsplit(settings.public_url).netloc.lower()} - {""}),
    )


def upload_rate(settings: Settings) -> UploadRate | None:
    """How often people may upload as set; None for as often as they like."""
    upload = settings.upload
    rate = UploadRate(
        seconds_between=upload.seconds_between,
        new_account_days=upload.new_account_days,
        new_account_an_hour=upload.new_account_an_hour,
    )
    return rate if upload.rate_limit else None


def query_limits(settings: Settings) -> QueryLimits:
    """Bounds of a search text as set."""
    query = settings.query
    return QueryLimits(
        text_bytes=query.max_text_bytes,
        tokens=query.max_tokens,
        nesting=query.max_nesting,
        clauses=query.max_clauses,
        wildcards=query.max_wildcards,
        fuzzy_terms=query.max_fuzzy_terms,
        ranges=query.max_ranges,
    )


def search_budget(settings: Settings) -> Budget:
    """What a search may cost as set."""
    query = settings.query
    return Budget(
        anonymous_ms=query.anonymous_budget_ms,
        signed_in_ms=query.signed_in_budget_ms,
        statement_seconds=query.statement_timeout_ms / 1_000,
    )


def media_limits(settings: Settings) -> MediaLimits:
    """Bounds of a file as set."""
    return MediaLimits(file_bytes=settings.upload.max_file_bytes)
