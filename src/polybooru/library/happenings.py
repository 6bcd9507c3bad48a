"""What happens that others may want to hear of at once: the names that verbs tell it under.

A row of `happenings` is written in the transaction that makes it true. It says what happened to which thing,
not who may know of it: whoever passes one on looks at the thing first, as it is by then.
Neighbours: `work` (how verbs tell), `heard` (how rows are read), `replica` (the change log, for caches).
Source: docs/reference/change-log.md, happenings
"""

from enum import StrEnum


class Happening(StrEnum):
    """What happened. In brackets: the details that are told along."""

    IMAGE_CREATED = "image.created"
    IMAGE_CHANGED = "image.changed"
    IMAGE_PROCESSED = "image.processed"
    IMAGE_MERGED = "image.merged"
    """(target_id)"""
    IMAGE_TAGGED = "image.tagged"
    """(added, removed: ids of tags)"""
    IMAGES_TAGGED = "images.tagged"
    """Of the first of them (image_ids; added, removed: ids of tags)"""
    IMAGE_SOURCED = "image.sourced"
    """(added, removed: addresses)"""
    IMAGE_DESCRIBED = "image.described"
    """(before, after: texts)"""
    COMMENT_CREATED = "comment.created"
    COMMENT_CHANGED = "comment.changed"
    POST_CREATED = "post.created"
