"""Texts that are dear to take apart: each family is a text of any size, made of what is said in its name."""

from collections.abc import Callable

Family = Callable[[int], str]


def _repeated(part: str, before: str = "", after: str = "") -> Family:
    def text(size_bytes: int) -> str:
        room = size_bytes - len((before + after).encode())
        return before + part * (room // len(part.encode())) + after

    return text


def _halved(first: str, second: str) -> Family:
    def text(size_bytes: int) -> str:
        number = size_bytes // (len(first.encode()) + len(second.encode()))
        return first * number + second * number

    return text


def _wide_table(size_bytes: int) -> str:
    """Few names, and then rows that leave nearly all cells out."""
    columns = size_bytes // 8
    rows = (size_bytes - 4 * columns) // 4
    return "|a" * columns + "|\n" + "|-" * columns + "|\n" + "|a|\n" * rows


def _square_table(size_bytes: int) -> str:
    columns = max(2, int((size_bytes / 3) ** 0.5))
    row = "|a" * columns + "|\n"
    return row + "|-" * columns + "|\n" + row * (size_bytes // len(row) - 2)


def _references(size_bytes: int) -> str:
    return "".join(f"[{number}]: http://a.b\n" for number in range(size_bytes // 18))


def _expanded_reference(size_bytes: int) -> str:
    return f"[a]: http://a.b/{'c' * 1_900}\n\n" + "[a]" * ((size_bytes - 2_000) // 3)


BOMBS: dict[str, Family] = {
    "words": _repeated("word "),
    "lines": _repeated("a\n"),
    "paragraphs": _repeated("a\n\n"),
    "blank lines": _repeated("\n", "a"),
    "stars": _repeated("*"),
    "stars and letters": _repeated("*a "),
    "nested emphasis": _halved("*a ", "b*"),
    "nested strong": _halved("**a ", " b**"),
    "alternating emphasis": _repeated("*a_ "),
    "closing emphasis": _repeated("a* b_ "),
    "underscores": _repeated("_a__b"),
    "triples": _repeated("a***b"),
    "bars": _repeated("|"),
    "spoilers": _repeated("||a||"),
    "nested spoilers": _halved("||a ", " b||"),
    "tildes": _repeated("a~"),
    "carets": _repeated("^a"),
    "mixed marks": _repeated("*a^b~c||d_"),
    "open brackets": _repeated("["),
    "brackets and text": _repeated("[a"),
    "close brackets": _repeated("]"),
    "nested brackets": _halved("[", "]"),
    "links": _repeated("[a](b)"),
    "good links": _repeated("[a](/b)"),
    "open links": _repeated("[a](/b"),
    "open titles": _repeated('[a](/b "'),
    "open angles": _repeated("[a](<b"),
    "parentheses": _repeated("(", "[a](/b"),
    "nested links": _halved("[", "](/a)"),
    "pictures": _repeated("![a](/b)"),
    "nested pictures": _halved("![", "](/a)"),
    "open pictures": _repeated("!["),
    "references": _references,
    "reference, expanded": _expanded_reference,
    "reference titles": _repeated("\na", '[a]: /b "'),
    "backticks": _repeated("`a"),
    "growing backticks": lambda size: "".join("`" * n + " " for n in range(int((2 * size) ** 0.5) - 1)),
    "code and backticks": _repeated("`` ` "),
    "less-than signs": _repeated("<"),
    "open tags": _repeated("<a "),
    "automatic links": _repeated("<http://a>"),
    "bare addresses": _repeated("http://a.b "),
    "addresses in one": _repeated("http://"),
    "addresses with parentheses": _repeated(")", "http://a.b/"),
    "addresses of other letters": _repeated("http://пример.рф "),
    "long host": _repeated("я", "http://", ".рф"),
    "mail": _repeated("a@b.c "),
    "mail signs": _repeated("a@"),
    "mail hosts": _repeated("a.", "a@"),
    "entities": _repeated("&amp;"),
    "open entities": _repeated("&a"),
    "backslashes": _repeated("\\"),
    "escapes": _repeated("\\*"),
    "quotes": _repeated('"a '),
    "mixed quotes": _repeated("'a \"b"),
    "dashes": _repeated("a--"),
    "images": _repeated(">>1 "),
    "greentext": _repeated(">a\n"),
    "greater-than signs": _repeated(">"),
    "quotation": _repeated("> a\n"),
    "deep quotation": _repeated("> "),
    "deep quotations": _repeated("> " * 30 + "a\n"),
    "list": _repeated("- a\n"),
    "deep list": _repeated("- "),
    "deep lists": _repeated("- " * 30 + "a\n"),
    "staircase": lambda size: "".join("  " * n + "- a\n" for n in range(int(size**0.5) - 2)),
    "numbered": _repeated("1. a\n"),
    "lists in quotations": _repeated("> - > - > - a\n"),
    "fences": _repeated("```\n"),
    "indented": _repeated("    a\n"),
    "headings": _repeated("# a\n"),
    "rules": _repeated("---\n"),
    "descriptions": _repeated("a\n: b\n\n"),
    "deep descriptions": _repeated("a\n: a\n  : a\n    : b\n"),
    "table": _repeated("|a|b|\n", "|a|b|\n|-|-|\n"),
    "square table": _square_table,
    "wide table": _wide_table,
    "tables": _repeated("|a|\n|-|\n\n"),
    "table heads": _repeated("|-|\n"),
    "table of spoilers": _repeated("|||a|||b|\n", "|a|b|\n|-|-|\n"),
    "tabs": _repeated("\t", "a"),
    "spaces": _repeated(" ", "a", "b"),
    "blanks before a line": _repeated("a  \n"),
    "accents": _repeated("\u0301", "a"),
    "nothing to see": _repeated("[\u200b](/a)"),
}
