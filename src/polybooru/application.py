"""The HTTP application over a board: which edge answers on which path and on which host."""

from starlette.routing import Route, Router
from starlette.types import ASGIApp

from polybooru.api.philomena.limit import Window
from polybooru.api.philomena.routes import BASE, Options, Philomena
from polybooru.api.philomena.shield import Limits
from polybooru.files.routes import Files
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.hosts import ByHost
from polybooru.httpkit.openapi import ApiDocument
from polybooru.httpkit.server import Observe
from polybooru.library.board import Board
from polybooru.ops.api_documents import ApiDocuments
from polybooru.ops.routes import Ops
from polybooru.settings import PhilomenaSettings, Settings
from polybooru.telemetry.logs import request_log


def application(board: Board, settings: Settings) -> ASGIApp:
    """The application of a board whose replica is loaded."""
    documents = DocumentCache(settings.document_cache_bytes)
    board.library.replica.listen(documents.follow)
    routes: list[Route] = []  # tried in order: what is asked most comes first
    hosts: dict[str, ASGIApp] = {}
    described: list[ApiDocument] = []
    if settings.dialect.philomena.enabled:
        philomena = Philomena(board, documents, philomena_options(settings.dialect.philomena))
        routes += philomena.routes()
        described.append(philomena.document())
    routes += [*Files(board).routes(), *Ops(board).routes(), *ApiDocuments(described).routes()]
    # No redirects to paths without their slash: they would name whatever host the request named.
    main = Router(routes, redirect_slashes=False)
    return Observe(ByHost(main, hosts) if hosts else main, log_done=request_log(level=settings.log_level))


def philomena_options(settings: PhilomenaSettings) -> Options:
    """The Philomena dialect as set."""
    limits = Limits(
        every=Window(requests=settings.requests, seconds=settings.requests_seconds),
        searches=Window(requests=settings.searches, seconds=settings.searches_seconds),
        search_path=f"{BASE}/search",
    )
    return Options(
        images_per_page=settings.images_per_page,
        accepts_every_format=settings.accepts_every_format,
        shows_extra_fields=settings.shows_extra_fields,
        provider_name=settings.provider_name,
        provider_url=settings.provider_url,
        limits=limits if settings.rate_limit else None,
    )
