"""Taking rights away from a process, as far as the kernel allows, by plain system calls.

The host calls `leave_network` once; each job calls the others before it opens anything from outside:

* resource limits: memory, CPU, files, size of written files;
* no new privileges, and death with its parent;
* `landlock.py`: which files can be opened;
* `seccomp.py`: which system calls can be made.

Each that the kernel may not know returns whether it did it; `child.missing_layers` names what it did not.
"""

import ctypes
import os
import resource
import signal
from pathlib import Path

from polybooru.media.limits import MIB, Limits

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000


def leave_network() -> bool:
    """Moves this single-threaded process into a network of its own, in which nothing is up."""
    uid, gid = os.getuid(), os.getgid()
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    try:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    except OSError:
        return False
    return True


def die_with(parent: int) -> None:
    """For a child of a single-threaded parent: the signal follows the parent's thread, not its process."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel was told
        os._exit(1)


def forbid_new_privileges() -> bool:
    """No program started from here can gain rights; what `landlock` and `seccomp` ask for."""
    return bool(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def limit_resources(limits: Limits) -> None:
    """Starts with the CPU time of a still; `allow_slow_work` raises it."""
    already_bytes = _address_space_bytes()
    _limit(resource.RLIMIT_DATA, limits.memory_bytes)
    _limit(
        resource.RLIMIT_AS, limits.memory_bytes + already_bytes + 256 * MIB
    )  # mapped libraries are not its doing
    _limit(resource.RLIMIT_FSIZE, limits.scratch_bytes)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    _limit(resource.RLIMIT_CORE, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.still_cpu_seconds, limits.animation_cpu_seconds))


def allow_slow_work(limits: Limits) -> None:
    """The CPU time of an animation or a video."""
    resource.setrlimit(resource.RLIMIT_CPU, (limits.animation_cpu_seconds, limits.animation_cpu_seconds))


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="ascii")


def _limit(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, value))


def _address_space_bytes() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()
