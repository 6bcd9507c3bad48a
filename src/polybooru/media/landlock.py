"""Landlock: which files a process can open, for good.

Beside `confine.py`; numbers are those of linux/landlock.h.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_WRITE_FILE, _REMOVE_FILE, _MAKE_REG, _TRUNCATE = 1 << 1, 1 << 5, 1 << 8, 1 << 14
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
READ = _READ_FILE | _READ_DIR
READ_WRITE = READ | _WRITE_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE


def restrict(rights: Iterable[tuple[Path, int]]) -> bool:
    """rights: path and READ or READ_WRITE, for it and all beneath it.

    Needs `confine.forbid_new_privileges` first.
    """
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
