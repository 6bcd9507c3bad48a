"""Every table of the library, for both databases.

The rules that keep these rows right live in `library`; here stand only shapes, keys and the indexes that its
statements need. A change here needs a migration beside it: tests/adapters/db/test_migrations.py compares the
two.
"""

from polybooru.db.tables.base import metadata
from polybooru.db.tables.categories import categories
from polybooru.db.tables.credits import artist_links, badge_awards, badges
from polybooru.db.tables.image_history import image_merges, merged_rows, source_changes
from polybooru.db.tables.images import (
    faves,
    features,
    hides,
    image_locked_tags,
    image_sources,
    image_tags,
    images,
    sightings,
    votes,
)
from polybooru.db.tables.imports import dump_imports, inherited_counts
from polybooru.db.tables.logs import changes, happenings, jobs, moderation_log
from polybooru.db.tables.moderation import bans, blocks, duplicate_reports, reports
from polybooru.db.tables.notices import (
    forum_subscriptions,
    gallery_subscriptions,
    image_subscriptions,
    notice_reads,
    notices,
    topic_subscriptions,
)
from polybooru.db.tables.people import (
    earlier_names,
    filter_tags,
    filters,
    grants,
    tokens,
    users,
    watched_tags,
)
from polybooru.db.tables.polls import poll_options, poll_votes, polls
from polybooru.db.tables.secrets import secrets
from polybooru.db.tables.shortlinks import shortlinks
from polybooru.db.tables.social import (
    comment_edits,
    comments,
    forums,
    galleries,
    gallery_images,
    post_edits,
    posts,
    topics,
    words,
)
from polybooru.db.tables.tag_history import tag_batches, tag_change_tags, tag_changes
from polybooru.db.tables.tags import dnp_entries, listed_tags, tag_implications, tags

__all__ = [
    "artist_links",
    "badge_awards",
    "badges",
    "bans",
    "blocks",
    "categories",
    "changes",
    "comment_edits",
    "comments",
    "dnp_entries",
    "dump_imports",
    "duplicate_reports",
    "earlier_names",
    "faves",
    "features",
    "filter_tags",
    "filters",
    "forum_subscriptions",
    "forums",
    "galleries",
    "gallery_images",
    "gallery_subscriptions",
    "grants",
    "happenings",
    "hides",
    "image_locked_tags",
    "image_merges",
    "image_sources",
    "image_subscriptions",
    "image_tags",
    "images",
    "inherited_counts",
    "jobs",
    "listed_tags",
    "merged_rows",
    "metadata",
    "moderation_log",
    "notice_reads",
    "notices",
    "poll_options",
    "poll_votes",
    "polls",
    "post_edits",
    "posts",
    "reports",
    "secrets",
    "shortlinks",
    "sightings",
    "source_changes",
    "tag_batches",
    "tag_change_tags",
    "tag_changes",
    "tag_implications",
    "tags",
    "tokens",
    "topic_subscriptions",
    "topics",
    "users",
    "votes",
    "watched_tags",
    "words",
]
