"""Blobs by key, in a folder.

A key is made by the library, never from a name that came from outside. A blob is complete and synced to disk
before its key exists: a reader, and a machine that lost power, see the whole blob or none.
"""

from polybooru.store.folder import FolderStore, StoreError, StoreFull, is_full

__all__ = ["FolderStore", "StoreError", "StoreFull", "is_full"]
