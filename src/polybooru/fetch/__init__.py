"""The one guarded way out to other hosts. Start reading at `fetcher`."""

from polybooru.fetch.errors import FetchFailed
from polybooru.fetch.fetcher import Fetched, Fetcher
from polybooru.fetch.limits import Limits

__all__ = ["FetchFailed", "Fetched", "Fetcher", "Limits"]
