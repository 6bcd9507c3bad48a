"""What every new library begins with: rating tags, system filters, forums, secrets. Safe to run again."""

from polybooru.library.filters import seed_filters
from polybooru.library.forums import seed_forums
from polybooru.library.own_secrets import seed_secrets
from polybooru.library.policy import Policy
from polybooru.library.ratings import RATINGS
from polybooru.library.tags import seed_tags
from polybooru.library.work import Work


def found_library(work: Work, policy: Policy) -> None:
    """Make what is missing of it."""
    seed_tags(work, [(name, "rating") for name in sorted(RATINGS)])
    seed_filters(work, policy.default_filter_id, policy.everything_filter_id)
    seed_forums(work)
    seed_secrets(work)
