"""What `derpi` makes of each route: run where it may be imported. Usage: ADDRESS KEY IMAGE_ADDRESS

Prints a JSON object: by the name of the call what came back, or what was raised.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from derpi.syncrounous import client
from derpi.syncrounous.models import DerpiModel

address, key, image_address = sys.argv[1:]
client.DerpiClient._base_url = address


def told(made: Any) -> Any:
    """The client's objects as JSON: what they hold."""
    if isinstance(made, list):
        return [told(one) for one in made]
    if isinstance(made, DerpiModel):
        return {name: told(value) for name, value in vars(made).items() if not name.startswith("_")}
    return made if isinstance(made, int | float | str | dict | None) else str(made)


ALL_OF_IT: dict[str, Callable[[], Any]] = {
    "comment": lambda: client.comment(1),
    "tag": lambda: client.tag("artist-colon-number+3"),
    "post": lambda: client.post(1),
    "user": lambda: client.user(1),
    "filter": lambda: client.filter(1),
    "system_filters": client.system_filters,
    "user_filters": lambda: client.user_filters(key),
    "search_comments": lambda: client.search_comments("image_id:1"),
    "search_galleries": lambda: client.search_galleries("title:a walk*"),
    "search_posts": lambda: client.search_posts("subject:ask the mods"),
    "search_tags": lambda: client.search_tags("analyzed_name:number"),
    "forums": client.forums,
    "forum": lambda: client.forum("dis"),
    "forum_topics": lambda: client.forum_topics("dis"),
    "forum_topic": lambda: client.forum_topic("dis", "ask-the-mods-anything"),
    "forum_posts": lambda: client.forum_posts("dis", "ask-the-mods-anything"),
    "forum_post": lambda: client.forum_post("dis", "ask-the-mods-anything", 1),
}
WITH_MORE_FIELDS: dict[str, Callable[[], Any]] = {
    "image": lambda: client.image(1),
    "featured_image": client.featured_image,
    "search_images": lambda: client.search_images("shelf"),
    "search_reverse": lambda: client.search_reverse(image_address),
    "oembed": lambda: client.oembed(image_address),
}
"""Where the dialect has fields that the document of that time lacks: `source_urls`, and oEmbed's sizes."""


def asked(calls: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    """Every call made."""
    found: dict[str, Any] = {}
    for name, call in calls.items():
        try:
            found[name] = told(call())
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


answers = asked(ALL_OF_IT)
DerpiModel._assert_consuming_all_params = False  # the client's own switch
answers |= asked(WITH_MORE_FIELDS)
json.dump(answers, sys.stdout)
