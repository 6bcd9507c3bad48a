"""The dialect's objects, field by field as clients know them. Source: docs/reference/yiffy.md, objects."""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field


class ErrorObject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every error. error: a text; at two routes an object with the text as `message`."""

    success: Literal[False]
    error: str | dict[str, str | int]
    code: int
    message: str | UnsetType = UNSET
    extra: dict[str, str | None] | UnsetType = UNSET
    info: dict[str, str | int | bool | None] | UnsetType = UNSET
    status: str | UnsetType = UNSET
    expires_at: int | UnsetType | None = field(default=UNSET, name="expiresAt")


class OnlineObject(Struct, frozen=True, kw_only=True):
    """The service is there. uptime: seconds."""

    success: bool
    uptime: float


class CategoryObject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One category. comment: only where there is something to say."""

    name: str
    db: str
    sfw: bool
    count: int
    comment: str | UnsetType = field(default=UNSET, name="_comment")


class CategoryListsObject(Struct, frozen=True, kw_only=True):
    """Those that give images, and those that do not."""

    enabled: list[CategoryObject]
    disabled: list[CategoryObject]


class CategoriesEnvelope(Struct, frozen=True, kw_only=True):
    """All categories."""

    success: bool
    data: CategoryListsObject


class SizesObject(Struct, frozen=True, kw_only=True):
    """Bytes and mebibytes, in all and of one file."""

    total: int
    total_m: float = field(name="totalM")
    average: float
    average_m: float = field(name="averageM")


class FileListObject(Struct, frozen=True, kw_only=True):
    """Files of a category. types: number by media type."""

    total: int
    size: SizesObject
    types: dict[str, int]


class FilesObject(Struct, frozen=True, kw_only=True):
    """Whether there are any, and which."""

    exists: bool
    list: FileListObject


class CategoryDetailObject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One category with its files. dir: no folder of this machine."""

    name: str
    db: str
    sfw: bool
    count: int
    dir: str
    disabled: bool
    files: FilesObject
    comment: str | UnsetType = field(default=UNSET, name="_comment")


class CategoryEnvelope(Struct, frozen=True, kw_only=True):
    """One category."""

    success: bool
    data: CategoryDetailObject


class CommonImageObject(Struct, frozen=True, kw_only=True):
    """What of an image is the same for every caller; `ImageObject` has the rest."""

    artists: list[str]
    sources: list[str]
    width: int
    height: int
    url: str
    yiff_media_url: str = field(name="yiffMediaURL")
    type: str
    name: str
    id: str
    short_url: str = field(name="shortURL")
    ext: str
    size: int
    report_url: None = field(name="reportURL")
    md5: str
    external: bool
    viewable: bool


class ImageObject(CommonImageObject, frozen=True, kw_only=True):
    """One image. seen: how often it was given."""

    category: str
    seen: int


class ImageEnvelope(Struct, frozen=True, kw_only=True):
    """One image by its id."""

    success: bool
    data: ImageObject


class NoteObject(Struct, frozen=True, kw_only=True):
    """A remark to whoever writes a client."""

    id: int
    content: str | None


class ImagesEnvelope(Struct, frozen=True, kw_only=True):
    """Random images."""

    success: bool
    schema: str = field(name="$schema")
    notes: list[NoteObject]
    images: list[ImageObject]


class BulkEnvelope(Struct, frozen=True, kw_only=True):
    """Images by category; each category also stands beside `data`."""

    success: bool
    data: dict[str, list[ImageObject]]


class StatisticsObject(Struct, frozen=True, kw_only=True):
    """Requests: of everybody, from this address, with this key; by the parts of the category's path."""

    everybody: dict[str, Any] = field(name="global")
    ip: dict[str, Any]
    key: dict[str, Any] | None


class StatisticsEnvelope(Struct, frozen=True, kw_only=True):
    """Counted requests."""

    success: bool
    data: StatisticsObject


class ThumbnailsObject(Struct, frozen=True, kw_only=True):
    """Which thumbnails of an image are there."""

    success: bool
    gif_url: str | None = field(name="gifURL")
    png_url: str | None = field(name="pngURL")
    png: str | None
    jpg: str | None
    gif: str | None
    webp: str | None
    post_id: int


class ThumbnailDoneObject(Struct, frozen=True, kw_only=True):
    """It is there."""

    success: bool
    status: Literal["done"]
    url: str
    post_id: int


class ThumbnailRunningObject(Struct, frozen=True, kw_only=True):
    """It is being made. time: milliseconds after which to look again; moments: milliseconds since 1970."""

    success: bool
    status: Literal["processing"]
    check_url: str = field(name="checkURL")
    check_at: int = field(name="checkAt")
    time: int
    started_at: int = field(name="startedAt")
    post_id: int


class LinkObject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One short address. managementCode: only of one that was just made."""

    code: str
    credit: str
    created_at: str = field(name="createdAt")
    modified_at: str | None = field(name="modifiedAt")
    url: str
    full_url: str = field(name="fullURL")
    pos: int
    management_code: str | UnsetType | None = field(default=UNSET, name="managementCode")


class LinkEnvelope(Struct, frozen=True, kw_only=True):
    """One short address."""

    success: bool
    data: LinkObject


class ServicesObject(Struct, frozen=True, kw_only=True):
    """What a key opens."""

    images: bool
    images_bulk: bool = field(name="imagesBulk")
    thumbs: bool
    shortener: bool


class WindowObject(Struct, frozen=True, kw_only=True):
    """window: milliseconds."""

    window: int
    limit: int


class RateLimitObject(Struct, frozen=True, kw_only=True):
    """In all, and to one path."""

    long: WindowObject
    short: WindowObject


class StatusObject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the caller may do; without a key only the first two."""

    readonly: bool
    services: ServicesObject
    active: bool | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    disabled_reason: str | UnsetType | None = field(default=UNSET, name="disabledReason")
    unlimited: bool | UnsetType = UNSET
    sfw_only: bool | UnsetType = field(default=UNSET, name="sfwOnly")
    flags: int | UnsetType = UNSET
    bulk_limit: int | UnsetType = field(default=UNSET, name="bulkLimit")
    rate_limit: RateLimitObject | UnsetType = field(default=UNSET, name="rateLimit")


class StatusEnvelope(Struct, frozen=True, kw_only=True):
    """What the caller may do."""

    success: bool
    data: StatusObject
