"""What the three processes say to each other: JSON lines.

Main process → host:   `Settings` once, then one `Request` a line.
Host → main process:   `Ready` once, then one `Answer` a line; answers come in the order in which jobs end.
Job → host:            `{"slow": true}` if it turns out to be an animation or a video, then its `Outcome`.
"""

from msgspec import Raw, Struct

from polybooru.media import errors
from polybooru.media.errors import CorruptFile, DecoderCrashed, MediaError
from polybooru.media.limits import Limits
from polybooru.media.results import File, Measured, Probe, Processed


class ProbeJob(Struct, frozen=True, kw_only=True, tag="probe"):
    """Answered by `Probed`."""

    path: str


class ProcessJob(Struct, frozen=True, kw_only=True, tag="process"):
    """Answered by `Done`."""

    path: str
    into: str


class MeasureJob(Struct, frozen=True, kw_only=True, tag="measure"):
    """Answered by `MeasureTaken`."""

    path: str


class PreviewJob(Struct, frozen=True, kw_only=True, tag="preview"):
    """Answered by `PreviewMade`. kind: extension of what is wanted, one of `PREVIEW_KINDS`."""

    path: str
    into: str
    kind: str


class FaultJob(Struct, frozen=True, kw_only=True, tag="fault"):
    """Misbehaves on purpose; known only to a host that was started with `allow_faults`."""

    kind: str


Job = ProbeJob | ProcessJob | MeasureJob | PreviewJob | FaultJob


class Settings(Struct, frozen=True, kw_only=True):
    """For the whole life of a host."""

    limits: Limits
    scratch: str
    allow_faults: bool


class Request(Struct, frozen=True, kw_only=True):
    """`id` comes back in the answer."""

    id: int
    job: Job


class Ready(Struct, frozen=True, kw_only=True):
    """The host is up."""

    missing_layers: tuple[str, ...]


class Answer(Struct, frozen=True, kw_only=True):
    """The job's outcome as it wrote it, not yet looked into."""

    id: int
    outcome: Raw


class Failure(Struct, frozen=True, kw_only=True, tag="failure"):
    """A MediaError, taken apart."""

    code: str
    fields: dict[str, int | float | str | None]


class Probed(Struct, frozen=True, kw_only=True, tag="probed"):
    """Answers a ProbeJob."""

    probe: Probe


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """Answers a ProcessJob."""

    processed: Processed


class MeasureTaken(Struct, frozen=True, kw_only=True, tag="measure_taken"):
    """Answers a MeasureJob."""

    measured: Measured


class PreviewMade(Struct, frozen=True, kw_only=True, tag="preview_made"):
    """Answers a PreviewJob."""

    file: File


Outcome = Failure | Probed | Done | MeasureTaken | PreviewMade


def failure(error: MediaError) -> Failure:
    """The other way: `error_from`."""
    return Failure(code=error.code, fields=dict(vars(error)))


def error_from(failure: Failure) -> MediaError:
    """A decoder that was taken over may send anything: what does not fit is a crash."""
    try:
        return errors.ERRORS[failure.code](**failure.fields)
    except (KeyError, TypeError):
        return DecoderCrashed(reason="an unreadable answer")


def unexpected(error: Exception) -> CorruptFile:
    """A decoder library's own exception that no step expected: the file made it stumble."""
    said = getattr(error, "strerror", None) or str(error)  # the whole text of an OSError also names the path
    return CorruptFile(reason=f"{type(error).__name__}: {said}"[:200])
