"""What browsers are told where pages of every origin may read: of the Philomena dialect, and of files.

Source: docs/reference/philomena.md, conventions.
"""

from starlette.responses import Response

OPEN = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"DNT, Keep-Alive, User-Agent, X-Requested-With, If-Modified-Since, Cache-Control, Content-Type",
    ),
)
"""On every answer to GET, HEAD and OPTIONS."""


def asked_before() -> Response:
    """The answer to OPTIONS, without `OPEN`; browsers may keep it for twenty days."""
    return Response(headers={"access-control-max-age": "1728000"})
