"""What the documents of the dialect begin with. Source: docs/reference/waifu.md."""

TERMS = """\
JSON over HTTP, as waifu.im speaks it in its version 5.

* Favourites need a token: `Authorization: Bearer TOKEN`. What is done in somebody else's name needs a grant.
* Every error is `{"detail": "…"}`, which begins with the phrase of its status.
* One request each 200 ms; the ten after it wait for their turn, the next is refused with `Retry-After`.
"""
