"""What the route table says of parameters and answers that several routes share."""

from typing import Annotated, Literal

from msgspec import Meta

from polybooru.api.waifu.wire import ErrorObject, FavouriteBody
from polybooru.httpkit.routing import Answer, Body, Parameter

_TRI_STATE = Literal["null", "true", "false"]
_BOOLEAN = Literal["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"]
_ELEMENTS = list[Annotated[str, Meta(pattern="^[A-Za-z0-9-]+$")]]
_COMPARISON = Annotated[str, Meta(pattern="^(>=|<=|!=|>|<|=)[0-9]+$")]
_INT64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]

FULL = Parameter(name="full", type=_BOOLEAN, about="Without a limit; needs `admin`.")
USER_ID = Parameter(
    name="user_id", type=_INT64, about="Whose list; somebody else's needs `view_favorites`. 0 is the caller."
)


def filters(nsfw: str, orders: str) -> tuple[Parameter, ...]:
    """What both searches take. nsfw, orders: their defaults in words."""
    return (
        Parameter(name="is_nsfw", type=_TRI_STATE, about=f"Which images; `null` is both. {nsfw}"),
        Parameter(name="included_tags", type=_ELEMENTS, about="The image has all of these; repeat the name."),
        Parameter(name="excluded_tags", type=_ELEMENTS, about="The image has none of these."),
        Parameter(name="included_files", type=_ELEMENTS, about="Only these, by id or signature; no limit."),
        Parameter(name="excluded_files", type=_ELEMENTS, about="Never these, by id or signature."),
        Parameter(name="gif", type=_TRI_STATE, about="Only `.gif`, none, or either."),
        Parameter(name="order_by", about=orders),
        Parameter(name="orientation", about="LANDSCAPE, PORTRAIT or RANDOM, in any letter case."),
        Parameter(name="width", type=_COMPARISON, about="As `>=2000`."),
        Parameter(name="height", type=_COMPARISON, about="As `>=2000`."),
        Parameter(name="byte_size", type=_COMPARISON, about="As `<=1000000`."),
        Parameter(name="many", type=_BOOLEAN, about="Up to 30 images."),
        FULL,
        Parameter(name="limit", type=_INT64, about="Up to so many, from 2 on; above 30 `admin` may."),
    )


ALWAYS = {
    400: Answer(about="Something is wrong; the detail names it.", type=ErrorObject),
    413: Answer(about="The body is too large.", type=ErrorObject),
    429: Answer(
        about="Too many requests.", type=ErrorObject, headers={"Retry-After": "Seconds until one may pass."}
    ),
    500: Answer(about="A bug.", type=ErrorObject),
    503: Answer(about="The database does not answer now.", type=ErrorObject),
}
"""What any route may answer."""
WITH_TOKEN = {
    401: Answer(about="No token, or one that is unknown or has expired.", type=ErrorObject),
    403: Answer(about="A permission is missing, or the account is blacklisted.", type=ErrorObject),
}
NOT_FOUND = {404: Answer(about="No such image or user, or nothing matches.", type=ErrorObject)}
NOT_JSON = {415: Answer(about="The body is no JSON.", type=ErrorObject)}
CONFLICT = {409: Answer(about="It is a favourite already.", type=ErrorObject)}
FAVOURITE = Body(
    about="The image, and whose favourite.", media={"application/json": FavouriteBody}, is_required=True
)
