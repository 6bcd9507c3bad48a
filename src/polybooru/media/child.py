"""One job in one forked process: gives up its rights, does the work, says how it ended, and is gone."""

import errno
import mmap
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import NoReturn, assert_never

import msgspec
import pyvips
from av.error import FFmpegError

from polybooru.media import confine, jobs, landlock, previews, seccomp
from polybooru.media.errors import DecoderOutOfMemory, MediaError
from polybooru.media.wire import (
    Done,
    FaultJob,
    Job,
    MeasureJob,
    MeasureTaken,
    Outcome,
    PreviewJob,
    PreviewMade,
    Probed,
    ProbeJob,
    ProcessJob,
    Settings,
    failure,
    unexpected,
)

SLOW = b'{"slow":true}'
OUT_OF_MEMORY = b"failed to allocate"
"""What GLib prints before it aborts."""

_READABLE = tuple(
    Path(path)
    for path in (
        *{sys.prefix, sys.base_prefix, "/usr/lib", "/lib", "/lib64"},
        # fonts, to draw text
        *(
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            "/etc/fonts",
            "/usr/share/fontconfig",
            "/var/cache/fontconfig",
        ),  # how many processors, how much memory
        *(
            "/dev/null",
            "/dev/urandom",
            "/proc/self",
            "/proc/meminfo",
            "/proc/cpuinfo",
            "/sys/devices/system/cpu",
        ),
    )
)


def run(job: Job, settings: Settings, host: int, pipe: int) -> NoReturn:
    """Never returns into the host's loop, whatever happens."""
    status = 1
    try:
        _detach(host, pipe)
        _confine(job, settings)
        _say(pipe, msgspec.json.encode(_outcome(job, settings, pipe)))
        status = 0
    finally:
        if status:
            traceback.print_exc()  # into the pipe: the host tells the last line
        os._exit(status)


def missing_layers() -> tuple[str, ...]:
    """Tried out in a process of its own: what the kernel does not give."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            found = {
                "no new privileges": confine.forbid_new_privileges(),
                "file restrictions (Landlock)": landlock.restrict(()),
                "system call filter (seccomp)": seccomp.restrict(),
            }
            os.write(theirs, msgspec.json.encode([name for name, works in found.items() if not works]))
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as file:
        said = file.read()
    os.waitpid(pid, 0)
    return tuple(msgspec.json.decode(said or b'["confinement"]', type=list[str]))


def _detach(host: int, pipe: int) -> None:
    """Keeps the pipe only; what a library prints on standard error goes there too, in front of the answer."""
    confine.die_with(host)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.dup2(pipe, 2)
    os.closerange(3, pipe)
    os.closerange(pipe + 1, 4096)


def _confine(job: Job, settings: Settings) -> None:
    scratch = Path(settings.scratch)
    os.chdir(scratch)
    confine.limit_resources(settings.limits)
    confine.forbid_new_privileges()
    rights = [(path, landlock.READ) for path in _READABLE]
    rights.append((scratch, landlock.READ_WRITE))
    match job:
        case ProbeJob(path=path) | MeasureJob(path=path):
            rights.append((Path(path), landlock.READ))
        case ProcessJob(path=path, into=into) | PreviewJob(path=path, into=into):
            rights += [(Path(path), landlock.READ), (Path(into), landlock.READ_WRITE)]
        case FaultJob():
            pass
        case _:
            assert_never(job)
    landlock.restrict(rights)
    seccomp.restrict()


def _outcome(job: Job, settings: Settings, pipe: int) -> Outcome:
    def on_slow() -> None:
        _say(pipe, SLOW)
        confine.allow_slow_work(settings.limits)

    try:
        match job:
            case ProbeJob(path=path):
                return Probed(probe=jobs.probe(Path(path), settings.limits))
            case MeasureJob(path=path):
                return MeasureTaken(measured=jobs.measure(Path(path), settings.limits))
            case ProcessJob(path=path, into=into):
                return Done(processed=jobs.process(Path(path), Path(into), settings.limits, on_slow))
            case PreviewJob(path=path, into=into, kind=kind):
                made = previews.preview(Path(path), Path(into), kind, settings.limits, on_slow)
                return PreviewMade(file=made)
            case FaultJob(kind=kind):
                return _fail_on_purpose(kind, settings)
            case _:
                assert_never(job)
    except MediaError as error:
        return failure(error)
    except MemoryError:
        return failure(DecoderOutOfMemory(limit_bytes=settings.limits.memory_bytes))
    except (pyvips.Error, FFmpegError, ValueError, ArithmeticError, LookupError, OSError) as error:
        if getattr(error, "errno", None) == errno.ENOMEM:
            return failure(DecoderOutOfMemory(limit_bytes=settings.limits.memory_bytes))
        return failure(unexpected(error))


def _fail_on_purpose(kind: str, settings: Settings) -> Outcome:
    """For tests of the host; refused unless the handle was made with `allow_faults`."""
    if not settings.allow_faults:
        raise ValueError(kind)
    match kind:
        case "segfault":
            signal.raise_signal(signal.SIGSEGV)
        case "abort":
            os.abort()
        case "loop":
            while True:
                pass
        case "sleep":
            signal.pause()
        case "allocate":
            mmap.mmap(-1, 10 * 2**30)
        case "fork":
            os.fork()
        case "connect":
            import socket

            socket.socket()
        case "read":
            Path("/etc/passwd").read_bytes()
        case "exit":
            os._exit(0)
        case "flood":
            resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
            while True:
                os.write(2, b"x" * 65536)
        case _:
            pass
    raise ValueError(kind)


def _say(pipe: int, line: bytes) -> None:
    rest = memoryview(line + b"\n")
    while rest:
        rest = rest[os.write(pipe, rest) :]
