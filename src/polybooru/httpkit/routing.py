"""Route tables: each edge lists its endpoints as values.

Routing, the OpenAPI document (`openapi`) and the contract checklist are made from them.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


class _Rest(Convertor[str]):
    """`{name:rest}`: all that is left of a path; Starlette's own `path` ends at a line break."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("rest", _Rest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter as documents tell of it; how it is read is the edge's business.

    type: what msgspec makes a schema of.
    """

    name: str
    about: str
    type: Any = str
    where: Literal["path", "query", "header"] = "query"
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request body. media: what its content is, by media type; `bytes` fields are files."""

    about: str
    media: Mapping[str, Any]
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. type: of its JSON, for msgspec; None for content without a schema, or for none at all.

    media_type: None for an answer without a body. others: media types that it may have too, without a schema.
    """

    about: str
    type: Any = None
    media_type: str | None = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What documents tell of an endpoint. summary: empty for the first line of the handler's docstring."""

    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    answers: Mapping[int, Answer] = field(default_factory=dict[int, Answer])
    summary: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of a route table. GET answers HEAD too; `path` is in Starlette's form."""

    method: str
    path: str
    handler: Handler
    about: About = field(default_factory=About)

    @property
    def summary(self) -> str:
        """One line on what it does."""
        return self.about.summary or (self.handler.__doc__ or "").partition("\n")[0]


class Answering:
    """A handler that answers every error as an application, which Starlette hands every method.

    Its own way around functions catches errors once more, which costs as much as drawing an image.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        answer = await self._handler(Request(scope, receive, send))
        await answer(scope, receive, send)


def routes(endpoints: Iterable[Endpoint], *, wrap: Callable[[Handler], Handler]) -> list[Route]:
    """Starlette's routes, in the order of the table.

    wrap: puts the edge's error answers around each handler.
    A path with several methods becomes one route: Starlette would answer the second with 405.
    """
    by_path: dict[str, dict[str, Handler]] = {}
    for endpoint in endpoints:
        by_path.setdefault(endpoint.path, {})[endpoint.method] = wrap(endpoint.handler)
    return [
        Route(path, Answering(_by_method(found)), methods=sorted(found)) for path, found in by_path.items()
    ]


def _by_method(handlers: dict[str, Handler]) -> Handler:
    if len(handlers) == 1:
        return next(iter(handlers.values()))

    async def choose(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return choose
