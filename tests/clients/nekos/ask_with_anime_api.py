"""What `anime-api` makes of each route: run where it may be imported. Usage: ENDPOINT TOKEN

Prints a JSON object: by the name of the call what came back, or what was raised.
"""

import dataclasses
import json
import sys
from collections.abc import Callable
from typing import Any

from anime_api.apis import NekosAPI, nekos_api
from anime_api.apis.nekos_api import EscapedQuery

endpoint, token = sys.argv[1:]
anybody, somebody = NekosAPI(endpoint=endpoint), NekosAPI(endpoint=endpoint, token=token)


def told(made: Any) -> Any:
    """The client's objects as JSON: what they hold."""
    if isinstance(made, list):
        return [told(one) for one in made]
    return {name: str(value) for name, value in dataclasses.asdict(made).items()}


def of(kind: str) -> str:
    """The id of the first one."""
    return {
        "image": anybody.get_random_image,
        "artist": lambda: anybody.get_artists(limit=1)[0],
        "category": lambda: anybody.get_categories(limit=1)[0],
        "character": lambda: anybody.get_characters(limit=1)[0],
    }[kind]().id


CALLS: dict[str, Callable[[], Any]] = {
    "images": lambda: somebody.get_images(limit=25, offset=1),
    "random image": anybody.get_random_image,
    "random image of": lambda: anybody.get_random_image(categories=["Scenery", "Sky (above)"]),
    "random images": lambda: anybody.get_random_images(count=5, categories=["SCENERY"]),
    "image": lambda: anybody.get_image_by_id(of("image")),
    "artists": anybody.get_artists,
    "artists searched": lambda: anybody.get_artists(search="100_ 1"),
    "artists escaped": lambda: anybody.get_artists(search=EscapedQuery("100% 1")),
    "artist": lambda: anybody.get_artist_by_id(of("artist")),
    "images of artist": lambda: anybody.get_images_by_artist_id(of("artist"), limit=3),
    "categories": lambda: anybody.get_categories(limit=25),
    "categories escaped": lambda: anybody.get_categories(search=EscapedQuery("sky (above)")),
    "category": lambda: anybody.get_category_by_id(of("category")),
    "characters": lambda: anybody.get_characters(search="%?thistle"),
    "character": lambda: anybody.get_character_by_id(of("character")),
    "nothing": lambda: anybody.get_artist_by_id("00000000-0000-0000-0000-000000000000"),
    "no pattern": lambda: anybody.get_artists(search="("),
    "no category": lambda: anybody.get_random_image(categories=["nothing"]),
}
found: dict[str, Any] = {}
for name, call in CALLS.items():
    nekos_api.last_request = None  # it waits up to a second between two calls
    try:
        found[name] = told(call())
    except Exception as error:
        found[name] = f"{type(error).__name__}: {error}"
print(json.dumps(found))
