"""Drawn avatars: the same for the same name, well-formed, and different enough."""

from base64 import b64decode
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as some

from polybooru.library.avatars import drawn_avatar

PREFIX = "data:image/svg+xml;base64,"


def drawing(name: str) -> str:
    address = drawn_avatar(name)
    assert address.startswith(PREFIX)
    return b64decode(address.removeprefix(PREFIX), validate=True).decode()


@given(some.text(max_size=50))
def test_every_name_has_a_drawing_without_the_name_in_it(name: str) -> None:
    root = ET.fromstring(drawing(name))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not any(element.text or element.tail for element in root.iter())


def test_it_is_the_same_in_every_process() -> None:
    assert 'fill="#927dad"' in drawing("alice")
    assert 'fill="#5669c6"' in drawing("alice")


def test_people_look_different() -> None:
    drawn = {drawn_avatar(f"Background Pony #{number:04X}") for number in range(1_000)}
    assert len(drawn) > 990


def test_colours_are_neither_dark_nor_pale() -> None:
    for number in range(200):
        svg = drawing(str(number))
        coat, mane = (part[:6] for part in svg.split('<g fill="#')[1:3])
        for colour in (coat, mane):
            assert all(72 <= channel <= 200 for channel in bytes.fromhex(colour))
