"""What `DerPyBooruPhi` makes of each route: run where it may be imported. Usage: ADDRESS KEY GALLERY

Prints a JSON object: by the name of the call what came back, or what was raised.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import derpibooru as d

address, key, gallery_id = sys.argv[1:]
here = {"url_domain": address}


def ids(found: Any) -> list[int]:
    return [one.id for one in found]


def reverse() -> list[int]:
    full = d.Image(None, image_id=1, **here).representations["full"]
    return ids(d.Search(reverse_url=full, **here))


CALLS: dict[str, Callable[[], Any]] = {
    "search to the end": lambda: ids(d.Search(q=["shelf"], limit=None, per_page=50, **here)),
    "search with a limit": lambda: ids(d.Search(q=["shelf"], limit=60, **here)),
    "search by score": lambda: ids(d.Search(q=["shelf"], sf="score", limit=3, **here)),
    "search by a filter": lambda: ids(d.Search(q=["covered"], filter_id=2, **here)),
    "search by the default filter": lambda: ids(d.Search(q=["covered"], **here)),
    "search for my faves": lambda: ids(d.Search(key=key, q=["*"], faves=True, filter_id=2, **here)),
    "search a gallery": lambda: ids(
        d.Search(q=[f"gallery_id:{gallery_id}"], sf=f"gallery_id:{gallery_id}", sd="desc", **here)
    ),
    "reverse search": reverse,
    "image": lambda: d.Image(None, image_id=1, **here).tags,
    "featured image": lambda: d.Image(None, image_id="featured", **here).id,
    "comments": lambda: [one.body for one in d.Comments(q=["image_id:1"], **here)],
    "comment": lambda: d.Comment(None, comment_id=1, **here).body,
    "tags": lambda: sorted(one.name for one in d.Tags(q=["artist:number *"], **here)),
    "tag": lambda: d.Tag(None, tag="artist:number 3", **here).data["images"],
    "tag by alias": lambda: d.Tag(None, tag="board", **here).data["aliased_tag"],
    "profile": lambda: d.Profile(1, **here).data["name"],
    "system filters": lambda: [one.name for one in d.Filters(filters_id="system", **here)],
    "own filters": lambda: [one.name for one in d.Filters(key=key, filters_id="user", **here)],
    "filter": lambda: d.Filter(1, **here).data["name"],
    "galleries": lambda: [one.title for one in d.Galleries(q=["title:a walk"], **here)],
    "forums": lambda: [one.short_name for one in d.Forums(**here)],
    "forum": lambda: d.Forum(None, short_name="dis", **here).data["name"],
    "topics": lambda: [one.slug for one in d.Topics("dis", **here)],
    "topic": lambda: d.Topic(None, forum_short_name="dis", topic_name="ask-the-mods-anything", **here).data[
        "title"
    ],
    "posts": lambda: [one.body for one in d.Posts("dis", "ask-the-mods-anything", **here)],
    "search posts": lambda: [one.body for one in d.SearchPosts(q=["body:shelf"], **here)],
    "post": lambda: d.Post(None, post_id=1, **here).data["body"],
}

found: dict[str, Any] = {}
for name, call in CALLS.items():
    try:
        found[name] = call()
    except Exception as error:
        found[name] = f"{type(error).__name__}: {error}"
json.dump(found, sys.stdout)
