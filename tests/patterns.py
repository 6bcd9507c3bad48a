"""Random patterns of the Nekos language, each beside the regular expression that means the same."""

import random
import re
from dataclasses import dataclass

LETTERS = "abk1 -.^$_%é猫\n"
_SPECIAL = frozenset("%_|*+?{}()[]\\")


@dataclass(frozen=True, slots=True)
class Written:
    """A pattern and an expression. is_item: a quantifier behind it means all of it."""

    pattern: str
    expression: str
    is_item: bool = True


def written(chance: random.Random, *, some: str) -> Written:
    """A pattern no longer than they may be. some: what `%` is in the expression."""
    while True:
        made = _written(chance, some, depth=3)
        if len(made.pattern) <= 50:
            return made


def _written(chance: random.Random, some: str, depth: int) -> Written:
    branches = [_branch(chance, some, depth) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    return Written(
        "|".join(branch.pattern for branch in branches), "|".join(branch.expression for branch in branches)
    )


def _branch(chance: random.Random, some: str, depth: int) -> Written:
    parts = [_quantified(chance, some, depth) for _ in range(chance.choice((0, 1, 1, 2, 2, 3)))]
    return Written("".join(part.pattern for part in parts), "".join(part.expression for part in parts))


def _quantified(chance: random.Random, some: str, depth: int) -> Written:
    item = _item(chance, some, depth)
    least = chance.randrange(3)
    bounds = f"{{{least},{least + chance.randrange(3)}}}"
    quantifier = chance.choice(("", "", "", "*", "+", "?", f"{{{least}}}", f"{{{least},}}", bounds))
    if item.pattern == "%" and quantifier not in ("", "?"):
        quantifier = ""  # the databases' engines refuse it
    return Written(item.pattern + quantifier, f"(?:{item.expression}){quantifier}")


def _item(chance: random.Random, some: str, depth: int) -> Written:
    match chance.randrange(10):
        case 0 if depth:
            inner = _written(chance, some, depth - 1)
            return Written(f"({inner.pattern})", f"(?:{inner.expression})")
        case 1 if depth:
            inner = _written(chance, some, depth - 2) if depth > 1 else Written("", "")
            return Written(f"({inner.pattern})", f"(?:{inner.expression})")
        case 2:
            return Written("%", some)
        case 3:
            return Written("_", "(?s:.)")
        case 4:
            return _class(chance)
        case _:
            letter = chance.choice(LETTERS)
            return Written(f"\\{letter}" if letter in _SPECIAL else letter, re.escape(letter))


def _class(chance: random.Random) -> Written:
    members, expressions = "", ""
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.4:
            first, last = sorted(chance.sample("abckxz", 2))
            members += f"{first}-{last}"
            expressions += f"{first}-{last}"
        else:
            letter = chance.choice("abk1 .$_%é猫*+?|(){}")
            members += letter
            expressions += re.escape(letter)
    negation = chance.choice(("", "", "^"))
    return Written(f"[{negation}{members}]", f"[{negation}{expressions}]")


def texts(chance: random.Random, count: int) -> list[str]:
    """Short texts of the letters that the patterns have."""
    return ["".join(chance.choices(LETTERS, k=chance.randrange(7))) for _ in range(count)]
