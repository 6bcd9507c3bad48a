"""`/openapi/<dialect>.json` and a page to read it: `/docs/api/<dialect>`, and `/docs/api` that lists them."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader
from markdown_it import MarkdownIt
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from polybooru.httpkit.openapi import ApiDocument, document

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class ApiDocuments:
    """Documents of the dialects that are served."""

    def __init__(self, described: Sequence[ApiDocument]) -> None:
        self._described = {api.name: api for api in described}
        self._templates = Environment(loader=PackageLoader("polybooru.ops"), autoescape=True)
        self._templates.filters |= {"markdown": _markdown, "words": _words, "kind": _kind}
        self._style = self._templates.get_template("api.css").render()
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        self._policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [
            Route("/openapi/{name}.json", self.openapi),
            Route("/docs/api", self.index),
            Route("/docs/api/{name}", self.page),
        ]

    async def openapi(self, request: Request) -> Response:
        """The document of one dialect."""
        api = self._described.get(request.path_params["name"])
        if api is None:
            return Response(b'{"error":"Not Found"}', 404, media_type="application/json")
        encoded = msgspec.json.encode(document(api))
        headers = {"access-control-allow-origin": "*"}
        return Response(encoded, media_type="application/json; charset=utf-8", headers=headers)

    async def index(self, _: Request) -> Response:
        """All dialects."""
        return self._page("api_index.html", described=self._described.values())

    async def page(self, request: Request) -> Response:
        """One dialect, for people."""
        api = self._described.get(request.path_params["name"])
        if api is None:
            return HTMLResponse("Not Found", 404)
        return self._page("api.html", api=api, document=document(api))

    def _page(self, template: str, **values: Any) -> Response:
        text = self._templates.get_template(template).render(style=self._style, **values)
        headers = {"content-security-policy": self._policy, "x-content-type-options": "nosniff"}
        return HTMLResponse(text, headers=headers)


def _markdown(text: str) -> str:
    """HTML; what stands as HTML in the text is escaped."""
    return str(_MARKDOWN.render(text))


def _words(text: str) -> str:
    """One line of Markdown as HTML."""
    return str(_MARKDOWN.renderInline(text))


def _kind(schema: Mapping[str, Any]) -> str:
    """What a schema admits, in a few words of HTML; objects are links to their place on the page."""
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    return escape(str(schema.get("format") or schema.get("type") or "anything"))
