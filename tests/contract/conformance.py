"""Does a dialect answer as its own OpenAPI document says? Requests are generated from the document.

Shared by all dialects: no answer is a failure of the server, none has a status, a content type or a body that
the document does not name, and the document itself is a valid one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def schema_of(app: ASGIApp, name: str) -> Any:
    """The document that the application serves, as Schemathesis reads it."""
    return schemathesis.openapi.from_asgi(f"/openapi/{name}.json", app)


def conforms(
    app: ASGIApp,
    name: str,
    *,
    examples: int,
    headers: Mapping[str, str] | None = None,
    without: Iterable[str] = (),
    prepare: Callable[[Any], None] = lambda case: None,
) -> int:
    """Ask every route so often with generated requests; returns how many were asked.

    without: operation ids left out. prepare: may change a case before it is sent.
    """
    asked = 0
    left_out = set(without)
    for result in schema_of(app, name).get_all_operations():
        operation = result.ok()
        if operation.definition.raw.get("operationId") in left_out:
            continue

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked
            prepare(case)
            response = case.call(headers=dict(headers or {}))
            asked += 1
            case.validate_response(response, checks=CHECKS)

        ask()
    return asked
