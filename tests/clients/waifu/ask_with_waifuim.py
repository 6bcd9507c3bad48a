"""What `waifuim.py` makes of each route: run where it may be imported. Usage: ADDRESS KEY ADMIN_KEY WHO IMAGE

Prints a JSON object: by the name of the call what came back, or the status and detail that were raised.
"""

import asyncio
import inspect
import json
import sys
from collections.abc import Awaitable
from typing import Any

import waifuim.aioclient
from waifuim.exceptions import APIException

address, key, admin_key, alice, image = sys.argv[1:]
waifuim.aioclient.APIBaseURL = f"{address}/waifu/"  # a constant of the module, which has no argument


def told(made: Any) -> Any:
    """The client's objects as JSON."""
    if isinstance(made, list):
        return [told(one) for one in made]
    if hasattr(made, "image_id"):
        return {
            "id": made.image_id,
            "liked_at": made.liked_at,
            "year": made.uploaded_at.year,
            "artist": str(made.artist),
        }
    if hasattr(made, "tag_id"):
        return made.name
    return made


async def asked(call: Awaitable[Any]) -> Any:
    """What comes of one call."""
    try:
        return told(await call)
    except APIException as error:
        return [error.status, error.detail]


async def main() -> dict[str, Any]:
    """All calls, in this order."""
    waifu_id, user_id = int(image), int(alice)
    async with waifuim.aioclient.WaifuAioClient(token=key) as client:
        has_many = "many" in inspect.signature(client.search).parameters
        thirty = {"many": True} if has_many else {"limit": 30}
        both = ["waifu", "maid"]
        sizes = {"height": ">=400"} if "height" in inspect.signature(client.search).parameters else {}
        return {
            "version": waifuim.aioclient.__version__,
            "one": await asked(client.search()),
            "two tags": await asked(client.search(included_tags=both, is_nsfw=False, **thirty)),
            "many": await asked(client.search(included_tags=["selfies"], is_nsfw="null", **thirty)),
            "sorted": await asked(client.search(included_tags=both, order_by="UPLOADED_AT", **thirty)),
            "tall": await asked(
                client.search(included_tags=["uniform"], orientation="PORTRAIT", gif=False, **sizes)
            ),
            "files": await asked(client.search(included_files=[image])),
            "without": await asked(client.search(included_tags=["uniform"], excluded_files=[image])),
            "unknown tag": await asked(client.search(included_tags=["nothing"])),
            "wrong": await asked(client.search(order_by="favourites")),
            "full": await asked(client.search(full=True)),
            "full by an admin": len(await asked(client.search(full=True, token=admin_key))),
            "tags": await asked(client.tags()),
            "full tags": await asked(client.tags(full=True)),
            "no favourites": await asked(client.fav()),
            "insert": await asked(client.fav_insert(waifu_id)),
            "insert again": await asked(client.fav_insert(waifu_id)),
            "favourites": await asked(client.fav()),
            "by an admin": await asked(client.fav(user_id=user_id, token=admin_key)),
            "of another": await asked(client.fav(user_id=10**18)),
            "toggle": await asked(client.fav_toggle(waifu_id)),
            "toggle again": await asked(client.fav_toggle(waifu_id, user_id=user_id)),
            "delete": await asked(client.fav_delete(waifu_id)),
            "delete again": await asked(client.fav_delete(waifu_id)),
            "bad token": await asked(client.fav(token="x" * 171)),
            "report": await asked(client.report(waifu_id, description="Wrong tag.")),
            "report of nothing": await asked(client.report(10**9)),
        }


json.dump(asyncio.run(main()), sys.stdout)
