"""Every expected failure of the library, and nothing about how a dialect words it.

    BooruError
    ├── NotFound           ImageNotFound, TagNotFound, UserNotFound,
    │                           FilterNotFound, TokenNotFound, CommentNotFound,
    │                           TagChangeNotFound, TagBatchNotFound, DnpEntryNotFound,
    │                           GalleryNotFound, ForumNotFound, TopicNotFound,
    │                           PostNotFound, PollNotFound, NoticeNotFound,
    │                           BanNotFound, GrantNotFound,
    │                           CategoryNotFound, ReportNotFound,
    │                           DuplicateReportNotFound, BlockNotFound,
    │                           ArtistLinkNotFound, BadgeNotFound, AwardNotFound,
    │                           LinkNotFound
    ├── NotAllowed         LoginRequired, AccountDeactivated, Banned
    ├── Refused            one or several faults, see `Fault`: UploadRefused, EditRefused
    ├── InvalidQuery       the search text does not parse
    ├── QueryTooExpensive  it parses, and would cost more than this caller may spend
    ├── InvalidValue       any other value that breaks a rule: a name, a password, an alias
    ├── NameTaken
    ├── TooOften           the same caller may do it again after a while
    ├── LinkRefused        a short address cannot be made or changed so, see `LinkFault`
    ├── StorageFull        nothing was written
    └── Unavailable        the database does not answer now; trying again later may help

`code` is stable and meant for machines; the message is one clear sentence for people. Every edge has a table
from leaf classes to its own answers, and a test proves each table complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import ClassVar


class BooruError(Exception):
    """Base of all expected failures."""

    code: ClassVar[str] = "error"


class NotFound(BooruError):
    """No such thing, or none that this caller may see: the two are never told apart."""

    code = "not_found"


class ImageNotFound(NotFound):
    """No such image."""

    code = "image_not_found"


class TagNotFound(NotFound):
    """No such tag."""

    code = "tag_not_found"


class UserNotFound(NotFound):
    """No such user."""

    code = "user_not_found"


class FilterNotFound(NotFound):
    """No such filter, or a private one of somebody else."""

    code = "filter_not_found"


class TokenNotFound(NotFound):
    """No such token."""

    code = "token_not_found"


class GrantNotFound(NotFound):
    """No such grant, or one between others."""

    code = "grant_not_found"


class CategoryNotFound(NotFound):
    """No such category."""

    code = "category_not_found"


class CommentNotFound(NotFound):
    """No such comment, or one that staff took from sight."""

    code = "comment_not_found"


class TagChangeNotFound(NotFound):
    """No such edit of tags."""

    code = "tag_change_not_found"


class TagBatchNotFound(NotFound):
    """No such edit of many images."""

    code = "tag_batch_not_found"


class DnpEntryNotFound(NotFound):
    """No such DNP entry, or one that is only for others."""

    code = "dnp_entry_not_found"


class GalleryNotFound(NotFound):
    """No such gallery."""

    code = "gallery_not_found"


class ForumNotFound(NotFound):
    """No such forum, or one that is only for others."""

    code = "forum_not_found"


class TopicNotFound(NotFound):
    """No such topic, or one that staff took from sight."""

    code = "topic_not_found"


class PostNotFound(NotFound):
    """No such post, or one that staff took from sight."""

    code = "post_not_found"


class BanNotFound(NotFound):
    """No such ban."""

    code = "ban_not_found"


class ReportNotFound(NotFound):
    """No such report."""

    code = "report_not_found"


class DuplicateReportNotFound(NotFound):
    """No such report of a duplicate."""

    code = "duplicate_report_not_found"


class BlockNotFound(NotFound):
    """No such block."""

    code = "block_not_found"


class ArtistLinkNotFound(NotFound):
    """No such artist link."""

    code = "artist_link_not_found"


class BadgeNotFound(NotFound):
    """No such badge."""

    code = "badge_not_found"


class AwardNotFound(NotFound):
    """Nobody was awarded this."""

    code = "award_not_found"


class LinkNotFound(NotFound):
    """No such short address."""

    code = "link_not_found"


class PollNotFound(NotFound):
    """No such poll, or one in a topic out of sight."""

    code = "poll_not_found"


class NoticeNotFound(NotFound):
    """No such notice, or one of what the caller has not subscribed to."""

    code = "notice_not_found"


class NotAllowed(BooruError):
    """The caller is known and may not do this."""

    code = "not_allowed"


class LoginRequired(NotAllowed):
    """Only a signed-in caller may do this."""

    code = "login_required"


class AccountDeactivated(NotAllowed):
    """The token is good, its owner's account is switched off."""

    code = "account_deactivated"


