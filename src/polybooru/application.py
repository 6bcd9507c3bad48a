"""The HTTP application over a board: which edge answers on which path and on which host."""

from dataclasses import asdict
from ipaddress import ip_network
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from polybooru.api.nekos.limit import Rule
from polybooru.api.nekos.routes import FILES, Nekos
from polybooru.api.nekos.routes import Options as NekosOptions
from polybooru.api.philomena.limit import Window
from polybooru.api.philomena.routes import BASE, Options, Philomena
from polybooru.api.philomena.shield import Gate, Limits
from polybooru.api.waifu.limit import Rule as Bucket
from polybooru.api.waifu.routes import Options as WaifuOptions
from polybooru.api.waifu.routes import Waifu
from polybooru.api.yiffy import addresses
from polybooru.api.yiffy.options import Network, UserAgents
from polybooru.api.yiffy.options import Options as YiffyOptions
from polybooru.api.yiffy.routes import Yiffy
from polybooru.files.by_id import FilesById
from polybooru.files.routes import Files
from polybooru.files.signed import SignedFiles
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.edges import Edge, Edges
from polybooru.httpkit.openapi import ApiDocument
from polybooru.httpkit.server import Observe
from polybooru.library.board import Board
from polybooru.library.link_targets import Hosts
from polybooru.library.rated_images import Fitness
from polybooru.ops.api_documents import ApiDocuments
from polybooru.ops.routes import Ops
from polybooru.search.pattern import Percent
from polybooru.settings import NekosSettings, PhilomenaSettings, Settings, WaifuSettings, YiffySettings
from polybooru.telemetry.logs import request_log


def application(board: Board, settings: Settings) -> ASGIApp:
    """The application of a board whose replica is loaded."""
    documents = DocumentCache(settings.document_cache_bytes)
    board.library.replica.listen(documents.follow)
    edges: list[Edge] = []
    described: list[ApiDocument] = []
    if settings.dialect.philomena.enabled:
        philomena = Philomena(board, documents, philomena_options(settings.dialect.philomena))
        own_routes = [*philomena.routes(), *philomena.sockets()]
        edges.append(Edge(name="philomena", routes=own_routes, failure=philomena.failure))
        described.append(philomena.document())
    if settings.dialect.yiffy.enabled:
        yiffy = Yiffy(board, documents, yiffy_options(board, settings.dialect.yiffy))
        edges.append(Edge(name="yiffy", routes=yiffy.routes(), hosts=yiffy.hosts(), failure=yiffy.failure))
        described.append(yiffy.document())
    if settings.dialect.waifu.enabled:
        waifu = Waifu(board, documents, waifu_options(settings.dialect.waifu))
        at, at_root = (
            [*FilesById(board, prefix).routes(), *waifu.routes(prefix)]
            for prefix in (settings.dialect.waifu.prefix, "")
        )
        hosts = dict.fromkeys(settings.dialect.waifu.hosts, at_root)
        edges.append(Edge(name="waifu", routes=at, hosts=hosts, failure=waifu.failure))
        described.append(waifu.document())
    if settings.dialect.nekos.enabled:
        nekos = Nekos(board, documents, nekos_options(settings.dialect.nekos))
        files = SignedFiles(board, f"{settings.dialect.nekos.prefix}{FILES}").routes()
        at, at_root = ([*nekos.routes(prefix), *files] for prefix in (settings.dialect.nekos.prefix, ""))
        hosts = dict.fromkeys(settings.dialect.nekos.hosts, at_root)
        edges.append(Edge(name="nekos", routes=at, hosts=hosts, failure=nekos.failure))
        described.append(nekos.document())
    edges.append(Edge(name="files", routes=Files(board).routes()))
    edges.append(Edge(name="ops", routes=[*Ops(board).routes(), *ApiDocuments(described).routes()]))
    return Observe(Edges(edges, Edge(name="other")), log_done=request_log(level=settings.log_level))


def nekos_options(settings: NekosSettings) -> NekosOptions:
    """The Nekos dialect as set."""
    rule = Rule(
        requests=settings.requests,
        seconds=settings.requests_seconds,
        strikes=settings.strikes,
        block_seconds=settings.block_seconds,
    )
    return NekosOptions(
        prefix=settings.prefix,
        ratings=[Fitness(rating) for rating in settings.ratings],
        percent=Percent(settings.percent),
        needs_list_scope=settings.require_image_list,
        rule=rule if settings.rate_limit else None,
    )


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
        gate=Gate(
            limits=limits if settings.rate_limit else None,
            refused_agents=tuple(word.lower() for word in settings.refused_agents if word),
            hsts_seconds=settings.hsts_seconds,
        ),
        socket_origins=frozenset(origin.lower() for origin in settings.socket_origins),
    )


def yiffy_options(board: Board, settings: YiffySettings) -> YiffyOptions:
    """The YiffyAPI dialect as set."""
    hosts = asdict(settings.hosts)
    bases = addresses.bases(board.public_url, hosts, settings.prefix)
    own = {urlsplit(board.public_url).netloc.lower(), *(host.lower() for host in bases.hosts.values())}
    return YiffyOptions(
        prefix=settings.prefix,
        hosts=hosts,
        is_limited=settings.rate_limit,
        unlimited_addresses=_networks(settings.unlimited_addresses),
        is_read_only=settings.read_only,
        gives_images=settings.image_response,
        animated_thumbnails=settings.animated_thumbnails,
        refuses_when_full=settings.refuses_when_full,
        links_per_hour=settings.links_per_hour,
        blocked_addresses=_networks(settings.blocked_addresses),
        sfw_only_addresses=_networks(settings.sfw_only_addresses),
        key_required_addresses=_networks(settings.key_required_addresses),
        user_agents=UserAgents(settings.user_agent_policy),
        blocked_user_agents=tuple(part.lower() for part in settings.blocked_user_agents),
        key_required_user_agents=tuple(part.lower() for part in settings.key_required_user_agents),
        link_hosts=Hosts(
            own=frozenset(own - {""}),
            always=tuple(f"{base}/" for base in (bases.media, bases.thumb_media, bases.images)),
        ),
    )


def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


def waifu_options(settings: WaifuSettings) -> WaifuOptions:
    """The waifu.im dialect as set."""
    bucket = Bucket(
        seconds=settings.request_ms / 1_000, queue=settings.queue, most_waiting=settings.most_waiting
    )
    return WaifuOptions(
        prefix=settings.prefix,
        cdn_url=settings.cdn_url.rstrip("/"),
        site_url=settings.site_url.rstrip("/"),
        rule=bucket if settings.rate_limit else None,
        is_delaying=settings.delays,
    )
