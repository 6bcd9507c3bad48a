"""Why a fetch failed.

    FetchFailed
    ├── UrlRefused        the text of the address: scheme, port, userinfo, odd host; nothing was looked up
    ├── HostUnreachable   no such name, an address that is not public, a closed port, no valid certificate
    ├── RedirectRefused   one too many, from https to http, or without a usable Location
    ├── BadAnswer         a status other than 200, an encoding nobody asked for, broken framing
    ├── TooLarge          more bytes than the limit, announced or sent
    ├── TooSlow           over the time, or under the minimum speed
    └── FetcherBusy       every slot stayed taken

`HostUnreachable` is one class with one message on purpose: who asks for inner addresses learns neither which
names exist inside nor which ports are open. No message holds an address; the causes do, for the log.
"""

from typing import ClassVar


class FetchFailed(Exception):
    """A file could not be had from another host; the message may be shown to whoever asked for it."""

    code: ClassVar[str] = "fetch_failed"


class UrlRefused(FetchFailed):
    """The address as written is not one we fetch from; the message says what is wrong with it."""

    code = "url_refused"


class HostUnreachable(FetchFailed):
    """No connection, for any reason from look-up to certificate."""

    code = "host_unreachable"

    def __init__(self) -> None:
        super().__init__("the host could not be reached")


class RedirectRefused(FetchFailed):
    """The host pointed elsewhere in a way that is not followed."""

    code = "redirect_refused"


class BadAnswer(FetchFailed):
    """The host answered, but not with a whole, plain file."""

    code = "bad_answer"


class TooLarge(FetchFailed):
    """Raised before reading when the host announces the size, else at the first byte too many."""

    code = "too_large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the file is larger than {limit_bytes} bytes")


class TooSlow(FetchFailed):
    """A phase, the whole fetch or the mean speed went past its limit after the connection stood."""

    code = "too_slow"

    def __init__(self) -> None:
        super().__init__("the host was too slow")


class FetcherBusy(FetchFailed):
    """No slot came free; nothing was sent."""

    code = "fetcher_busy"

    def __init__(self) -> None:
        super().__init__("too many files are being fetched, try again later")
