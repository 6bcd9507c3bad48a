"""Named points at which a crash test kills the process. Nothing happens unless a test has armed one."""

import os
import signal

_armed: set[str] = set()


def arm(name: str) -> None:
    """Let the process die, as by `kill -9`, when it next reaches this point."""
    _armed.add(name)


def failpoint(name: str) -> None:
    """A point between two steps of which the second may never come."""
    if name in _armed:
        os.kill(os.getpid(), signal.SIGKILL)
