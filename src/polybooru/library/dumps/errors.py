"""What can go wrong with a dump; the message says it to an operator in one sentence."""


class DumpError(Exception):
    """The dump cannot be written, read or taken in."""


class DumpDamaged(DumpError):
    """Something in it is not as it must be. line: from 1; None for a file as a whole."""

    def __init__(self, file: str, line: int | None, fault: str) -> None:
        super().__init__(f"{file}, line {line}: {fault}" if line is not None else f"{file}: {fault}")
