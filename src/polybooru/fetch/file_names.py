"""What a fetched file was called where it came from. Data only: never a path on our side."""

import re
import unicodedata
from urllib.parse import unquote

MAX_NAME_CHARACTERS = 127

_DISPOSITION_NAME = re.compile(r"(?:^|;)\s*filename\s*=\s*\"([^\"]*)\"", re.IGNORECASE)


def file_name(*, disposition: str, target: str) -> str:
    """The quoted name of a Content-Disposition, else the last segment of the path, else nothing.

    Without folders, control characters and direction marks, at most 127 characters.
    Source: docs of the Philomena API, POST /images.
    """
    quoted = _DISPOSITION_NAME.search(disposition)
    path = target.partition("?")[0]
    return (_clean(quoted[1]) if quoted else "") or _clean(unquote(path.rpartition("/")[2]))


def _clean(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in last if not unicodedata.category(c).startswith("C")).strip()
    return "" if kept in {".", ".."} else kept[:MAX_NAME_CHARACTERS]
