"""What a page may show of a text, judged by an HTML parser that knows nothing of how it was made."""

import re
from html.parser import HTMLParser

TAGS = frozenset(
    """
    a blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr li ol pre span strong sub sup
    table tbody td th thead tr u ul
    """.split()  # noqa: SIM905
)
CLASSES = {"paragraph", "spoiler", "image-reference", "align-left", "align-center", "align-right"}
_ADDRESS = re.compile(
    r"(https?://[^/\s\\]|mailto:[^\s:/]*@|/(?![/\\])|#)[^\s\"<>\\]*\Z|#\Z|/\Z", re.IGNORECASE
)


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        found = dict(attrs)
        if tag == "a" and found.get("rel") != "nofollow ugc noopener":
            self.faults.append("a link that says nothing of itself")
        for name, value in found.items():
            if not _is_allowed(tag, name, value or ""):
                self.faults.append(f"{tag}: {name}={value!r}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")


def _is_allowed(tag: str, name: str, value: str) -> bool:
    match tag, name:
        case "a", "href":
            return _ADDRESS.match(value) is not None
        case "a", "rel" | "title":
            return True
        case "code", "class":
            return re.fullmatch(r"language-[\w+#.-]{1,30}", value) is not None
        case "ol", "start":
            return value.isdigit()
        case (("div" | "span" | "td" | "th"), "class"):
            return value in CLASSES
        case _:
            return False


def faults(made: str) -> list[str]:
    """Everything in the HTML that is not on the list."""
    judge = _Judge()
    judge.feed(made)
    judge.close()
    return judge.faults
