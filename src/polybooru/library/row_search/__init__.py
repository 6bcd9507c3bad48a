"""Search of everything but images: comments, posts, galleries, tags, filters.

One room a noun: its fields, what of the rows answers them, who may find what, and the order. `search` runs
them. Source: docs/reference/search.md
"""
