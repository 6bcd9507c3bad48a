"""User names: which are taken, and which are the same. Pure functions.

A script is read from the names that Unicode gives letters (`CYRILLIC SMALL LETTER A`): the standard library
has no property for it, and for telling apart what people write together the first word is enough.
Source of the rules: docs/reference/accounts.md
"""

import re
import unicodedata

from polybooru.library.errors import InvalidValue

MAX_NAME_CHARACTERS = 50
# Controls, direction marks, halves of characters, unassigned ones, line ends: two names could look the same.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAME = re.compile(r"[^\x00-\x20/,][^\x00-\x1f/,]*")
_RESERVED = re.compile(r"deleted user [0-9]+|anonymous|background pony.*")
_FIRST_WORD = re.compile(r"[A-Z]+")
_CHINESE = frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "BOPOMOFO"})
_JAPANESE = frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"})
_KOREAN = frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HANGUL"})
_WRITTEN_TOGETHER = (_CHINESE, _JAPANESE, _KOREAN)
"""Source: Unicode Technical Standard 39, section 5.2, "highly restrictive"."""


def clean_user_name(text: str) -> str:
    """The name as it is stored. Raises InvalidValue."""
    name = unicodedata.normalize("NFC", text).strip()
    check_user_name(name)
    return name


def fold_name(name: str) -> str:
    """The form in which two user names are the same: compatible characters and letter case are one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded)  # folding can take a letter and its accents apart


def check_user_name(name: str) -> None:
    """Raises InvalidValue for a name that is empty, too long, reserved, or cannot be shown safely."""
    if not name or len(name) > MAX_NAME_CHARACTERS:
        raise InvalidValue("name", f"A user name has 1 to {MAX_NAME_CHARACTERS} characters.")
    hidden = any(unicodedata.category(character) in _UNSEEN for character in name)
    if hidden or not _NAME.fullmatch(name):
        raise InvalidValue("name", "A user name has no control characters, commas or slashes.")
    if _RESERVED.fullmatch(fold_name(name)):
        raise InvalidValue("name", "This user name is reserved.")
    if not _is_of_one_script(name):
        raise InvalidValue("name", "A user name does not mix letters of different scripts.")


def name_of_the_deleted(user_id: int) -> str:
    """What a deleted account is called, and nobody else."""
    return f"deleted user {user_id}"


def _is_of_one_script(name: str) -> bool:
    scripts = {_script(letter) for letter in unicodedata.normalize("NFKC", name)} - {""}
    return len(scripts) < 2 or any(scripts <= together for together in _WRITTEN_TOGETHER)


def _script(character: str) -> str:
    """First word of a letter's name; empty for what goes with every script: digits, marks, signs."""
    if not unicodedata.category(character).startswith("L"):
        return ""
    found = _FIRST_WORD.match(unicodedata.name(character, ""))
    return "" if found is None or found[0] == "MODIFIER" else found[0]
