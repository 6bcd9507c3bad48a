"""What documents tell of the routes. Source: docs/reference/yiffy.md."""

from typing import Any

from polybooru.api.yiffy import wire
from polybooru.httpkit.routing import About, Answer, Body, Parameter

_LIMITS = {
    "X-RateLimit-Remaining": "Requests that are left for this path.",
    "X-RateLimit-Global-Remaining": "Requests that are left in all.",
    "X-RateLimit-Reset-After": "Milliseconds until they are counted anew.",
}
KEY = Parameter(name="_auth", about="The key, in place of the header `Authorization`.")
USER_AGENT = Parameter(name="_ua", about="In place of the header `User-Agent`, for who needs a key.")
_GENERAL = (KEY, USER_AGENT)


def _error(about: str, **headers: str) -> Answer:
    return Answer(about=about, type=wire.ErrorObject, headers=headers)


ALWAYS = {
    401: _error("1010 for an unknown key, 1011 for one that sleeps, 1013 where one is needed."),
    403: _error("1002, 1012, 1014, 1021, 1022, 1057: this caller may not."),
    429: _error("1000 for this path, 1001 in all.", **{"Retry-After": "Seconds."}),
    500: _error("0: an error of the server."),
    503: _error("2: nothing can be changed now, or the database does not answer."),
}
_FULL = {507: _error("1020: the disk is full.")}
_NOT_FOUND = {404: _error("1024, 1030, 1040: there is no such thing.")}
_CATEGORY_FULL = {400: _error("1023, 1041, 1050, 1051, 1052: what was asked for cannot be given.")}
_FILES = ("image/*", "video/*")
_FILE = Answer(about="The file.", media_type="*/*")
_NO_FILE = {404: Answer(about="There is no such file.", media_type="text/plain; charset=utf-8")}

