import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.fetch.file_names import file_name


@pytest.mark.parametrize(
    ("disposition", "target", "name"),
    [
        ("", "/a/cat.png?size=large/x", "cat.png"),
        ("", "/a/caf%C3%A9%20au%20lait.png", "café au lait.png"),
        ("", "/", ""),
        ("", "/a/", ""),
        ("", "/..", ""),
        ("", "/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "passwd"),
        ("", "/a%00b%0a.png", "ab.png"),
        ('attachment; filename="dog.png"', "/cat.png", "dog.png"),
        ('inline;FILENAME = "dog.png"; size=3', "/cat.png", "dog.png"),
        ('attachment; filename="../../etc/passwd"', "/cat.png", "passwd"),
        ('attachment; filename="C:\\dogs\\dog.png"', "/cat.png", "dog.png"),
        ('attachment; filename="gnp.\u202egod.exe"', "/cat.png", "gnp.god.exe"),
        ('attachment; filename=".."', "/cat.png", "cat.png"),
        ('attachment; filename=""', "/cat.png", "cat.png"),
        ('attachment; nofilename="dog.png"', "/cat.png", "cat.png"),
        ("attachment", "/cat.png", "cat.png"),
    ],
)
def test_the_hosts_word_comes_before_the_address(disposition, target, name):
    assert file_name(disposition=disposition, target=target) == name


def test_long_names_are_cut_to_127_characters():
    assert file_name(disposition="", target="/" + "é" * 200) == "é" * 127


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_name_is_never_a_path(disposition, target):
    name = file_name(disposition=f'attachment; filename="{disposition}"', target=target)
    assert len(name) <= 127
    assert not set("/\\\x00\r\n\u202e") & set(name)
    assert name not in {".", ".."}
