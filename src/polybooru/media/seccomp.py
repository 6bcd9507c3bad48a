"""seccomp: which system calls a process can make, for good. Beside `confine.py`.

No sockets, no programs, no processes, no signals to others. A list of what is forbidden: across C libraries
and decoders a list of what is allowed would break at each update.
"""

import ctypes
import os
import platform
import struct

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_SECCOMP = 22

_FORBIDDEN = """
                   x86_64 aarch64
fork                   57       -
vfork                  58       -
execve                 59     221
execveat              322     281
socket                 41     198
socketpair             53     199
connect                42     203
bind                   49     200
listen                 50     201
accept                 43     202
accept4               288     242
kill                   62     129
tkill                 200     130
ptrace                101     117
process_vm_readv      310     270
process_vm_writev     311     271
mount                 165      40
umount2               166      39
pivot_root            155      41
chroot                161      51
unshare               272      97
setns                 308     268
bpf                   321     280
perf_event_open       298     241
keyctl                250     219
add_key               248     217
request_key           249     218
userfaultfd           323     282
init_module           175     105
finit_module          313     273
kexec_load            246     104
io_uring_setup        425     425
io_uring_enter        426     426
io_uring_register     427     427
pidfd_open            434     434
pidfd_send_signal     424     424
pidfd_getfd           438     438
mount_setattr         442     442
open_tree             428     428
move_mount            429     429
fsopen                430     430
"""


def _forbidden(column: int) -> list[int]:
    rows = [line.split() for line in _FORBIDDEN.strip().splitlines()[1:]]
    return sorted(int(row[column]) for row in rows if row[column] != "-")


_ARCHITECTURES = {  # name -> (audit number, forbidden, clone, tgkill)
    "x86_64": (0xC000_003E, _forbidden(1), 56, 234),
    "aarch64": (0xC000_00B7, _forbidden(2), 220, 131),
}
_CLONE3 = 435
_CLONE_THREAD = 0x0001_0000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF_0000, 0x8000_0000, 0x0005_0001, 0x0005_0026

_Instruction = tuple[int, int, int, int]


def restrict() -> bool:
    """For this process and its threads, for good. Needs `confine.forbid_new_privileges` first."""
    program = _filter(os.getpid())
    if program is None:
        return False
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    return bool(_libc.prctl(_PR_SET_SECCOMP, 2, header, 0, 0) == 0)


def _filter(own_pid: int) -> list[_Instruction] | None:
    """Packet filter: (operation, jump if true, jump if false, value); jumps count what is skipped."""
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
    for number in forbidden:
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _EPERM)]
    return [*program, (_RETURN, 0, 0, _ALLOW)]
