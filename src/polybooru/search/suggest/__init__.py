"""Names that go on as somebody began to write. Begin at `index`."""

from polybooru.search.suggest.index import Name, Suggestion, SuggestionIndex

__all__ = ["Name", "Suggestion", "SuggestionIndex"]
