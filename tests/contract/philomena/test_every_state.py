"""Every route, everybody who may ask, and what they ask for in each of its states: one golden file a route.

The table below is held to the route table: a route without its states fails here. Data addresses of pictures
are cut in these files; other golden bodies have them whole.
"""

import re

import pytest
from starlette.testclient import TestClient
from tests.contract import social_world as social
from tests.contract.worlds import ANONYMOUS, DELETED, EXPLICIT, MERGED, PHOTO, QUESTIONABLE, World

from polybooru.api.philomena.routes import AUTOCOMPLETE, BASE, FEEDS, Options, Philomena
from polybooru.httpkit.documents import DocumentCache

TOPICS = f"{BASE}/forums/dis/topics"
STICKY = f"{TOPICS}/ask-the-mods-anything"
ROLES = ("nobody", "alice", "bob", "assistant", "moderator", "admin")
COMMENTS = (
    social.SIGNED,
    social.UNSIGNED,
    social.EDITED,
    social.HIDDEN,
    social.DESTROYED,
    social.WAITING,
    social.ON_DELETED,
    social.ON_MERGED,
    social.ON_EXPLICIT,
)
POSTS = (
    social.FIRST,
    social.UNSIGNED_POST,
    social.EDITED_POST,
    social.HIDDEN_POST,
    social.DESTROYED_POST,
    social.WAITING_POST,
    social.OF_HIDDEN_TOPIC,
    social.OF_STAFF_TOPIC,
)
IMAGES = (PHOTO, ANONYMOUS, DELETED, MERGED, QUESTIONABLE, EXPLICIT)
ODD = ("0", "-1", "999999", "2147483648", "x", "1.5", "%00")
STATES: dict[tuple[str, str], list[str]] = {
    ("GET", f"{BASE}/images/{{id}}"): [f"{BASE}/images/{one}" for one in (*IMAGES, *ODD)],
    ("GET", f"{BASE}/images/featured"): [f"{BASE}/images/featured"],
    ("POST", f"{BASE}/images"): [f"{BASE}/images", f"{BASE}/images?url=x"],
    ("GET", f"{BASE}/search/images"): [
        f"{BASE}/search/images?q={q}&per_page=2"
        for q in ("", "*", "id:5", "id:8", "my:faves", "(a", "safe&del=1")
    ],
    ("GET", f"{BASE}/search"): [f"{BASE}/search?q=id:1"],
    ("POST", f"{BASE}/search/reverse"): [f"{BASE}/search/reverse", f"{BASE}/search/reverse?url=x&distance=9"],
    ("GET", f"{BASE}/tags/{{slug:rest}}"): [
        f"{BASE}/tags/{slug}"
        for slug in (
            "safe",
            "kitty",
            "kitten",
            "artist-colon-mary-dash-lou-fwslash-2-dot-0",
            "artist-colon-m-dot-+lou",
            "artist-colon-m-dot-%2Blou",
            "100%25",
            "c-plus--plus-",
            "1",
            "nothing",
            "%00",
        )
    ],
    ("GET", f"{AUTOCOMPLETE}/tags"): [
        f"{AUTOCOMPLETE}/tags?term=saf&vsn=2",
        f"{AUTOCOMPLETE}/tags?term=a&vsn=2",
    ],
    ("GET", f"{AUTOCOMPLETE}/compiled"): [],  # not text; test_small_endpoints.py
    ("GET", "/fetch/tags"): ["/fetch/tags?ids[]=1&ids[]=999999", "/fetch/tags"],
    ("GET", f"{BASE}/oembed"): [f"{BASE}/oembed?url=/{one}" for one in (*IMAGES, "999999", "x")],
    ("GET", f"{FEEDS}/watched"): [f"{FEEDS}/watched"],
    ("GET", f"{BASE}/comments/{{id}}"): [f"{BASE}/comments/{one}" for one in (*COMMENTS, *ODD)],
    ("GET", f"{BASE}/posts/{{id}}"): [f"{BASE}/posts/{one}" for one in (*POSTS, *ODD)],
    ("GET", f"{BASE}/profiles/{{id}}"): [f"{BASE}/profiles/{one}" for one in (*range(1, 7), *ODD)],
    ("GET", f"{BASE}/filters/system"): [f"{BASE}/filters/system", f"{BASE}/filters/system?page=9&per_page=1"],
    ("GET", f"{BASE}/filters/user"): [f"{BASE}/filters/user", f"{BASE}/filters/user?page=9"],
    ("GET", f"{BASE}/filters/{{id}}"): [f"{BASE}/filters/{one}" for one in (1, 2, 3, 4, *ODD)],
    ("GET", f"{BASE}/forums"): [f"{BASE}/forums", f"{BASE}/forums?page=9&per_page=2"],
    ("GET", f"{BASE}/forums/{{short_name}}"): [
        f"{BASE}/forums/{one}" for one in ("dis", "mod", "helper", "x", "%00")
    ],
    ("GET", f"{BASE}/forums/{{short_name}}/topics"): [
        f"{BASE}/forums/{one}/topics" for one in ("dis", "art", "mod", "helper", "x", "%00")
    ],
    ("GET", f"{BASE}/forums/{{short_name}}/topics/{{slug}}"): [
        *(
            f"{TOPICS}/{one}"
            for one in ("ask-the-mods-anything", "time-wasting-thread", "a-bad-topic", "x", "%00")
        ),
        f"{BASE}/forums/mod/topics/among-us",
    ],
    ("GET", f"{BASE}/forums/{{short_name}}/topics/{{slug}}/posts"): [
        *(f"{STICKY}/posts?{page}" for page in ("", "per_page=2&page=3", "page=9")),
        f"{TOPICS}/a-bad-topic/posts",
        f"{BASE}/forums/mod/topics/among-us/posts",
    ],
    ("GET", f"{BASE}/forums/{{short_name}}/topics/{{slug}}/posts/{{id}}"): [
        *(f"{STICKY}/posts/{one}" for one in (*POSTS, *ODD)),
        f"{TOPICS}/a-bad-topic/posts/{social.OF_HIDDEN_TOPIC}",
        f"{BASE}/forums/mod/topics/among-us/posts/{social.OF_STAFF_TOPIC}",
    ],
    ("GET", f"{BASE}/search/comments"): [
        f"{BASE}/search/comments?q={q}"
        for q in (
            "",
            "*",
            "*&filter_id=2",
            "deleted:true&filter_id=2",
            "approved:false",
            "my:comments",
            "id:x",
        )
    ],
    ("GET", f"{BASE}/search/posts"): [
        f"{BASE}/search/posts?q={q}" for q in ("", "*", "deleted:true", "forum:mod", "my:posts", "id:x")
    ],
    ("GET", f"{BASE}/search/galleries"): [
        f"{BASE}/search/galleries?q={q}" for q in ("", "*", "user:bob", "my:galleries", "id:x")
    ],
    ("GET", f"{BASE}/search/tags"): [f"{BASE}/search/tags?q={q}" for q in ("", "kitty", "artist:*", "id:x")],
    ("GET", f"{BASE}/search/filters"): [
        f"{BASE}/search/filters?q={q}" for q in ("", "*", "my:filters", "name:mine", "id:x")
    ],
}
_PICTURE = re.compile(r"base64,[A-Za-z0-9+/=]+")