class Banned(NotAllowed):
    """The caller, or the address that the call comes from, may only read.

    ban_code: what the caller names when asking staff about it. expires_at: None for a ban without end.
    """

    code = "banned"

    def __init__(self, ban_code: str, reason: str, expires_at: datetime | None) -> None:
        end = "" if expires_at is None else f" until {expires_at:%Y-%m-%d %H:%M} UTC"
        super().__init__(f"You are banned{end}: {reason} (Ban {ban_code}.)")
        self.ban_code = ban_code
        self.reason = reason
        self.expires_at = expires_at


class FaultCode(Enum):
    """What can be wrong with an upload or an edit of an image; `Fault.value` is named in brackets."""

    NO_FILE = "no_file"
    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"  # [limit in bytes]
    FILE_NAME_TOO_LONG = "file_name_too_long"  # [limit in bytes]
    UNSUPPORTED_TYPE = "unsupported_type"  # [sniffed media type, or an empty text]
    CORRUPT_FILE = "corrupt_file"
    DIMENSIONS_TOO_LARGE = "dimensions_too_large"
    DURATION_TOO_LONG = "duration_too_long"  # [limit in seconds]
    BLOCKED_FILE = "blocked_file"
    DUPLICATE_FILE = "duplicate_file"  # [id of the image that has it]
    DNP_ARTIST_UPLOAD_ONLY = "dnp_artist_upload_only"
    DNP_NO_EDITS = "dnp_no_edits"
    DESCRIPTION_TOO_LONG = "description_too_long"  # [limit in bytes]
    BAD_SOURCE = "bad_source"  # [the source]
    SOURCE_TOO_LONG = "source_too_long"  # [limit in characters]
    TOO_MANY_SOURCES = "too_many_sources"  # [limit]
    TOO_FEW_TAGS = "too_few_tags"  # [minimum]
    TOO_MANY_TAGS = "too_many_tags"  # [limit]
    FORBIDDEN_TAG = "forbidden_tag"  # [name]
    NO_RATING = "no_rating"
    SAFE_AND_OTHER_RATING = "safe_and_other_rating"
    SEVERAL_SEXUAL_RATINGS = "several_sexual_ratings"
    SEVERAL_GRIM_RATINGS = "several_grim_ratings"


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule of an upload or an edit."""

    code: FaultCode
    value: int | str | None = None


class Refused(BooruError):
    """What was wanted breaks rules; `faults` holds all, in the order in which the rules are checked."""

    code = "refused"
    what: ClassVar[str] = "It"

    def __init__(self, faults: Sequence[Fault]) -> None:
        listed = ", ".join(f.code.value if f.value is None else f"{f.code.value}: {f.value}" for f in faults)
        super().__init__(f"{self.what} was refused ({listed}).")
        self.faults = tuple(faults)


class UploadRefused(Refused):
    """The upload breaks rules."""

    code = "upload_refused"
    what = "The upload"


class EditRefused(Refused):
    """The image as it would be after the edit breaks rules."""

    code = "edit_refused"
    what = "The edit"


class InvalidQuery(BooruError):
    """The text is not a query; the message is the search language's own."""

    code = "invalid_query"

    def __init__(self, message: str, column: int | None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


class QueryTooExpensive(BooruError):
    """The query is sound, but answering it would cost too much; the message says what to change."""

    code = "query_too_expensive"


class InvalidValue(BooruError):
    """A value breaks a rule; `field` names it, the message says which rule."""

    code = "invalid_value"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class NameTaken(BooruError):
    """Another one already has this name."""

    code = "name_taken"


class TooOften(BooruError):
    """The caller does this too often; it may pass after `retry_after_seconds`."""

    code = "too_often"

    def __init__(self, message: str, *, retry_after_seconds: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class LinkFault(Enum):
    """What can be wrong with a short address that is to be made, changed or deleted."""

    CODE_TOO_LONG = "code_too_long"
    CODE_INVALID = "code_invalid"
    CODE_TAKEN = "code_taken"
    URL_INVALID = "url_invalid"
    URL_TOO_LONG = "url_too_long"
    URL_TAKEN = "url_taken"
    CREDIT_TOO_LONG = "credit_too_long"
    NOT_MANAGEABLE = "not_manageable"
    WRONG_MANAGEMENT_CODE = "wrong_management_code"
    UNCHANGED = "unchanged"


class LinkRefused(BooruError):
    """A short address cannot be made, changed or deleted so; `fault` says why."""

    code = "link_refused"

    def __init__(self, fault: LinkFault) -> None:
        super().__init__(f"The short address was refused ({fault.value}).")
        self.fault = fault


class StorageFull(BooruError):
    """There is no room for the file; nothing was written."""

    code = "storage_full"


class Unavailable(BooruError):
    """The database does not answer or stayed locked, or too many wait already; nothing was changed."""

    code = "unavailable"
