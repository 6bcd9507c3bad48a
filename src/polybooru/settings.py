"""Settings: one frozen tree from `polybooru.toml` in the data folder, overridden by `POLYBOORU_…` variables.

Only `app` and `cli` read it; everything below gets values as arguments. All faults are reported at once.
Every setting is listed in docs/reference/settings.md, which a test holds to this tree.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from ipaddress import ip_network
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

PREFIX = "POLYBOORU_"
FILE_NAME = "polybooru.toml"
DATA_VARIABLE = "POLYBOORU_DATA"
_LEAST = "least"
_NETWORKS = "networks"
DEFAULT_DATA = Path("polybooru-data")

LogLevel = Literal["debug", "info", "warning", "error"]
UserAgentPolicy = Literal["off", "list", "strict"]
NekosRating = Literal["sfw", "questionable", "nsfw"]
PathPrefix = Annotated[str, msgspec.Meta(pattern=r"^(/[A-Za-z0-9._~-]+)+$")]
NekosPercent = Literal["one-or-more", "zero-or-more"]


def _at_least_one(default: int) -> Any:
    return field(default=default, metadata={_LEAST: 1})


def _networks() -> Any:
    """Addresses and networks as text, none by default."""
    return field(default=(), metadata={_NETWORKS: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationSettings:
    """Who may make an account."""

    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSettings:
    """What may be uploaded."""

    max_file_bytes: int = 131_072_000
    min_tags: int = 3
    max_tags: int = 2_000
    free_floor_bytes: int = 2 * 1024**3
    first_to_approve: int = 0
    rate_limit: bool = True
    seconds_between: int = 5
    new_account_days: int = 14
    new_account_an_hour: int = _at_least_one(30)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySettings:
    """What a search text may cost."""

    max_text_bytes: int = 4_096
    max_tokens: int = 512
    max_nesting: int = 32
    max_clauses: int = 512
    max_wildcards: int = 8
    max_fuzzy_terms: int = 4
    max_ranges: int = 32
    anonymous_budget_ms: int = _at_least_one(100)
    signed_in_budget_ms: int = _at_least_one(250)
    statement_timeout_ms: int = _at_least_one(2_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """How files of other hosts are fetched."""

    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhilomenaSettings:
    """The Philomena dialect."""

    enabled: bool = True
    rate_limit: bool = True
    requests: int = _at_least_one(30)
    requests_seconds: int = _at_least_one(5)
    searches: int = _at_least_one(20)
    searches_seconds: int = _at_least_one(10)
    images_per_page: int = _at_least_one(25)
    accepts_every_format: bool = False
    shows_extra_fields: bool = False
    refused_agents: tuple[str, ...] = ()
    hsts_seconds: int = 31_556_925
    provider_name: str = ""
    provider_url: str = ""
    socket_origins: tuple[str, ...] = ()
    default_filter_id: int = 1
    everything_filter_id: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class YiffyHostSettings:
    """Hosts of the dialect's services, if they have any of their own."""

    images: str = ""
    thumbs: str = ""
    short: str = ""
    media: str = ""
    thumb_media: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YiffySettings:
    """The YiffyAPI dialect."""

    enabled: bool = True
    prefix: PathPrefix = "/yiffy"
    hosts: YiffyHostSettings = field(default_factory=YiffyHostSettings)
    rate_limit: bool = True
    unlimited_addresses: tuple[str, ...] = _networks()
    read_only: bool = False
    image_response: bool = True
    animated_thumbnails: bool = True
    links_per_hour: int = 30
    refuses_when_full: bool = False
    blocked_addresses: tuple[str, ...] = _networks()
    sfw_only_addresses: tuple[str, ...] = _networks()
    key_required_addresses: tuple[str, ...] = _networks()
    key_required_user_agents: tuple[str, ...] = ()
    user_agent_policy: UserAgentPolicy = "list"
    blocked_user_agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaifuSettings:
    """The waifu.im dialect."""

    enabled: bool = True
    prefix: PathPrefix = "/waifu"
    hosts: tuple[str, ...] = ()
    cdn_url: str = ""
    site_url: str = ""
    rate_limit: bool = True
    request_ms: int = _at_least_one(200)
    queue: int = 10
    most_waiting: int = 2_000
    delays: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NekosSettings:
    """The Nekos dialect."""

    enabled: bool = True
    prefix: PathPrefix = "/nekos"
    hosts: tuple[str, ...] = ()
    rate_limit: bool = True
    requests: int = _at_least_one(1)
    requests_seconds: int = _at_least_one(1)
    strikes: int = _at_least_one(10)
    block_seconds: int = _at_least_one(3_600)
    ratings: tuple[NekosRating, ...] = ("sfw",)
    percent: NekosPercent = "one-or-more"
    require_image_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectSettings:
    """One group for each dialect."""

    philomena: PhilomenaSettings = field(default_factory=PhilomenaSettings)
    yiffy: YiffySettings = field(default_factory=YiffySettings)
    waifu: WaifuSettings = field(default_factory=WaifuSettings)
    nekos: NekosSettings = field(default_factory=NekosSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """The media worker."""

    jobs: int = _at_least_one(2)
    max_attempts: int = _at_least_one(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole tree."""

    public_url: str = ""
    database_url: str = ""
    site_name: str = "Polybooru"
    anonymous_name: str = "Background Pony"
    log_level: LogLevel = "info"
    trusted_proxies: tuple[str, ...] = _networks()
    document_cache_bytes: int = 32 * 1024**2
    registration: RegistrationSettings = field(default_factory=RegistrationSettings)
    upload: UploadSettings = field(default_factory=UploadSettings)
    query: QuerySettings = field(default_factory=QuerySettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    dialect: DialectSettings = field(default_factory=DialectSettings)
    worker: WorkerSettings = field(default_factory=WorkerSettings)


class SettingsError(Exception):
    """Some settings are wrong; the message has one line for each."""


def data_folder(given: Path | None) -> Path:
    """The data folder: as given, else from the environment, else below the current folder."""
    return given or Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA)


def load(data: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings of a data folder. Raises SettingsError."""
    faults: list[str] = []
    raw: dict[str, Any] = {}
    path = data / FILE_NAME
    if path.exists():
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise SettingsError(f"{path}: {error}") from error
    known = {_variable(names): names for names, _ in leaves(Settings)}
    for name, value in (os.environ if environment is None else environment).items():
        if not name.startswith(PREFIX) or name == DATA_VARIABLE:
            continue
        if name not in known:
            faults.append(f"{name}: there is no such setting")
            continue
        _place(raw, known[name], value)
    settings: Settings = _read(Settings, raw, (), faults)
    faults += _shared_places(settings.dialect)
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def leaves(group: type, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every setting below a group: its path of names and its default."""
    hints = get_type_hints(group)
    defaults = group()
    for found in fields(group):
        if is_dataclass(hints[found.name]):
            yield from leaves(hints[found.name], (*above, found.name))
        else:
            yield (*above, found.name), getattr(defaults, found.name)


def _variable(names: tuple[str, ...]) -> str:
    return PREFIX + "__".join(names).upper()


def _place(raw: Any, names: tuple[str, ...], value: str) -> None:
    for name in names[:-1]:
        raw = raw.setdefault(name, {})
        if not isinstance(raw, dict):
            return  # `_read` reports that the file has something else in the place of this table
    raw[names[-1]] = value


def _read(group: type, raw: Any, above: tuple[str, ...], faults: list[str]) -> Any:
    label = ".".join(above)
    if not isinstance(raw, dict):
        faults.append(f"{label}: must be a table of settings")
        return group()
    hints = get_type_hints(group, include_extras=True)
    faults.extend(
        f"{'.'.join((*above, str(name)))}: there is no such setting" for name in raw.keys() - hints.keys()
    )
    least = {found.name: found.metadata.get(_LEAST, 0) for found in fields(group)}
    networks = {found.name for found in fields(group) if found.metadata.get(_NETWORKS)}
    values: dict[str, Any] = {}
    for name in raw.keys() & hints.keys():
        if is_dataclass(hints[name]):
            values[name] = _read(hints[name], raw[name], (*above, name), faults)
            continue
        try:
            values[name] = msgspec.convert(_plain(raw[name], hints[name]), hints[name], strict=False)
        except msgspec.ValidationError as error:
            faults.append(f"{'.'.join((*above, name))}: {error}")
            continue
        if isinstance(values[name], int) and values[name] < least[name]:
            faults.append(f"{'.'.join((*above, name))}: must be at least {least[name]}")
        if name in networks and (odd := [one for one in values[name] if not _is_network(one)]):
            faults.append(f"{'.'.join((*above, name))}: {odd[0]!r} is no address or network")
    return group(**values)


def _shared_places(dialects: DialectSettings) -> list[str]:
    """Faults of what would answer where something else does already."""
    first: dict[str, str] = {}
    return [
        f"{name}: {place} is {first[place]} too"
        for name, place in _places(dialects)
        if first.setdefault(place, name) != name
    ]


def _places(dialects: DialectSettings) -> Iterator[tuple[str, str]]:
    """Settings that name a prefix or a host, each with one; of dialects that are switched on."""
    for name in ("waifu", "yiffy", "nekos"):
        found: WaifuSettings | YiffySettings | NekosSettings = getattr(dialects, name)
        if not found.enabled:
            continue
        yield f"dialect.{name}.prefix", found.prefix
        if isinstance(found.hosts, tuple):
            yield from ((f"dialect.{name}.hosts", host.lower()) for host in found.hosts)
        else:
            services = ((one.name, getattr(found.hosts, one.name)) for one in fields(found.hosts))
            yield from ((f"dialect.{name}.hosts.{one}", host.lower()) for one, host in services if host)


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _plain(value: Any, wanted: Any) -> Any:
    """Environment variables are text; words for switches and lists are read as people write them."""
    if isinstance(value, str) and get_origin(wanted) is tuple:
        return [part.strip() for part in value.split(",") if part.strip()]
    kinds = get_args(wanted) if get_origin(wanted) is UnionType else (wanted,)
    if isinstance(value, str) and bool in kinds:
        return {"on": "true", "yes": "true", "off": "false", "no": "false"}.get(value.lower(), value.lower())
    if isinstance(value, str) and not value and NoneType in kinds:
        return None
    return value
