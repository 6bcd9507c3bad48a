"""Where short addresses may lead."""

import pytest

from polybooru.library.errors import LinkFault, LinkRefused
from polybooru.library.link_targets import Hosts, check_target

HOSTS = Hosts(
    own=frozenset({"board.example", "10.0.0.5:8000"}),
    always=("http://10.0.0.5:8000/yiffy/media/", "https://board.example/yiffy/V2/"),
)
_GOOD = """
https://example.com
http://example.com/
HTTPS://EXAMPLE.COM/A
//example.com/x
https://user:pass@example.com/x
https://example.com:8443/x?y=z#w
https://exämple.com/ü
https://例え.テスト例え/
http://8.8.8.8/
http://8.8.8.8:80/x
https://sub.domain.example.co.uk/?a=//b
https://example.com?q
https://example.com#f
https://board.example/images/5
https://board.example/5
https://board.example/search?q=safe
https://board.example
http://10.0.0.5:8000/yiffy/media/0123.png
https://board.example/yiffy/V2/animals/birb
https://xn--exmple-cua.com/
"""
_BAD = """
ftp://example.com/ javascript:alert(1) data:text/html,x mailto:a@example.com file:///etc/passwd
example.com /x x http: http:/example.com http:///x https:example.com ///example.com //
http://localhost/ http://localhost.localdomain/ http://foo.local/ http://metadata.google.internal/
http://a.lan/ http://intranet/ http://x.y/ http://example.c0m/ http://example./ http://.com/
http://127.0.0.1/ http://10.1.2.3/ http://169.254.169.254/ http://172.16.0.1/ http://172.31.255.255/
http://192.168.1.1/ http://0.0.0.0/ http://0.1.2.3/ http://224.0.0.1/ http://255.255.255.255/
http://100.64.0.1/ http://2130706433/ http://0x7f000001/ http://0177.0.0.1/ http://127.1/
http://[::1]/ http://[::ffff:127.0.0.1]/ http://[2001:4860:4860::8888]/ http://127.0.0.1./
http://example.com:/ http://example.com:8/ http://example.com:123456/ http://example.com:00/
http://example.com:x/ http://a@b@example.com/ http://①②⑦.0.0.1/ http://127。0。0。1/
http://example.com:99999/ https://board.example/login https://board.example/admin/x
https://board.example/%6cogin https://board.example/images/../login https://board.example//login
https://board.example/api/v1/json https://BOARD.example/settings http://10.0.0.5:8000/login
http://10.0.0.5:8000/images/1/../../login http://10.0.0.5:8000/yiffy/media/%2e%2e/%2e%2e/login
http://10.0.0.5/
"""
GOOD = _GOOD.split()
BAD = [
    *_BAD.split(),
    "",
    " https://example.com/",
    "https://example.com/a b",
    "https://example.com/\n",
    "https://example.com/\r\nX: y",
    "https://example.com\\@evil.example.net/",
    "https://exa\tmple.com/",
    "https://example.com/\u202egpj",
    "https://example.com/\u00a0",
    "https://example.com/\ud800",
    "https://example.com/\0",
    "\x01javascript:alert(1)",
]


@pytest.mark.parametrize("url", GOOD)
def test_public_places_are_fine(url: str) -> None:
    check_target(url, HOSTS)


@pytest.mark.parametrize("url", BAD)
def test_inner_places_and_odd_ways_to_write_them_are_not(url: str) -> None:
    with pytest.raises(LinkRefused) as caught:
        check_target(url, HOSTS)
    assert caught.value.fault is LinkFault.URL_INVALID


def test_the_length_is_asked_after_the_form() -> None:
    check_target("https://example.com/" + "x" * 2_028, HOSTS)
    for url, fault in (
        ("https://example.com/" + "x" * 2_029, LinkFault.URL_TOO_LONG),
        ("x" * 20_000_000, LinkFault.URL_INVALID),
        ("https://example.com/" + "x" * 20_000_000, LinkFault.URL_TOO_LONG),
        ("https://" + "a." * 1_000_000 + "com/", LinkFault.URL_INVALID),
        ("https://" + "@" * 1_000_000, LinkFault.URL_INVALID),
    ):
        with pytest.raises(LinkRefused) as caught:
            check_target(url, HOSTS)
        assert caught.value.fault is fault
