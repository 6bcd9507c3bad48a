"""The dialect's objects, as they are encoded and described. Source: docs/reference/nekos.md, objects."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

Uuid = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
Time = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
Nsfw = Literal["sfw", "questionable", "nsfw"]
Count = Annotated[int, Meta(ge=0)]


class ArtistObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whoever made images."""

    id: Uuid
    name: str
    url: str | None


class CategoryObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What images have in common."""

    id: Uuid
    name: str
    description: str | None
    nsfw: bool
    type: Literal["setting", "character", "format"] | None
    created_at: Time = field(name="createdAt")


class CharacterObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who is on images."""

    id: Uuid
    name: str
    description: str | None
    source: str | None
    gender: str | None
    ages: list[int]
    birth_date: str | None
    nationality: str | None
    occupations: list[str]
    created_at: Time = field(name="createdAt")


class CountedArtist(ArtistObject, frozen=True, kw_only=True, gc=False):
    """An artist asked for by id."""

    images: Count


class CountedCategory(CategoryObject, frozen=True, kw_only=True, gc=False):
    """A category asked for by id."""

    images: Count


class CountedCharacter(CharacterObject, frozen=True, kw_only=True, gc=False):
    """A character asked for by id."""

    images: Count


class SourceObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an image is from."""

    name: str | None
    url: str | None


class DimensionsObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """In pixels."""

    height: int
    width: int
    aspect_ratio: str | None = field(name="aspectRatio")
    orientation: Literal["landscape", "portrait", "square"]


class ImageMeta(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The file. expires: until when its address is good."""

    e_tag: str = field(name="eTag")
    size: int
    mimetype: str
    color: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")] | None
    expires: Time
    dimens: DimensionsObject


class ImageObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One image."""

    id: Uuid
    url: str
    artist: ArtistObject | None
    source: SourceObject
    original: bool | None
    nsfw: Nsfw | None
    categories: list[CategoryObject]
    characters: list[CharacterObject]
    created_at: Time = field(name="createdAt")
    meta: ImageMeta


class SetObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A gallery."""

    id: Uuid
    images: list[Uuid]
    created_at: Time = field(name="createdAt")


class TokenObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The token that was called with."""

    owner: str
    purpose: str
    scopes: list[str]
    issued_by: str = field(name="issuedBy")
    created_at: Time = field(name="createdAt")
    expires: Time | None


class NsfwCounts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Images by what they are fit for."""

    nsfw: Count
    questionable: Count
    sfw: Count


class OriginalCounts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Images by whether they are somebody's own work; the library does not know."""

    yes: Count
    no: Count
    unknown: Count


class ResolutionCounts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Images by size."""

    sd: Count
    hd: Count
    fhd: Count
    uhd: Count


class OrientationCounts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Images by shape."""

    portrait: Count
    landscape: Count
    square: Count


class ImageStats(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Numbers of images."""

    count: Count
    nsfw: NsfwCounts
    original: OriginalCounts
    resolution: ResolutionCounts
    orientation: OrientationCounts


class TypeCounts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Categories by type."""

    settings: Count
    character: Count
    format: Count


class SortCounts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Categories by whom they are for."""

    nsfw: Count
    sfw: Count


class CategoryStats(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Numbers of categories."""

    count: Count
    type: TypeCounts
    nsfw: SortCounts


class ArtistStats(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Numbers of artists."""

    count: Count


class CharacterStats(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Numbers of characters."""

    count: Count
    sources: Count


class StatsObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Numbers of everything."""

    images: ImageStats
    categories: CategoryStats
    artists: ArtistStats
    characters: CharacterStats


class Pagination(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a page is. total: of all, whatever was looked for."""

    limit: Annotated[int, Meta(ge=1, le=25)]
    offset: Count
    count: Count
    total: Count


class PageMeta(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Beside a page."""

    pagination: Pagination


class RootMeta(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Beside the list of routes."""

    version: str
    base_api_route: str = field(name="baseApiRoute")


class Failure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Every error. code: the status."""

    code: int
    message: Annotated[str, Meta(min_length=1)]
    success: Literal[False] = False


class Success(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What every other answer has."""

    success: Literal[True] = True


class Root(Success, frozen=True, kw_only=True, gc=False):
    """The routes."""

    data: list[str]
    meta: RootMeta


class Stats(Success, frozen=True, kw_only=True, gc=False):
    """Numbers."""

    data: StatsObject


class Token(Success, frozen=True, kw_only=True, gc=False):
    """The caller's token."""

    data: TokenObject


class Image(Success, frozen=True, kw_only=True, gc=False):
    """One image."""

    data: ImageObject


class Images(Success, frozen=True, kw_only=True, gc=False):
    """Images without order."""

    data: list[ImageObject]


class ImagePage(Images, frozen=True, kw_only=True, gc=False):
    """Images in order."""

    meta: PageMeta


class Artist(Success, frozen=True, kw_only=True, gc=False):
    """One artist."""

    data: CountedArtist


class ArtistPage(Success, frozen=True, kw_only=True, gc=False):
    """Artists in order."""

    data: list[ArtistObject]
    meta: PageMeta


class Category(Success, frozen=True, kw_only=True, gc=False):
    """One category."""

    data: CountedCategory


class CategoryPage(Success, frozen=True, kw_only=True, gc=False):
    """Categories in order."""

    data: list[CategoryObject]
    meta: PageMeta


class Character(Success, frozen=True, kw_only=True, gc=False):
    """One character."""

    data: CountedCharacter


class CharacterPage(Success, frozen=True, kw_only=True, gc=False):
    """Characters in order."""

    data: list[CharacterObject]
    meta: PageMeta


class Set(Success, frozen=True, kw_only=True, gc=False):
    """One gallery."""

    data: SetObject


class Sets(Success, frozen=True, kw_only=True, gc=False):
    """Galleries in order."""

    data: list[SetObject]