def name_of(route: tuple[str, str]) -> str:
    words = re.findall(r"[a-z_]+", route[1].removeprefix(BASE).replace(":rest", ""))
    return "-".join([route[0].lower(), *words])


def test_every_route_of_the_table_has_its_states(world: World) -> None:
    dialect = Philomena(world.opened.board, DocumentCache(0), Options())
    assert {(endpoint.method, endpoint.path) for endpoint in dialect.endpoints()} == STATES.keys()


@pytest.mark.parametrize("route", STATES, ids=name_of)
def test_everybody_is_answered_as_written_down(
    client: TestClient, world: World, golden, route: tuple[str, str]
) -> None:
    lines = []
    for target in STATES[route]:
        lines.append(f"{route[0]} {target}")
        said: dict[str, str] = {}
        for who in ROLES:
            key = world.keys.get(who, "")
            answer = client.request(route[0], f"{target}{'&' if '?' in target else '?'}key={key}")
            text = f"{answer.status_code} {_PICTURE.sub('base64,…', answer.text)}".rstrip()
            same = next((other for other, known in said.items() if known == text), None)
            lines.append(f"  {who}: {text if same is None else f'as {same}'}")
            said[who] = text
    golden(f"states/{name_of(route)}.txt", "\n".join(lines) + "\n")


# --- what every route refuses in the same way ---


def table(world: World, *names: str) -> list[str]:
    """One good target of each reading route that has these parameters."""
    dialect = Philomena(world.opened.board, DocumentCache(0), Options())
    return [
        STATES[one.method, one.path][0]
        for one in dialect.endpoints()
        if one.method == "GET"
        and STATES[one.method, one.path]
        and {*names} <= {parameter.name for parameter in one.about.parameters}
    ]


@pytest.mark.parametrize("value", ["x", "1.5", "0x1", "%00", "--1", "1 ", "\u0661"])
def test_a_filter_that_is_no_integer_is_a_bad_request_everywhere(
    client: TestClient, world: World, value: str
) -> None:
    for target in table(world, "filter_id"):
        answer = client.get(
            f"{target}{'&' if '?' in target else '?'}filter_id={value}&key={world.keys['alice']}"
        )
        assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}'), target


@pytest.mark.parametrize("value", ["", "56027", "100073", "-5", "0", "9999999999999999999999", "+1"])
def test_a_filter_that_is_unknown_or_empty_is_ignored_everywhere(
    client: TestClient, world: World, value: str
) -> None:
    for target in table(world, "filter_id"):
        joint = "&" if "?" in target else "?"
        key = world.keys["alice"]
        answer = client.get(f"{target}{joint}key={key}", params=None)
        same = client.get(f"{target}{joint}filter_id={value}&key={key}")
        if value != "+1":  # which is one: a blank before it
            assert (same.status_code, same.text) == (answer.status_code, answer.text), target


@pytest.mark.parametrize("query", ["page[]=1", "page[a]=1", "per_page[]=1", "per_page[a][b]=1"])
def test_a_page_that_is_a_list_is_a_bad_request_everywhere(
    client: TestClient, world: World, query: str
) -> None:
    listed = table(world, "page", "per_page")
    assert len(listed) >= 13
    for target in listed:
        answer = client.get(f"{target}{'&' if '?' in target else '?'}{query}&key={world.keys['alice']}")
        assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}'), target


@pytest.mark.parametrize(
    "query", ["limit=1", "min_score=5", "&&", "key=", "x[y][]=z", "=", "page=&per_page="]
)
def test_parameters_that_mean_nothing_are_ignored_everywhere(
    client: TestClient, world: World, query: str
) -> None:
    for target in table(world):
        if "per_page" in target or ("limit" in query and "autocomplete" in target):
            continue
        joint = "&" if "?" in target else "?"
        assert client.get(f"{target}{joint}{query}").text == client.get(target).text, target
