"""People and what is theirs as the dialect's objects: users, filters, galleries."""

from collections.abc import Sequence

from msgspec import UNSET

from polybooru.api.philomena.present import date
from polybooru.api.philomena.wire_people import (
    AwardObject,
    FilterObject,
    GalleryObject,
    LinkObject,
    UserObject,
)
from polybooru.library.artist_links import ArtistLink
from polybooru.library.avatars import drawn_badge
from polybooru.library.badges import Award
from polybooru.library.profiles import Profile
from polybooru.library.shown_filters import ShownFilter
from polybooru.library.shown_galleries import ShownGallery


def user_object(profile: Profile, links: Sequence[ArtistLink], awards: Sequence[Award]) -> UserObject:
    """A person. links: those that everybody may see."""
    return UserObject(
        id=profile.id,
        name=profile.name,
        slug=profile.slug,
        role=profile.role.value,
        description=profile.bio or None,
        avatar_url=None,
        created_at=date(profile.created_at),
        comments_count=profile.comment_count,
        uploads_count=profile.upload_count,
        posts_count=profile.post_count,
        topics_count=profile.topic_count,
        links=[
            LinkObject(
                user_id=link.user_id,
                created_at=date(link.created_at),
                state=link.state.value,
                tag_id=link.tag_id,
            )
            for link in links
        ],
        awards=[
            AwardObject(
                id=award.badge_id,
                title=award.title,
                image_url=drawn_badge(award.title),
                label=award.label or None,
                awarded_on=date(award.awarded_at),
            )
            for award in awards
        ],
    )


def filter_object(found: ShownFilter) -> FilterObject:
    """A filter."""
    return FilterObject(
        id=found.id,
        name=found.name,
        description=found.description,
        user_id=found.user_id,
        user_count=found.user_count,
        system=found.is_system,
        public=found.is_public,
        spoilered_tag_ids=[*found.spoilered_tag_ids],
        spoilered_complex=found.spoilered_complex or None,
        hidden_tag_ids=[*found.hidden_tag_ids],
        hidden_complex=found.hidden_complex or None,
    )


def gallery_object(gallery: ShownGallery, *, with_extra_fields: bool) -> GalleryObject:
    """A gallery. with_extra_fields: also what newer boards call its owner."""
    return GalleryObject(
        id=gallery.id,
        title=gallery.title,
        thumbnail_id=gallery.cover_id,
        spoiler_warning=gallery.spoiler_warning,
        description=gallery.description,
        user=gallery.user,
        user_id=gallery.user_id,
        creator=gallery.user if with_extra_fields else UNSET,
        creator_id=gallery.user_id if with_extra_fields else UNSET,
    )
