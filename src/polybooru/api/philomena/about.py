"""What the route table says of parameters and answers that several routes share."""

from typing import Annotated

from msgspec import Meta

from polybooru.api.philomena.wire import ErrorObject
from polybooru.httpkit.routing import Answer, Parameter

PAGE_SIZE = Annotated[int, Meta(ge=1, le=50)]

KEY = Parameter(name="key", about="A token. Missing, empty or unknown: the request is anonymous.")
FILTER_ID = Parameter(
    name="filter_id",
    type=int,
    about="The filter of this request; one that the caller may not see is ignored.",
)
QUERY = Parameter(name="q", about="The query; empty finds nothing, `*` everything.")
PAGE = Parameter(name="page", type=Annotated[int, Meta(ge=1)], about="The first page is 1.")
PER_PAGE = Parameter(name="per_page", type=PAGE_SIZE, about="Page size.")
ID = Parameter(name="id", type=int, where="path", about="Its id.")

GENERAL = (KEY, FILTER_ID)
PAGES = (PAGE, PER_PAGE)

BAD_REQUEST = {400: Answer(about="A parameter or the query is wrong.", type=ErrorObject)}
NOT_FOUND = {404: Answer(about="There is none, or none that the caller may see.", type=ErrorObject)}
REFUSED = {
    401: Answer(about="A token is needed.", media_type="text/plain"),
    403: Answer(about="The caller may not do this.", media_type="text/plain"),
}
ALWAYS = {
    403: Answer(about="The account of the token is deactivated.", media_type="text/plain"),
    406: Answer(about="The request accepts no JSON.", type=ErrorObject),
    429: Answer(
        about="Too many requests.", type=ErrorObject, headers={"Retry-After": "Seconds until one may pass."}
    ),
    503: Answer(about="The database does not answer now.", type=ErrorObject),
}
"""What any route may answer."""
BODY = {
    413: Answer(about="The body is too large.", type=ErrorObject),
    415: Answer(about="The body is compressed.", type=ErrorObject),
}
"""What routes that read a body may answer besides."""
