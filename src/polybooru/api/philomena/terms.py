"""What whoever uses the dialect agrees to, as its documents print it. Source: docs/reference/philomena.md."""

TERMS = """\
JSON over HTTP, as boards of the Philomena kind speak it. All addresses begin with `{address}`.

* Whatever makes something needs a token, which is sent as `key`. Tokens are shown once, when they are made.
* Whoever shows an image names its artist, if one is given, and shows its source as text or as a link.
* A link to {site} is welcome, under `{address}`. Addresses carry their scheme.
* Whoever wants everything takes the nightly dump that {site} may publish, and does not ask page by page.
* Keep what you were given, respect its expiry, and when you are refused wait longer each time.
"""
