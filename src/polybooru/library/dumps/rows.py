"""What becomes of the lines of a dump: the rows that the verbs would have made, with words and counters."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update

from polybooru.db.full_text import (
    COMMENT_WORDS,
    FILTER_WORDS,
    GALLERY_WORDS,
    IMAGE_WORDS,
    POST_WORDS,
    TAG_WORDS,
    TOPIC_WORDS,
)
from polybooru.db.tables import (
    comments,
    dnp_entries,
    features,
    filter_tags,
    filters,
    forums,
    galleries,
    gallery_images,
    image_tags,
    images,
    inherited_counts,
    posts,
    tag_implications,
    tags,
    topics,
    users,
)
from polybooru.library.actors import Role
from polybooru.library.dnp import DnpState
from polybooru.library.dumps import lines
from polybooru.library.dumps.lines import Line
from polybooru.library.filters import HIDE, SPOILER
from polybooru.library.fingerprints import signed
from polybooru.library.forums import NORMAL, count_in_forum
from polybooru.library.image_sources import insert_sources
from polybooru.library.images import whole_seconds
from polybooru.library.passwords import NO_PASSWORD
from polybooru.library.tag_names import slug
from polybooru.library.tags import add_to_counts, new_tag_row
from polybooru.library.user_names import fold_name, name_of_the_deleted
from polybooru.library.words import put_words
from polybooru.library.work import Work
from polybooru.markup import render

_COUNTED = ("upvotes", "downvotes", "faves", "hides", "comment_count")
_IMAGE_COLUMNS = (
    "id", "uploader_id", "is_anonymous", "file_name", "mime_type", "format", "width_px", "height_px",
    "size_bytes", "orig_size_bytes", "duration_seconds", "is_animated", "sha512_hash", "orig_sha512_hash",
    "description", "alt_text", "dominant_color", *_COUNTED,
)  # fmt: skip
_TEXT_COLUMNS = ("user_id", "is_anonymous", "body", "created_at", "updated_at", "edited_at", "edit_reason")
Rows = list[dict[str, Any]]


def _put(work: Work, table: Table, rows: Rows) -> None:
    if rows:
        work.execute(insert(table), rows)


def _taken(line: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(line, name) for name in names}


def _add(work: Work, table: Table, column: str, differences: Mapping[int, int]) -> None:
    """Count in many rows, each by its own difference."""
    if differences:
        [key_column] = table.primary_key
        one = update(table).where(key_column == bindparam("of_row"))
        work.execute(
            one.values({column: table.c[column] + bindparam("difference")}),
            [{"of_row": key, "difference": by} for key, by in sorted(differences.items())],
        )


def _users(work: Work, found: Sequence[lines.UserLine]) -> None:
    """People without a password: an operator who knows them gives them one."""
    rows: Rows = [
        {
            **_taken(line, ("id", "name", "created_at")),
            "folded_name": fold_name(line.name),
            "slug": slug(line.name),
            "password_hash": NO_PASSWORD,
            "role": Role.USER.value,
            "deactivated_at": work.now if line.is_deactivated else None,
            "is_deactivated_by_staff": line.is_deactivated,
        }
        for line in found
    ]
    _put(work, users, rows)
    for line in found:
        work.changed("user", line.id)


def _tags(work: Work, found: Sequence[lines.TagLine]) -> None:
    taken = ("id", "category", "description", "short_description", "created_at")
    _put(work, tags, [new_tag_row(work, line.name) | _taken(line, taken) for line in found])
    for line in found:
        put_words(work, TAG_WORDS, line.id, **_taken(line, TAG_WORDS.fields))
        work.changed("tag", line.id)


def _aliases(work: Work, found: Sequence[lines.TagAliasLine]) -> None:
    one = update(tags).where(tags.c.id == bindparam("of_tag")).values(aliased_tag_id=bindparam("target"))
    work.execute(one, [{"of_tag": line.tag_id, "target": line.target_id} for line in found])
    for line in found:
        work.changed("tag", line.tag_id)
        work.changed("tag", line.target_id)


def _implications(work: Work, found: Sequence[lines.TagImplicationLine]) -> None:
    pairs = [(line.tag_id, implied) for line in found for implied in line.implied_tag_ids]
    _put(work, tag_implications, [{"tag_id": tag, "implied_tag_id": implied} for tag, implied in pairs])
    for tag_id in dict.fromkeys(tag_id for pair in pairs for tag_id in pair):
        work.changed("tag", tag_id)


def _dnp_entries(work: Work, found: Sequence[lines.DnpEntryLine]) -> None:
    listed = {"state": DnpState.LISTED.value}
    _put(work, dnp_entries, [_taken(line, line.__struct_fields__) | listed for line in found])
    for line in found:
        work.changed("dnp_entry", line.id)
        work.changed("tag", line.tag_id)


def _images(work: Work, found: Sequence[lines.ImageLine]) -> None:
    _put(work, images, [_image(line) for line in found])
    inherited = [line for line in found if any(getattr(line, name) for name in _COUNTED)]
    _put(work, inherited_counts, [{"image_id": line.id, **_taken(line, _COUNTED)} for line in inherited])
    tagged = [{"image_id": line.id, "tag_id": tag_id} for line in found for tag_id in line.tag_ids]
    _put(work, image_tags, tagged)
    add_to_counts(work, Counter(tag_id for line in found for tag_id in line.tag_ids))
    for line in found:
        insert_sources(work, line.id, line.sources)
        put_words(work, IMAGE_WORDS, line.id, description=line.description, alt_text=line.alt_text)
        work.changed("image", line.id)


def _image(line: lines.ImageLine) -> dict[str, Any]:
    """Not processed: its file is not here, or not yet."""
    corners = line.intensities or (None,) * 4
    return {
        **_taken(line, _IMAGE_COLUMNS),
        **{
            name: whole_seconds(getattr(line, name)) for name in ("created_at", "updated_at", "first_seen_at")
        },
        **dict(zip(("intensity_nw", "intensity_ne", "intensity_sw", "intensity_se"), corners, strict=True)),
        "perceptual_hash": None if line.perceptual_hash is None else signed(int(line.perceptual_hash, 16)),
        "blob": line.orig_sha512_hash or line.sha512_hash,
    }


def _features(work: Work, found: Sequence[lines.FeatureLine]) -> None:
    _put(work, features, [_taken(line, line.__struct_fields__) for line in found])
    for line in found:
        work.changed("feature", line.image_id)


def _text(work: Work, text: Any) -> dict[str, Any]:
    html = render(text.body, own_hosts=work.policy.own_hosts).html
    return {**_taken(text, _TEXT_COLUMNS), "body_html": html}


def _comments(work: Work, found: Sequence[lines.CommentLine]) -> None:
    _put(work, comments, [{**_taken(line, ("id", "image_id")), **_text(work, line)} for line in found])
    # The image counts them since it came: what is here is counted here, and no longer only inherited.
    here = Counter(line.image_id for line in found)
    _add(work, inherited_counts, "comment_count", {image_id: -by for image_id, by in here.items()})
    for line in found:
        put_words(work, COMMENT_WORDS, line.id, body=line.body)
        work.changed("comment", line.id)


def _forums(work: Work, found: Sequence[lines.ForumLine]) -> None:
    normal = {"access_level": NORMAL}
    _put(work, forums, [_taken(line, line.__struct_fields__) | normal for line in found])
    for line in found:
        work.changed("forum", line.id)


def _topics(work: Work, found: Sequence[lines.TopicLine]) -> None:
    _put(work, topics, [_taken(line, line.__struct_fields__) for line in found])
    for line in found:
        put_words(work, TOPIC_WORDS, line.id, title=line.title)
        work.changed("topic", line.id)
    for forum_id, number in sorted(Counter(line.forum_id for line in found).items()):
        count_in_forum(work, forum_id, topics=number, posts=0)


def _posts(work: Work, found: Sequence[lines.PostLine]) -> None:
    _put(work, posts, [_post(work, line) for line in found])
    written = Counter(line.topic_id for line in found)
    _add(work, topics, "post_count", written)
    for line in found:
        put_words(work, POST_WORDS, line.id, body=None if line.text is None else line.text.body)
        work.changed("post", line.id)
    stand = select(topics.c.id, topics.c.forum_id).where(topics.c.id.in_(written))
    in_forums: Counter[int] = Counter()
    for topic_id, forum_id in work.execute(stand).all():
        work.changed("topic", topic_id)
        in_forums[forum_id] += written[topic_id]
    for forum_id, number in sorted(in_forums.items()):
        count_in_forum(work, forum_id, topics=0, posts=number)


def _post(work: Work, line: lines.PostLine) -> dict[str, Any]:
    """One that is not in sight there is here as a place that is taken: by nobody, without a text."""
    place = _taken(line, ("id", "topic_id", "topic_position"))
    if line.text is not None:
        shown = {"hidden_from_users": False, "is_destroyed": False}
        return {**place, **_text(work, line.text), **shown}
    nothing = dict.fromkeys(_TEXT_COLUMNS)
    gone = {
        "is_anonymous": True,
        "body": "",
        "body_html": "",
        "hidden_from_users": True,
        "is_destroyed": True,
    }
    return {**place, **nothing, **gone, "created_at": work.now, "updated_at": work.now}


def _galleries(work: Work, found: Sequence[lines.GalleryLine]) -> None:
    taken = ("id", "title", "spoiler_warning", "description", "thumbnail_id", "is_descending", "created_at")
    nobody = _nobody(work) if any(line.user_id is None for line in found) else 0
    rows: Rows = [
        {
            **_taken(line, (*taken, "updated_at")),
            "user_id": nobody if line.user_id is None else line.user_id,
            "is_anonymous": line.user_id is None,
            "folded_title": line.title.lower(),
            "image_count": len(line.image_ids),
        }
        for line in found
    ]
    _put(work, galleries, rows)
    listed: Rows = [
        {"gallery_id": line.id, "image_id": image_id, "position": position}
        for line in found
        for position, image_id in enumerate(line.image_ids)
    ]
    _put(work, gallery_images, listed)
    for line in found:
        put_words(work, GALLERY_WORDS, line.id, **_taken(line, GALLERY_WORDS.fields))
        work.changed("gallery", line.id)


def _nobody(work: Work) -> int:
    """Whose the anonymous galleries are: an account that is like a deleted one from the start."""
    known = work.execute(select(users.c.id).where(users.c.deleted_at.is_not(None))).scalar_one_or_none()
    if known is not None:
        return int(known)
    highest = work.execute(select(func.coalesce(func.max(users.c.id), 0))).scalar_one()
    user_id = int(highest) + 1
    name = name_of_the_deleted(user_id)
    row = {"id": user_id, "name": name, "folded_name": fold_name(name), "slug": slug(name)}
    moments = dict.fromkeys(("created_at", "deactivated_at", "deleted_at"), work.now)
    account = {"password_hash": NO_PASSWORD, "role": Role.USER.value, "is_deactivated_by_staff": True}
    _put(work, users, [row | moments | account])
    work.changed("user", user_id)
    return user_id


def _filters(work: Work, found: Sequence[lines.FilterLine]) -> None:
    listed = ("hidden_tag_ids", "spoilered_tag_ids")
    taken = [name for name in lines.FilterLine.__struct_fields__ if name not in listed]
    folded = [{"folded_name": line.name.lower()} for line in found]
    _put(work, filters, [_taken(line, taken) | more for line, more in zip(found, folded, strict=True)])
    effects: Rows = [
        {"filter_id": line.id, "tag_id": tag_id, "effect": effect}
        for line in found
        for effect, tag_ids in ((HIDE, line.hidden_tag_ids), (SPOILER, line.spoilered_tag_ids))
        for tag_id in tag_ids
    ]
    _put(work, filter_tags, effects)
    for line in found:
        put_words(work, FILTER_WORDS, line.id, description=line.description)
        work.changed("filter", line.id)


INTO: Mapping[type[Line], Callable[[Work, Sequence[Any]], None]] = MappingProxyType(
    {
        lines.UserLine: _users,
        lines.TagLine: _tags,
        lines.TagAliasLine: _aliases,
        lines.TagImplicationLine: _implications,
        lines.DnpEntryLine: _dnp_entries,
        lines.ImageLine: _images,
        lines.FeatureLine: _features,
        lines.CommentLine: _comments,
        lines.ForumLine: _forums,
        lines.TopicLine: _topics,
        lines.PostLine: _posts,
        lines.GalleryLine: _galleries,
        lines.FilterLine: _filters,
    }
)
"""By the kind of line: makes the rows of some lines of it."""
