"""The rules that an operator may set, as one value."""

from dataclasses import dataclass

FORBIDDEN_TAGS = frozenset(
    {
        "tagme",
        "tag me",
        "not tagged",
        "no tag",
        "notag",
        "notags",
        "upvotes galore",
        "downvotes galore",
        "wall of faves",
        "drama in the comments",
        "drama in comments",
        "tag needed",
        "paywall",
        "cringeworthy",
        "solo oc",
        "tag your shit",
    }
)
"""Names that say nothing about a picture. Source: docs/reference/philomena.md, forbidden names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Limits and defaults of the library's rules; sizes in the units of their names."""

    max_file_bytes: int = 131_072_000
    max_file_name_bytes: int = 255
    max_description_bytes: int = 50_000
    max_sources: int = 15
    max_source_characters: int = 255
    min_tags: int = 3
    first_uploads_to_approve: int = 0
    max_tags: int = 2_000
    forbidden_tags: frozenset[str] = FORBIDDEN_TAGS
    images_per_page: int = 25
    max_job_attempts: int = 2
    job_lease_seconds: int = 60
    orphan_age_seconds: int = 86_400
    default_filter_id: int = 1
    everything_filter_id: int = 2
    is_registration_open: bool = True
    filter_budget_ms: float = 100.0
    anonymous_noun: str = "Background Pony"
    """What everybody who writes anonymously is called, before the number."""
    own_hosts: frozenset[str] = frozenset()
    """Where the board is, in lower case, with a port if it has one of its own: links there become paths."""
