"""Bodies that cannot be read, or are too large: one clear answer, and nothing left behind."""

import gzip
import json
from collections.abc import Iterator

import pytest
from tests.boards import drawn_png
from tests.contract.conftest import Workshop
from tests.contract.philomena.test_upload_faults import FEW, NO_FILE, NO_RATING
from tests.contract.raw import ask

UPLOAD = b"/api/v1/json/images"
JSON = (b"content-type", b"application/json")
FORM = (b"content-type", b"application/x-www-form-urlencoded")
MULTIPART = (b"content-type", b"multipart/form-data; boundary=X")
BAD_REQUEST = (400, b'{"error":"Bad Request"}')
TOO_LARGE = (413, b'{"error":"Request Entity Too Large"}')


@pytest.fixture(autouse=True)
def _nothing_changes(changing_nothing) -> Iterator[None]:
    with changing_nothing():
        yield


def posted(workshop: Workshop, *pieces: bytes | None, headers=(JSON,)) -> tuple[int, bytes]:
    target = UPLOAD + b"?key=" + workshop.key.encode()
    answer = ask(workshop.client, target, method="POST", headers=headers, pieces=pieces)
    return answer.status, answer.body


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nothing",
        b'{"a":NaN}',
        b'{"a":1e999}',
        b'{"a":' + b"9" * 9999 + b"}",
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\u0000"}',
        b'{"\\u0000":1}',
        b"[]",
        b"5",
        b'"text"',
        b"null",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        json.dumps({str(number): 1 for number in range(1001)}).encode(),
        json.dumps({"a": [{"b": 1}] * 1001}).encode(),
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_json_that_is_malformed_deep_or_wide_is_a_bad_request(workshop: Workshop, body: bytes) -> None:
    assert posted(workshop, body) == BAD_REQUEST


@pytest.mark.parametrize("body", [b"", b"  \n", b"{}", b'{"a":1,"a":2}'])
def test_an_empty_body_has_no_fields(workshop: Workshop, body: bytes) -> None:
    status, said = posted(workshop, body)
    assert (status, json.loads(said)) == (400, {"errors": NO_FILE | {"tag_input": [NO_RATING, FEW]}})


@pytest.mark.parametrize(
    "kind", [b"text/plain", b"application/xml", b"", b"application/octet-stream", b"multipart/mixed"]
)
def test_bodies_of_other_kinds_are_read_as_empty(workshop: Workshop, kind: bytes) -> None:
    status, said = posted(workshop, b'{"image":{"tag_input":"safe"}}', headers=((b"content-type", kind),))
    assert (status, json.loads(said)) == (400, {"errors": NO_FILE | {"tag_input": [NO_RATING, FEW]}})


def test_a_form_has_limits(workshop: Workshop) -> None:
    assert posted(workshop, b"a=&" * 1200, headers=(FORM,)) == BAD_REQUEST
    assert posted(workshop, b"a" + b"[b]" * 40 + b"=c", headers=(FORM,)) == BAD_REQUEST
    assert posted(workshop, b"a=%00", headers=(FORM,)) == BAD_REQUEST
    assert posted(workshop, b"a=%ff&\xff=\xfe&=&&%zz=%", headers=(FORM,))[0] == 400


@pytest.mark.parametrize("kind", [JSON, FORM, (b"content-type", b"text/plain")])
def test_a_body_over_eight_million_bytes_is_too_large(workshop: Workshop, kind: tuple[bytes, bytes]) -> None:
    announced = (b"content-length", b"8000001")
    assert posted(workshop, None, headers=(kind, announced)) == TOO_LARGE
    piece = b" " * 1_000_000
    assert posted(workshop, *[piece] * 8, b" ", headers=(kind,)) == TOO_LARGE


def test_a_multipart_body_over_130_mebibytes_is_too_large(workshop: Workshop) -> None:
    announced = (b"content-length", b"136314881")
    assert posted(workshop, None, headers=(MULTIPART, announced)) == TOO_LARGE
    start = b'--X\r\nContent-Disposition: form-data; name="image[image]"; filename="a.png"\r\n\r\n'
    assert posted(workshop, start, *[b"x" * 17_000_000] * 9, headers=(MULTIPART,)) == TOO_LARGE


def test_a_compressed_body_is_not_supported(workshop: Workshop) -> None:
    headers = (JSON, (b"content-encoding", b"gzip"))
    answer = posted(workshop, gzip.compress(b"{}"), headers=headers)
    assert answer == (415, b'{"error":"Unsupported Media Type"}')


def part(name: bytes, content: bytes, more: bytes = b"") -> bytes:
    return b'--X\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n' % (name, more, content)


@pytest.mark.parametrize(
    "body",
    [
        b"--X\r\n\r\nno disposition\r\n--X--\r\n",
        b"--X\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--X--\r\n",
        b"no boundary at all",
        b"--X\r\nbroken header\r\n\r\n--X--",
        part(b"image[tag_input]", b"a" * (1024 * 1024 + 1)) + b"--X--\r\n",
        b"".join(part(b"f%d" % n, b"") for n in range(101)) + b"--X--\r\n",
        b"".join(part(b"f%d" % n, b"", b'; filename="a"') for n in range(101)) + b"--X--\r\n",
        part(b"image[description]", b"a\0b") + b"--X--\r\n",
        part(b"image[image]", b"x", b'; filename="a\0.png"') + b"--X--\r\n",
        b"--X\r\n" + b"".join(b"H%d: x\r\n" % n for n in range(100)) + b"\r\n\r\n--X--\r\n",
        b'--X\r\nContent-Disposition: form-data; name="a"\r\nLong: '
        + b"x" * 100_000
        + b"\r\n\r\n\r\n--X--\r\n",
    ],
    ids=range(11),
)
def test_a_malformed_multipart_body_is_a_bad_request(workshop: Workshop, body: bytes) -> None:
    assert posted(workshop, body, headers=(MULTIPART,)) == BAD_REQUEST


@pytest.mark.parametrize(
    "kind",
    [
        b"multipart/form-data",
        b"multipart/form-data; boundary=",
        b"multipart/form-data; boundary=X; charset=unicode_escape",
        b"multipart/form-data; boundary=X; charset=idna",
        b"multipart/form-data; boundary=X; charset=undefined",
        b"multipart/form-data; boundary=X; charset=rot13",
        b"multipart/form-data; boundary=X; charset=nothing",
        b"multipart/form-data; boundary=" + b"X" * 300,
    ],
)
def test_an_odd_multipart_header_never_ends_in_a_failure(workshop: Workshop, kind: bytes) -> None:
    body = part(b"image[description]", b"\\ud800 \xff a..b.\xc3") + b"--X--\r\n"
    assert posted(workshop, body, headers=((b"content-type", kind),))[0] == 400


def test_a_multipart_body_that_ends_early_is_a_bad_request(workshop: Workshop) -> None:
    tags = part(b"image[tag_input]", b"safe, cat, cute")
    picture = part(b"image[image]", drawn_png(1), b'; filename="a.png"')
    for body in (b"", tags, tags[:-9], tags + picture, tags + picture[:-400], picture * 400):
        assert posted(workshop, body, headers=(MULTIPART,)) == BAD_REQUEST


def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(workshop: Workshop) -> None:
    picture = part(b"image[image]", drawn_png(1), b'; filename="a.png"')
    ask(
        workshop.client,
        UPLOAD + b"?key=" + workshop.key.encode(),
        method="POST",
        headers=(MULTIPART, (b"content-length", b"90000")),
        pieces=(picture[:900], None),
    )
