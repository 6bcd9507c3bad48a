import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.fetch.errors import UrlRefused
from polybooru.fetch.urls import MAX_URL_CHARACTERS, check_url, join_url


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("http://example.com", "http://example.com/"),
        ("HTTPS://EXAMPLE.com:443/A?b=c#d", "https://example.com/A?b=c"),
        ("https://example.com?x#", "https://example.com/?x"),
        ("http://example.com.:80/", "http://example.com/"),
        ("http://example.com:/", "http://example.com/"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("http://1.1.1.1/", "http://1.1.1.1/"),
        ("http://[2606:4700:0:0::1111]/", "http://[2606:4700::1111]/"),
        ("http://my_pics.example/", "http://my_pics.example/"),
        ("http://bücher.example/ä ö%20\"'", "http://xn--bcher-kva.example/%C3%A4%20%C3%B6%20%22'"),
        ("http://faß.example/", "http://xn--fa-hia.example/"),
        ("http://example。com/", "http://example.com/"),
        ("http://1.2.3.4.example/", "http://1.2.3.4.example/"),
        ("http://example.com/@/:x//../\u2028#\u2028", "http://example.com/@/:x//../%E2%80%A8"),
    ],
)
def test_an_address_has_one_form(url, whole):
    assert str(check_url(url)) == whole
    assert str(check_url(whole)) == whole


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "http:example.com",
        "http:/example.com",
        "http:///path",
        "http://",
        "http://:80/",
        "http\u017f://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "file://example.com/etc/passwd",
        "gopher://example.com:80/_GET",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "unix:///run/docker.sock",
        "http+unix://%2Frun%2Fdocker.sock/",
        " http://example.com/",
        "http://example.com:22/",
        "http://example.com:8080/",
        "http://example.com:0/",
        "http://example.com:65616/",  # 80 modulo 65536
        "http://example.com:00000080/",
        "http://example.com:\uff18\uff10/",
        "http://example.com:-80/",
        "http://user@example.com/",
        "http://user:password@example.com/",
        "http://@example.com/",
        "http://a@b@example.com/",
        "http://example.com\\@other.example/",
        "http:\\\\example.com/",
        "http://example.com/a\\b",
        "http://example.com/\r\nHost: other",
        "http://exa\tmple.com/",
        "http://example.com/\x00",
        "http://example.com/\x7f",
        "http://example.com/\x85",
        "http://example.com/\ud800",
        "http://\ud800.example/",
        "http://exa mple.com/",
        "http://example%2ecom/",
        "http://example..com/",
        "http://.example.com/",
        "http://example.com../",
        "http://-a.example/",
        "http://a*b.example/",
        "http://a℀b.example/",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 126}example/",
        f"http://{'ä' * 300}/",
        "http://[::1/",
        "http://::1/",
        "http://[::1]x/",
        "http://[::1%25lo]/",
        "http://[::1%lo]/",
        "http://[::g]/",
        "http://[127.0.0.1]/",
        "http://[v1.a]/",
        "http://[]/",
        "http://1.2.3/",
        "http://1.2.3.4.5/",
        "http://1.2.3.04/",
        "http://1.2.3.256/",
        "http://0x/",
        "http://name.0x1f/",
        "http://name.1/",
        "http://16843009/",
    ],
)
def test_what_is_not_plainly_a_web_address_is_refused(url):
    with pytest.raises(UrlRefused):
        check_url(url)


def test_length_is_counted_in_characters():
    base = "http://example.com/"
    check_url(base + "a" * (MAX_URL_CHARACTERS - len(base)))
    with pytest.raises(UrlRefused):
        check_url(base + "a" * (MAX_URL_CHARACTERS - len(base) + 1))


@pytest.mark.parametrize(
    ("location", "whole"),
    [
        ("/b", "https://example.com/b"),
        ("b?c", "https://example.com/dir/b?c"),
        ("?c", "https://example.com/dir/a?c"),
        ("../../../b", "https://example.com/b"),
        ("//other.example/b", "https://other.example/b"),
        ("https:b", "https://example.com/dir/b"),
        ("#x", "https://example.com/dir/a"),
    ],
)
def test_redirects_are_read_against_where_they_come_from(location, whole):
    assert str(join_url(check_url("https://example.com/dir/a"), location)) == whole


@given(st.text(max_size=60).map(lambda rest: "http://" + rest) | st.from_regex(r"https?://\S{1,40}"))
def test_what_is_accepted_is_clean_and_stable(url):
    try:
        checked = check_url(url)
    except UrlRefused:
        return
    assert str(check_url(str(checked))) == str(checked)
    assert str(checked).isascii()
    assert str(checked).isprintable()
    assert not set(" \\#@") & set(checked.authority)


@given(st.text(max_size=40))
def test_any_redirect_is_read_or_refused(location):
    with contextlib.suppress(UrlRefused):
        join_url(check_url("https://example.com/"), location)
