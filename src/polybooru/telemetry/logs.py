"""Structured logs: constant event names with fields; one JSON line in production, columns on a terminal."""

import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

import msgspec
import structlog

_LONGEST_PATH = 500  # characters: the whole line stays below what a pipe takes in one piece


def configure_logs(*, level: str = "info", stream: TextIO = sys.stderr) -> None:
    """Send every log of the process, the server's own included, to `stream`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        # Plain: the usual traces print the locals of every frame, and those hold keys.
        structlog.dev.ConsoleRenderer(colors=True, exception_formatter=structlog.dev.plain_traceback)
        if stream.isatty()
        # JSON escapes control characters, so no value can start a line of its own.
        else structlog.processors.JSONRenderer()
    )
    if stream.isatty():
        shared.pop()  # the console renderer prints traces itself
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),  # a line in one piece, in unbuffered streams too
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=number, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True  # `request_done` says it, without secrets


def request_log(
    *, level: str = "info", stream: TextIO | None = None
) -> Callable[[str, str, str, int, float], None] | None:
    """What logs the end of a request, `request_done`, on stderr by default; None if the level is above it.

    Where lines are JSON it writes its own, which looks like the others: going past their processors costs a
    request a quarter, and at thousands of requests a second that tells.
    """
    if logging.getLevelNamesMapping()[level.upper()] > logging.INFO:
        return None
    into: TextIO = stream or sys.stderr
    if into.isatty():
        log = structlog.get_logger()
        return lambda _, method, path, status, took_ms: log.info(
            "request_done", method=method, path=path, status=status, took_ms=took_ms
        )
    encode, descriptor = msgspec.json.Encoder().encode, into.fileno()

    def write(request_id: str, method: str, path: str, status: int, took_ms: float) -> None:
        line = {
            "request_id": request_id,
            "method": method,
            "path": path[:_LONGEST_PATH],
            "status": status,
            "took_ms": took_ms,
            "event": "request_done",
            "level": "info",
            "timestamp": datetime.now(UTC).isoformat(),
        }
        try:
            os.write(descriptor, encode(line) + b"\n")
        except OSError:  # a full disk or a reader that is gone must not end the request
            return

    return write
