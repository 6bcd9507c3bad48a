"""Tags that go on as somebody began to write: for search boxes and tag input.

Tags without a visible image are left out: they lead nowhere, and one that only a hidden image has would tell
of it. Neighbours: `suggested_names` (what is read of the rows), `search/suggest`.
"""

from polybooru.library.library import Library
from polybooru.library.tag_names import clean_tag_name
from polybooru.search.suggest import Suggestion

__all__ = ["Suggestion", "suggest_tags"]


def suggest_tags(library: Library, term: str, limit: int) -> list[Suggestion]:
    """Tags with a word that begins with the term, each once, with the number of their visible images.

    Those whose name, or name in its namespace, begins with it come first; then by the number of images.
    """
    with library.replica.lock:
        return library.replica.suggestions.suggest(clean_tag_name(term), limit)
