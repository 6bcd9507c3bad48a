"""What this package refuses.

SqlSearchError
├── TooBroad            what was asked stands for too many texts: for whoever searches to change
└── UnsupportedLeaf     a field without an answer, or one of another kind: the caller's mistake
"""


class SqlSearchError(Exception):
    """Base of everything this package raises on its own account."""


class TooBroad(SqlSearchError):
    """Answering would take too much; the message is fit for whoever searches."""


class UnsupportedLeaf(SqlSearchError):
    """A parser that is given the right fields never makes such a tree."""
