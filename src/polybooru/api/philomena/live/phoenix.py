"""Frames of Phoenix's channels, version 2 of the protocol: `[join_ref, ref, topic, event, payload]`.

Pure functions. Source: docs/reference/philomena.md, firehose
"""

from dataclasses import dataclass
from typing import Any

import msgspec

JOIN, LEAVE, REPLY, ERROR, CLOSE = "phx_join", "phx_leave", "phx_reply", "phx_error", "phx_close"
PHOENIX, HEARTBEAT = "phoenix", "heartbeat"
VERSION = "2."
_Ref = str | int | None
_decode = msgspec.json.Decoder(tuple[_Ref, _Ref, str, str, Any]).decode
_encode = msgspec.json.Encoder().encode


class NoFrame(Exception):
    """What came is no frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message of a client. The references are its own, and come back with what answers it."""

    join_ref: str | int | None
    ref: str | int | None
    topic: str
    event: str
    payload: Any


def read(text: str) -> Frame:
    """Raises NoFrame."""
    try:
        join_ref, ref, topic, event, payload = _decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NoFrame from error
    return Frame(join_ref=join_ref, ref=ref, topic=topic, event=event, payload=payload)


def reply(frame: Frame, *, is_ok: bool = True, **response: object) -> str:
    """The answer to a client's message."""
    status = {"status": "ok" if is_ok else "error", "response": response}
    return _encode([frame.join_ref, frame.ref, frame.topic, REPLY, status]).decode()


def push(join_ref: str | int | None, topic: str, event: str, payload: bytes = b"{}") -> str:
    """A message that answers none. payload: JSON."""
    return _encode([join_ref, None, topic, event, msgspec.Raw(payload)]).decode()
