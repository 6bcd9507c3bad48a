"""What the route table says of parameters and answers that several routes share."""

from typing import Annotated, Any

from msgspec import Meta

from polybooru.api.nekos.wire import Failure, Uuid
from polybooru.httpkit.routing import About, Answer, Parameter

LIMIT = Parameter(name="limit", type=Annotated[int, Meta(ge=1, le=25)], about="How many; 10 if not given.")
HOW_MANY = Parameter(name="limit", type=Annotated[int, Meta(ge=1, le=25)], about="How many; 1 if not given.")
OFFSET = Parameter(name="offset", type=Annotated[int, Meta(ge=0)], about="How many are passed over.")
EXPIRY = Parameter(
    name="expiry",
    type=Annotated[int, Meta(gt=30)],
    about="For how many seconds `url` is good. Another value than 3600 needs a token that allows it.",
)
SEARCH = Parameter(
    name="search",
    type=Annotated[str, Meta(max_length=50)],
    about="A pattern that all of a text has to match; empty for no filter.",
)
CATEGORIES = Parameter(name="categories", about="Names with commas between them; images have all of them.")
ID = Parameter(name="id", type=Uuid, where="path", about="Its id.")
TOKEN = Parameter(name="Authorization", where="header", about="`Bearer` and a token.")

_RATE = {
    "X-RateLimit-Limit": "Requests in a window.",
    "X-RateLimit-Remaining": "Those that are left.",
    "X-RateLimit-Reset": "Seconds until the window ends.",
}


def about(group: str, answer: Any, *parameters: Parameter, refusals: tuple[int, ...] = ()) -> About:
    """Of a route. answer: type of the envelope. refusals: statuses besides those that all have."""
    answers = {200: Answer(about="It was found.", type=answer, headers=_RATE)}
    answers |= {
        status: Answer(about=_WHY[status], type=Failure) for status in sorted({401, 500, 503, *refusals})
    }
    answers[429] = Answer(
        about=_WHY[429], type=Failure, headers={**_RATE, "Retry-After": "Seconds until one may pass."}
    )
    return About(group=group, parameters=(*parameters, TOKEN), answers=answers)


_WHY = {
    400: "A parameter is wrong.",
    401: "The token is missing where one is needed, or is not good.",
    403: "The token does not allow this.",
    404: "There is none, or none that may be shown.",
    429: "Too many requests, or blocked for a while.",
    500: "Something went wrong here.",
    503: "The database does not answer now.",
}
