"""Made-up search texts: well-formed over a caller's fields, and broken or hostile ones made of them.

Seeded, so that a failure comes again. `samples` has images to ask them of.
"""

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from polybooru.search.language.fields import Field, Fields, Kind

VECTORS = Path(__file__).parent / "vectors"
PIECES = (
    *(
        "(",
        ")",
        ",",
        " ",
        "  ",
        "\t",
        "\n",
        "-",
        "!",
        '"',
        "\\",
        "*",
        "?",
        "~",
        ":",
        ".",
        "^",
        "/",
        "+",
        "\0",
    ),
    *(" AND ", " OR ", " && ", " || ", "NOT ", "AND", "OR", "NOT", "^2", "^-1", "^0.5", "~1", "~0.5", "~9"),
    *(
        ".gte:",
        ".gt:",
        ".lt:",
        ".lte:",
        ".eq:",
        ".ne:",
        "\u00a0",
        "\u200b",
        "\u202e",
        "\u0130",
        "\ud800",
        "é",
    ),
    *("2147483648", "9" * 400, "-0", "1e9", "nan", "0000-00-00", "9999-12-31T23:59:59-23:59", "9 days ago"),
)
HOSTILE = (
    *(
        "(",
        ")",
        "-",
        "!",
        "-(",
        "((",
        "a(",
        "a (b ",
        "(a)",
        "a,",
        ",",
        "a || ",
        "(a || ",
        "NOT ",
        "\\",
        '"',
        '"a',
    ),
    *(
        "*",
        "?",
        "*a",
        "*?",
        "a*,",
        "~1",
        "a~1,",
        "^1",
        "a^1,",
        " AND ",
        " OR",
        "\t",
        "\n ",
        "é",
        "\U0001f98a",
    ),
    *("id:1,", "id.gt:1,", "id:1~2 || ", "created_at:2019,", "description:a,", "filter_id:1,", "my:faves,"),
)


class QueryMaker:
    """Texts over the fields of one caller; `known` has values that some image has, by field."""

    def __init__(self, chance: random.Random, fields: Fields, known: Mapping[str, Sequence[str]]) -> None:
        self.chance = chance
        self.fields = [*fields.by_name.values()]
        self.default = fields.default
        self.known = known
        vectors = [json.loads(path.read_text("utf-8")) for path in sorted(VECTORS.glob("philomena-*.json"))]
        self.vectors = [vector["query"] for file in vectors for vector in file]

    def query(self, depth: int = 3) -> str:
        """A well-formed text; now and then over a limit."""
        chance = self.chance
        form = chance.random() if depth else 1.0
        if form < 0.2:
            operands = [self.query(depth - 1) for _ in range(chance.randint(2, 4))]
            return chance.choice([", ", ",", " AND ", "\n&&\t"]).join(map(self._grouped, operands))
        if form < 0.4:
            operands = [self.query(depth - 1) for _ in range(chance.randint(2, 9))]
            return chance.choice([" || ", " OR "]).join(map(self._grouped, operands))
        if form < 0.55:
            return chance.choice(["-", "!", "NOT "]) + self._grouped(self.query(depth - 1))
        if form < 0.6:
            return f"{self._grouped(self.query(depth - 1))}^{chance.choice(['2', '0.5', '0'])}"
        return self.term()

    def term(self) -> str:
        """One term, now and then in quotes."""
        field = self.default if self.chance.random() < 0.3 else self.chance.choice(self.fields)
        value = self.value(field)
        if field is self.default:
            text = value
        elif field.kind in {Kind.INTEGER, Kind.FLOAT, Kind.DATE} and "~" not in value:
            text = f"{field.name}{self.chance.choice(['', '.eq', '.gt', '.gte', '.lt', '.lte'])}:{value}"
        else:
            text = f"{field.name}:{value}"
        if self.chance.random() < 0.1 or set(text) & set('(),^"'):
            text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return text

    def value(self, field: Field) -> str:
        """A value of the right kind, as a rule one that exists or lies near one."""
        chance = self.chance
        known = chance.choice(self.known.get(field.target or field.name) or ["1"])
        match field.kind:
            case Kind.LITERAL | Kind.ANALYSED:
                return self._text(known)
            case Kind.INTEGER:
                return chance.choice([known, str(chance.randint(-3, 40)), f"{known}~{chance.randint(0, 9)}"])
            case Kind.FLOAT:
                return chance.choice([f"{float(known):.3f}", "0", "1.5", f"{float(known):.2f}~0.25"])
            case Kind.DATE:
                return chance.choice(
                    [
                        known,
                        known[:4],
                        known[:7],
                        known[:10],
                        f"{known}+02:00",
                        f"{chance.randint(0, 400)} days ago",
                    ]
                )
            case Kind.NUMERIC | Kind.IP:
                return known
            case Kind.BOOLEAN:
                return chance.choice(["true", "false"])
            case Kind.CUSTOM:
                return chance.choice([known, "faves", "uploads"])

    def _text(self, known: str) -> str:
        form = self.chance.random()
        if form < 0.5 or not known:
            return known.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        at = self.chance.randrange(len(known))
        if form < 0.65:
            return known[:at] + "*"
        if form < 0.75:
            return f"*{known[at]}?{known[at + 1 : at + 2]}*"
        if form < 0.9:
            return f"{known[:at]}x{known[at + 1 :]}~{self.chance.choice(['0', '1', '2', '0.7', '0.99'])}"
        return known[at:].upper()

    def _grouped(self, text: str) -> str:
        return f"({text})" if self.chance.random() < 0.8 else text

    def hostile(self) -> str:
        """Broken, odd or expensive: a well-formed text or a vector with edits, pieces, repetitions, noise."""
        chance = self.chance
        form = chance.random()
        if form < 0.4:
            return self._edited(self.query() if chance.random() < 0.6 else chance.choice(self.vectors))
        if form < 0.7:
            return "".join(self._piece() for _ in range(chance.randint(1, 30)))
        if form < 0.85:
            return "".join(chr(chance.choice(CODE_POINTS)(chance)) for _ in range(chance.randint(1, 60)))
        unit = "".join(chance.choice(HOSTILE) for _ in range(chance.randint(1, 3)))
        return self._edited((unit * 4096)[: int(4200 ** chance.random())])

    def _edited(self, text: str) -> str:
        chance = self.chance
        for _ in range(chance.randint(1, 4)):
            first = chance.randint(0, len(text))
            last = min(len(text), first + chance.randint(0, 5))
            put = chance.choice(["", self._piece(), text[first:last] * 2, chance.choice(self.vectors)])
            text = text[:first] + put + text[last:]
        return text

    def _piece(self) -> str:
        chance = self.chance
        form = chance.random()
        if form < 0.6:
            return chance.choice(PIECES)
        return self.term() if form < 0.8 else f"{chance.choice(self.fields).name}:"


CODE_POINTS = (
    lambda chance: chance.randrange(0x20, 0x7F),
    lambda chance: chance.randrange(0x0, 0x3000),
    lambda chance: chance.randrange(0x110000),
)
