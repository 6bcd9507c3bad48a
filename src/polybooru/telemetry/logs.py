"""Structured logs: constant event names with fields; one JSON line in production, columns on a terminal."""

import logging
import sys
from typing import TextIO

import structlog


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
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=number, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True  # `request_done` says it, without secrets