ONLINE = About(group="images", answers={200: Answer(about="It is there.", type=wire.OnlineObject)})
ROBOTS = About(
    group="images",
    answers={200: Answer(about="For crawlers.", media_type="text/plain; charset=utf-8")},
)
STATE = About(group="images", answers={302: Answer(about="To a page about it.", media_type=None)})
CATEGORIES = About(
    group="images",
    parameters=_GENERAL,
    answers={200: Answer(about="All.", type=wire.CategoriesEnvelope, headers=_LIMITS), **ALWAYS, **_FULL},
)
CATEGORY = About(
    group="images",
    parameters=(Parameter(name="db", where="path", about="As `animals.birb`."), *_GENERAL),
    answers={
        200: Answer(about="One.", type=wire.CategoryEnvelope, headers=_LIMITS),
        **_NOT_FOUND,
        **ALWAYS,
        **_FULL,
    },
)
IMAGE = About(
    group="images",
    parameters=(
        Parameter(name="id", where="path", about="MD5 or number, with `.json`, an extension, or neither."),
        *_GENERAL,
    ),
    answers={
        200: Answer(about="The image.", type=wire.ImageEnvelope, headers=_LIMITS, others=_FILES),
        **_NOT_FOUND,
        **ALWAYS,
        **_FULL,
    },
)
RANDOM = About(
    group="images",
    parameters=(
        Parameter(name="category", where="path", about="As `animals/birb` or `animals.birb`."),
        Parameter(name="amount", about="1 to 5.", type=int),
        Parameter(name="sizeLimit", about="Bytes, or as `5MB`; what cannot be read is ignored."),
        Parameter(name="notes", about="`disabled` leaves the notes out."),
        Parameter(name="responseType", about="`json`, `image` or `redirect`."),
        Parameter(name="limit", about="The older name of `amount`."),
        *_GENERAL,
    ),
    answers={
        200: Answer(
            about="Images; with an image type the file.",
            type=wire.ImagesEnvelope,
            headers=_LIMITS,
            others=_FILES,
        ),
        302: Answer(about="To the file.", media_type=None),
        **_CATEGORY_FULL,
        **_NOT_FOUND,
        **ALWAYS,
        **_FULL,
    },
)
BULK = About(
    group="images",
    parameters=(Parameter(name="sizeLimit", about="As for random images."), *_GENERAL),
    body=Body(about="Amounts by category.", media={"application/json": dict[str, int]}, is_required=True),
    answers={
        200: Answer(about="Images by category.", type=wire.BulkEnvelope, headers=_LIMITS),
        400: _error("1054, 1055, 1056: what was asked for cannot be given."),
        **ALWAYS,
        **_FULL,
    },
)
STATS = About(
    group="images",
    parameters=_GENERAL,
    answers={200: Answer(about="Counts.", type=wire.StatisticsEnvelope, headers=_LIMITS), **ALWAYS, **_FULL},
)
_ID = Parameter(name="id", where="path", about="MD5 or number of an image.")
_TYPE = Parameter(name="type", where="path", about="`png`, `gif`, `jpg` or `webp`.")
_THUMB_ERRORS = {
    400: _error("1067, 1068: it cannot be made."),
    404: _error("1062, 1063, 1064, 1066: there is no such thing."),
    408: _error("1065: it took too long."),
}
THUMBS_INFO = About(
    group="thumbnails",
    parameters=(_ID, *_GENERAL),
    answers={
        200: Answer(about="What there is.", type=wire.ThumbnailsObject, headers=_LIMITS),
        **_THUMB_ERRORS,
        **ALWAYS,
    },
)
THUMBS_CREATE = About(
    group="thumbnails",
    parameters=(_ID, _TYPE, *_GENERAL),
    answers={
        200: Answer(about="It is there.", type=wire.ThumbnailDoneObject, headers=_LIMITS),
        202: Answer(about="It is being made.", type=wire.ThumbnailRunningObject, headers=_LIMITS),
        **_THUMB_ERRORS,
        **ALWAYS,
    },
)
THUMBS_CHECK = About(
    group="thumbnails",
    parameters=(
        Parameter(
            name="md5", where="path", about="MD5 or number of an image; the two parts may change places."
        ),
        _TYPE,
        *_GENERAL,
    ),
    answers={
        200: Answer(about="It is being made.", type=wire.ThumbnailRunningObject, headers=_LIMITS),
        201: Answer(about="It is there.", type=wire.ThumbnailDoneObject, headers=_LIMITS),
        **_THUMB_ERRORS,
        **ALWAYS,
    },
)
_CODE = Parameter(
    name="code", where="path", about="Of a short address; with `.json` its record, with `+` a look."
)
_CREATE_BODY: dict[str, Any] = {"application/json": dict[str, Any]}
_LINK_ERRORS = {
    404: _error("1075: there is no such short address."),
    409: _error("1072, 1079: somebody has this already."),
    422: _error("1070, 1071, 1073, 1074, 1081: what was given breaks a rule."),
}
CREATE = About(
    group="shortener",
    parameters=(Parameter(name="editable", about="`false`: nobody may change it."), *_GENERAL),
    body=Body(about="`url`, `code`, `credit`.", media=_CREATE_BODY),
    answers={
        200: Answer(about="It was there.", type=wire.LinkEnvelope, headers=_LIMITS),
        201: Answer(about="It was made.", type=wire.LinkEnvelope, headers=_LIMITS),
        **_LINK_ERRORS,
        **ALWAYS,
    },
)
FOLLOW = About(
    group="shortener",
    parameters=(_CODE, Parameter(name="format", about="`json` or `redirect`."), *_GENERAL),
    answers={
        200: Answer(
            about="Its record, or a page about it.",
            type=wire.LinkEnvelope,
            headers=_LIMITS,
            others=("text/html; charset=utf-8",),
        ),
        302: Answer(about="To where it leads.", media_type=None),
        404: Answer(
            about="1075: there is no such short address.",
            type=wire.ErrorObject,
            others=("text/plain; charset=utf-8",),
        ),
        **ALWAYS,
    },
)
EDIT = About(
    group="shortener",
    parameters=(_CODE, *_GENERAL),
    body=Body(about="`managementCode`, `url`, `credit`.", media=_CREATE_BODY),
    answers={
        200: Answer(about="As it is now.", type=wire.LinkEnvelope, headers=_LIMITS),
        400: _error("1080: nothing changes."),
        **_LINK_ERRORS,
        **ALWAYS,
    },
)
DELETE = About(
    group="shortener",
    parameters=(_CODE, *_GENERAL),
    body=Body(about="`managementCode`.", media=_CREATE_BODY),
    answers={204: Answer(about="It is gone.", media_type=None), **_LINK_ERRORS, **ALWAYS},
)
DELETE_BY_POST = About(
    group="shortener",
    parameters=_GENERAL,
    body=Body(about="`code`, `managementCode`.", media=_CREATE_BODY),
    answers={204: Answer(about="It is gone.", media_type=None), **_LINK_ERRORS, **ALWAYS},
)
LANDING = About(
    group="shortener", answers={200: Answer(about="A page.", media_type="text/html; charset=utf-8"), **ALWAYS}
)
MEDIA = About(
    group="media",
    parameters=(Parameter(name="name", where="path", about="MD5 and extension."),),
    answers={
        200: _FILE,
        206: Answer(about="Parts of it.", media_type="*/*"),
        304: Answer(about="As it was.", media_type=None),
        416: Answer(about="No such part.", media_type="text/plain; charset=utf-8"),
        **_NO_FILE,
    },
)
STATUS = About(
    group="status",
    parameters=_GENERAL,
    answers={
        200: Answer(about="What the key may do.", type=wire.StatusEnvelope),
        401: _error("1010: an unknown key."),
        500: _error("0: an error of the server."),
        503: _error("2: the database does not answer."),
    },
)
GONE = About(
    group="status",
    parameters=(Parameter(name="rest", where="path", about="Anything."),),
    answers={410: Answer(about="The first version is gone.", type=dict[str, Any])},
)
