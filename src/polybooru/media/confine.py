"""Taking rights away from a process, as far as the kernel allows, by plain system calls.

The host calls `leave_network` once; each job calls the others before it opens anything from outside:

* resource limits: memory, CPU, files, size of written files;
* no new privileges, and death with its parent;
* Landlock: only the job's file, its folder, fonts and the interpreter's own libraries can be opened;
* seccomp: no sockets, no programs, no processes, no signals to others. A list of what is forbidden, since the
  decoders' threads need more than an honest list of what is allowed could promise across C libraries.

Each returns whether the kernel did it; `missing_layers` names what it did not.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable
from pathlib import Path

from polybooru.media.limits import MIB, Limits

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 38, 22
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000


def leave_network() -> bool:
    """Moves this single-threaded process into a network of its own, without even a loopback device that is up."""
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


def die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def forbid_new_privileges() -> bool:
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
    resource.setrlimit(resource.RLIMIT_CPU, (limits.animation_cpu_seconds, limits.animation_cpu_seconds))


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="ascii")


def _limit(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, value))


def _address_space_bytes() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


# Landlock: the numbers are the same on all architectures.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_WRITE_FILE, _REMOVE_FILE, _MAKE_REG, _TRUNCATE = 1 << 1, 1 << 5, 1 << 8, 1 << 14
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
READ = _READ_FILE | _READ_DIR
READ_WRITE = READ | _WRITE_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE


def restrict_files(rights: Iterable[tuple[Path, int]]) -> bool:
    """rights: path and READ or READ_WRITE, for it and all beneath it. Needs `forbid_new_privileges` first."""
    abi = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return False
    handled = _ALL_BY_ABI[min(abi, 3)]
    ruleset = _libc.syscall(_CREATE_RULESET, struct.pack("=Q", handled), ctypes.c_size_t(8), 0)
    if ruleset < 0:
        return False
    try:
        for path, wanted in rights:
            _add_path(ruleset, path, wanted & handled)
        return bool(_libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _add_path(ruleset: int, path: Path, wanted: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there: nothing to allow
    try:
        allowed = wanted if path.is_dir() else wanted & (_READ_FILE | _WRITE_FILE | _TRUNCATE)
        _libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", allowed, handle), 0)
    finally:
        os.close(handle)


# seccomp: numbers by architecture; 435 (clone3) and others from 424 on are common to all.
_COMMON = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_open": 434, "pidfd_send_signal": 424, "pidfd_getfd": 438, "mount_setattr": 442, "open_tree": 428, "move_mount": 429, "fsopen": 430}  # fmt: skip
_X86_64 = {"fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "socket": 41, "socketpair": 53, "connect": 42, "bind": 49, "listen": 50, "accept": 43, "accept4": 288, "kill": 62, "tkill": 200, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "bpf": 321, "perf_event_open": 298, "keyctl": 250, "add_key": 248, "request_key": 249, "userfaultfd": 323, "init_module": 175, "finit_module": 313, "kexec_load": 246}  # fmt: skip
_AARCH64 = {"execve": 221, "execveat": 281, "socket": 198, "socketpair": 199, "connect": 203, "bind": 200, "listen": 201, "accept": 202, "accept4": 242, "kill": 129, "tkill": 130, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "bpf": 280, "perf_event_open": 241, "keyctl": 219, "add_key": 217, "request_key": 218, "userfaultfd": 282, "init_module": 105, "finit_module": 273, "kexec_load": 104}  # fmt: skip
_ARCHITECTURES = {  # name -> (audit number, forbidden, clone, tgkill)
    "x86_64": (0xC000_003E, _X86_64, 56, 234),
    "aarch64": (0xC000_00B7, _AARCH64, 220, 131),
}
_CLONE3 = 435
_CLONE_THREAD = 0x0001_0000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF_0000, 0x8000_0000, 0x0005_0001, 0x0005_0026

_Instruction = tuple[int, int, int, int]


def restrict_calls() -> bool:
    """For this process and its threads, for good. Needs `forbid_new_privileges` first."""
    program = _filter(os.getpid())
    if program is None:
        return False
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    return bool(_libc.prctl(_PR_SET_SECCOMP, 2, header, 0, 0) == 0)


def _filter(own_pid: int) -> list[_Instruction] | None:
    """Berkeley packet filter: (operation, jump if true, jump if false, value); jumps count instructions skipped."""
    if platform.machine() not in _ARCHITECTURES:
        return None
    audit, forbidden, clone, tgkill = _ARCHITECTURES[platform.machine()]
    program: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, 0x4000_0000),  # the x32 set of calls would slip past the numbers below
        (_RETURN, 0, 0, _KILL),
        (_EQUAL, 0, 1, _CLONE3),  # its flags cannot be read from here; C libraries fall back to clone
        (_RETURN, 0, 0, _ENOSYS),
        (_EQUAL, 0, 4, clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_ANY_BIT, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EPERM),
        (_EQUAL, 0, 4, tgkill),  # abort() signals itself
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 0, 1, own_pid),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EPERM),
    ]
    for number in sorted({**forbidden, **_COMMON}.values()):
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _EPERM)]
    return [*program, (_RETURN, 0, 0, _ALLOW)]
