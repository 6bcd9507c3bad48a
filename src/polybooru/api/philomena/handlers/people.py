"""People, and the filters that they share."""

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, read
from polybooru.api.philomena.answers import empty_answer, json_answer
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.present_people import filter_object, user_object
from polybooru.api.philomena.wire_people import FilterEnvelope, FiltersEnvelope, UserEnvelope
from polybooru.httpkit.routing import About, Answer, Endpoint
from polybooru.library.actors import ANONYMOUS
from polybooru.library.artist_links import links_of_user
from polybooru.library.badges import list_awards
from polybooru.library.kept import Kept
from polybooru.library.profiles import find_profile
from polybooru.library.shown_filters import ShownFilter
from polybooru.library.shown_forums import Listed
from polybooru.library.work import Reading

_encode = msgspec.json.Encoder().encode
_TOLD = frozenset({"user", "image", "comment", "post", "topic", "forum", "artist_link", "badge"})
"""Changes of these kinds alter what is told of people."""
_MOST_PROFILES = 5_000
_USER = About(
    group="people",
    parameters=(about.ID, *about.GENERAL),
    answers={
        200: Answer(about="The person.", type=UserEnvelope),
        **about.ALWAYS,
        **about.NOT_FOUND,
        **about.BAD_REQUEST,
    },
)
_FILTER = About(
    group="filters",
    parameters=(about.ID, *about.GENERAL),
    answers={
        200: Answer(about="The filter.", type=FilterEnvelope),
        **about.ALWAYS,
        **about.NOT_FOUND,
        **about.BAD_REQUEST,
    },
)
_FILTERS = About(
    group="filters",
    parameters=(*about.GENERAL, *about.PAGES),
    answers={
        200: Answer(about="A page of filters.", type=FiltersEnvelope),
        **about.ALWAYS,
        **about.BAD_REQUEST,
    },
)


class PeopleHandlers:
    """Reading routes of people and filters."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._board = desk.board
        replica = desk.board.library.replica
        self._profiles: Kept[int, bytes] = Kept(replica, is_stale=_TOLD.__contains__, most=_MOST_PROFILES)

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table; lists come before what is looked up by id."""
        return (
            Endpoint("GET", f"{base}/profiles/{{id}}", self.profile, _USER),
            Endpoint("GET", f"{base}/filters/system", self.system_filters, _FILTERS),
            Endpoint("GET", f"{base}/filters/user", self.own_filters, _FILTERS),
            Endpoint("GET", f"{base}/filters/{{id}}", self.filter, _FILTER),
        )

    async def profile(self, request: Request) -> Response:
        """One person by id."""
        user_id = read.path_id(request)
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)

        def find() -> bytes:
            with self._board.library.reading() as reading:
                profile = find_profile(reading, user_id)
                links = links_of_user(reading, ANONYMOUS, user_id)  # what everybody sees, also for the person
                awards = list_awards(reading, user_id)
            return _encode(UserEnvelope(user=user_object(profile, links, awards)))

        # Counting what somebody did in years takes longer than all else.
        return await self._desk.answer(
            lambda: json_answer(self._profiles.find(user_id, find)), is_quick=user_id in self._profiles
        )

    async def filter(self, request: Request) -> Response:
        """One filter by id; what is no integer is not found."""
        filter_id = read.path_id_or_none(request)
        parameters, actor = await self._desk.asked(request)
        read.filter_id(parameters)

        def find(reading: Reading) -> bytes:
            found = self._board.filters.find(reading, actor, filter_id or 0)
            return _encode(FilterEnvelope(filter=filter_object(found)))

        return await self._desk.read(find)

    async def system_filters(self, request: Request) -> Response:
        """A page of the board's own filters, by id."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        page, limit = read.page_number(parameters)
        filters = self._board.filters
        return await self._desk.read(
            lambda reading: _filters(filters.of_system(reading, page=page, limit=limit))
        )

    async def own_filters(self, request: Request) -> Response:
        """A page of the caller's own filters, by id."""
        parameters, actor = await self._desk.asked(request)
        read.filter_id(parameters)
        page, limit = read.page_number(parameters)
        user_id, filters = actor.user_id, self._board.filters
        if user_id is None:
            return empty_answer(403)
        return await self._desk.read(
            lambda reading: _filters(filters.of_user(reading, user_id, page=page, limit=limit))
        )


def _filters(found: Listed[ShownFilter]) -> bytes:
    return _encode(FiltersEnvelope(filters=[*map(filter_object, found.shown)], total=found.total))
