"""The peer of benches over HTTP: bare async Starlette routes that join ready parts, or give them as they are.

python -m bench.bare_server FILE [--pages FILE] [--processes 2]

FILE: the parts, one a line. pages: which of them to join, a list of places a line, page after page over and
over; without it, all of them each time.
"""

import argparse
import asyncio
import gc
import itertools
import os
import pathlib
import signal
import sys

import msgspec
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from polybooru.serving import listen

PATH = "/api/v1/json/search/images"
WHOLE = "/whole"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--pages", type=pathlib.Path)
    parser.add_argument("--processes", type=int, choices=(1, 2), default=1)
    args = parser.parse_args()
    whole = args.file.read_bytes()
    parts = whole.splitlines()
    pages = [parts]
    if args.pages is not None:
        places = map(msgspec.json.decode, args.pages.read_bytes().splitlines())
        pages = [[parts[place] for place in page] for page in places]
    turns = itertools.cycle(pages)
    gc.freeze()  # nothing of it is looked through again, as of a server's own data

    async def page(_request):
        joined = b",".join(next(turns))
        return Response(b'{"images":[%b],"total":%d}' % (joined, 1), media_type="application/json")

    async def as_it_is(_request):
        return Response(whole, media_type="application/json")

    config = uvicorn.Config(
        Starlette(routes=[Route(PATH, page), Route(WHOLE, as_it_is)]),
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="off",
    )
    listener = listen("127.0.0.1", 0)
    second = os.fork() if args.processes == 2 else None
    if second != 0:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listener]))
    if second:
        os.kill(second, signal.SIGTERM)
        os.waitpid(second, 0)


if __name__ == "__main__":
    main()
