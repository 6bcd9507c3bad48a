"""Forums that are open to all, their topics, and the posts in them."""

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, read
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.present_writing import forum_object, post_object, topic_object
from polybooru.api.philomena.wire_writing import (
    ForumEnvelope,
    ForumsEnvelope,
    PostEnvelope,
    PostsEnvelope,
    TopicEnvelope,
    TopicsEnvelope,
)
from polybooru.httpkit.routing import About, Answer, Endpoint, Parameter
from polybooru.library.errors import ForumNotFound
from polybooru.library.shown_forums import (
    Listed,
    ShownTopic,
    find_forum,
    find_topic,
    list_forums,
    list_topics,
)
from polybooru.library.shown_posts import find_post, posts_of_topic
from polybooru.library.work import Reading

_FORUM = Parameter(name="short_name", where="path", about="The forum's short name: `dis`.")
_TOPIC = Parameter(name="slug", where="path", about="The topic's slug.")
_encode = msgspec.json.Encoder().encode


def _about(what: str, answer: type, *path: Parameter, is_page: bool = False, may_miss: bool = True) -> About:
    return About(
        group="forums",
        parameters=(*path, *about.GENERAL, *(about.PAGES if is_page else ())),
        answers={
            200: Answer(about=what, type=answer),
            **about.ALWAYS,
            **(about.NOT_FOUND if may_miss else {}),
            **about.BAD_REQUEST,
        },
    )


class ForumHandlers:
    """Reading routes of forums, topics and posts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names = desk.board.anonymous_names

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        forums = f"{base}/forums"
        topics = f"{forums}/{{short_name}}/topics"
        posts = f"{topics}/{{slug}}/posts"
        within = (_FORUM, _TOPIC)
        listed = _about("A page of forums.", ForumsEnvelope, is_page=True, may_miss=False)
        listed_topics = _about("A page of topics.", TopicsEnvelope, _FORUM, is_page=True, may_miss=False)
        listed_posts = _about(
            "The posts at the positions of a page; `total` counts positions.",
            PostsEnvelope,
            *within,
            is_page=True,
        )
        return (
            Endpoint("GET", forums, self.forums, listed),
            Endpoint(
                "GET", f"{forums}/{{short_name}}", self.forum, _about("The forum.", ForumEnvelope, _FORUM)
            ),
            Endpoint("GET", topics, self.topics, listed_topics),
            Endpoint("GET", f"{topics}/{{slug}}", self.topic, _about("The topic.", TopicEnvelope, *within)),
            Endpoint("GET", posts, self.posts, listed_posts),
            Endpoint(
                "GET",
                f"{posts}/{{id}}",
                self.post_of_topic,
                _about("The post; of a hidden one no body.", PostEnvelope, *within, about.ID),
            ),
            Endpoint(
                "GET",
                f"{base}/posts/{{id}}",
                self.post,
                _about("The post; of a hidden one no body.", PostEnvelope, about.ID),
            ),
        )

    async def forums(self, request: Request) -> Response:
        """A page of forums, by name."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        page, limit = read.page_number(parameters)

        def find(reading: Reading) -> bytes:
            found = list_forums(reading, page=page, limit=limit)
            return _encode(ForumsEnvelope(forums=[*map(forum_object, found.shown)], total=found.total))

        return await self._desk.read(find)

    async def forum(self, request: Request) -> Response:
        """One forum by its short name."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        short_name: str = request.path_params["short_name"]
        return await self._desk.read(
            lambda reading: _encode(ForumEnvelope(forum=forum_object(find_forum(reading, short_name))))
        )

    async def topics(self, request: Request) -> Response:
        """A page of the topics of a forum; of an unknown forum none."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        page, limit = read.page_number(parameters)
        forum: str = request.path_params["short_name"]

        def find(reading: Reading) -> bytes:
            found: Listed[ShownTopic]
            try:
                found = list_topics(reading, self._names, forum, page=page, limit=limit)
            except ForumNotFound:
                found = Listed(shown=[], total=0)
            return _encode(TopicsEnvelope(topics=[*map(topic_object, found.shown)], total=found.total))

        return await self._desk.read(find)

    async def topic(self, request: Request) -> Response:
        """One topic by its forum's short name and its slug."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        forum, slug = _within(request)
        return await self._desk.read(
            lambda reading: _encode(
                TopicEnvelope(topic=topic_object(find_topic(reading, self._names, forum, slug)))
            )
        )

    async def posts(self, request: Request) -> Response:
        """A page of the posts of a topic, by position."""
        parameters, actor = await self._desk.asked(request)
        read.filter_id(parameters)
        page, limit = read.page_number(parameters)
        within = _within(request)

        def find(reading: Reading) -> bytes:
            found = posts_of_topic(reading, self._names, actor, within, page=page, limit=limit)
            return _encode(PostsEnvelope(posts=[*map(post_object, found.shown)], total=found.total))

        return await self._desk.read(find)

    async def post(self, request: Request) -> Response:
        """One post by id."""
        return await self._post(request, read.path_id(request), None)

    async def post_of_topic(self, request: Request) -> Response:
        """One post of a topic by id; what is no integer is not found."""
        return await self._post(request, read.path_id_or_none(request), _within(request))

    async def _post(self, request: Request, post_id: int | None, within: tuple[str, str] | None) -> Response:
        parameters, actor = await self._desk.asked(request)
        read.filter_id(parameters)
        return await self._desk.read(
            lambda reading: _encode(
                PostEnvelope(
                    post=post_object(find_post(reading, self._names, actor, post_id or 0, within=within))
                )
            )
        )


def _within(request: Request) -> tuple[str, str]:
    return request.path_params["short_name"], request.path_params["slug"]
