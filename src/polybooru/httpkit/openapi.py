"""The OpenAPI 3.1 document of a dialect, made from the table that routes it.

Schemas come from the wire types, through msgspec: what is encoded is what is described.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from polybooru.httpkit.routing import Answer, Body, Endpoint, Parameter

VERSION = "3.1.0"
_CONVERTER = re.compile(r":[a-z]+\}")
_REFERENCE = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDocument:
    """A dialect as its documents tell of it.

    about: Markdown. servers: absolute addresses of the API. named: types that `any_of` names.
    """

    name: str
    title: str
    about: str
    version: str
    servers: Sequence[str]
    endpoints: Sequence[Endpoint]
    named: Sequence[type] = ()


def any_of(*types: type) -> msgspec.Meta:
    """For `Annotated[Any, …]`: one of several structs, a union that msgspec only takes of tagged ones.

    The types have to be `named` in the document.
    """
    references = [{"$ref": _REFERENCE.format(name=one.__name__)} for one in types]
    return msgspec.Meta(extra_json_schema={"anyOf": references})


def document(api: ApiDocument) -> dict[str, Any]:
    """The whole document, ready to be encoded; cost: all schemas are made anew."""
    types = [*_types(api.endpoints), *api.named]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    schema_of = _Schemas(types, list(schemas))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in api.endpoints:
        path = _CONVERTER.sub("}", endpoint.path) or "/"
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, schema_of)
    return {
        "openapi": VERSION,
        "info": {"title": api.title, "version": api.version, "description": api.about},
        "servers": [{"url": address} for address in api.servers],
        "paths": paths,
        "components": {"schemas": dict(components)},
    }


class _Schemas:
    """Schemas by the type that they describe; types need not be hashable."""

    def __init__(self, types: Sequence[Any], schemas: Sequence[dict[str, Any]]) -> None:
        self._known = list(zip(types, schemas, strict=True))

    def __call__(self, wanted: Any) -> dict[str, Any]:
        """The schema of a type."""
        return next(schema for known, schema in self._known if known is wanted)


def _types(endpoints: Sequence[Endpoint]) -> Iterator[Any]:
    for endpoint in endpoints:
        yield from (parameter.type for parameter in endpoint.about.parameters)
        if endpoint.about.body is not None:
            yield from endpoint.about.body.media.values()
        yield from (answer.type for answer in endpoint.about.answers.values() if answer.type is not None)


def _operation(endpoint: Endpoint, schema_of: _Schemas) -> dict[str, Any]:
    about = endpoint.about
    words = re.findall(r"[A-Za-z0-9]+", endpoint.path)
    operation: dict[str, Any] = {
        "operationId": "_".join([endpoint.method.lower(), *words]),
        "summary": endpoint.summary,
        "parameters": [_parameter(one, schema_of) for one in about.parameters],
        "responses": {str(status): _answer(one, schema_of) for status, one in sorted(about.answers.items())},
    }
    if about.group:
        operation["tags"] = [about.group]
    if about.body is not None:
        operation["requestBody"] = _body(about.body, schema_of)
    return operation


def _parameter(parameter: Parameter, schema_of: _Schemas) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.is_required or parameter.where == "path",
        "description": parameter.about,
        "schema": schema_of(parameter.type),
    }


def _body(body: Body, schema_of: _Schemas) -> dict[str, Any]:
    return {
        "description": body.about,
        "required": body.is_required,
        "content": {media_type: {"schema": schema_of(one)} for media_type, one in body.media.items()},
    }


def _answer(answer: Answer, schema_of: _Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {"description": answer.about}
    if answer.headers:
        described["headers"] = {name: _header(text) for name, text in answer.headers.items()}
    if answer.media_type is not None:
        content: Mapping[str, Any] = {} if answer.type is None else {"schema": schema_of(answer.type)}
        described["content"] = {answer.media_type: content, **{other: {} for other in answer.others}}
    return described


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}
