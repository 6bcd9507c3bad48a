"""What the document of the dialect begins with."""

TERMS = """\
The images of {site} for clients of the Nekos API, version 1: base address `{address}/api`, or `{address}/v1`.

* Every answer is an object with `success`; an error has `code`, its status, and `message`.
* No token is needed. One is sent as `Authorization: Bearer …`; one that is not good is refused everywhere.
* One request a second from an address, unless the operator or a token's scopes say otherwise. Ten violations
  in an hour block the address for an hour. `X-RateLimit-Limit`, `-Remaining` and `-Reset` tell where you are.
* `url` of an image is good until `meta.expires`.
"""
