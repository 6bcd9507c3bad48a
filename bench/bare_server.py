"""The peer of benches over HTTP: bare async Starlette routes that join ready parts, or give them as they are.

python -m bench.bare_server FILE [2]     FILE: the parts, one a line; 2: processes
"""

import asyncio
import os
import pathlib
import signal
import sys

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from polybooru.serving import listen

PATH = "/api/v1/json/search/images"
WHOLE = "/whole"


def main():
    whole = pathlib.Path(sys.argv[1]).read_bytes()
    parts = whole.splitlines()

    async def page(_request):
        return Response(b'{"images":[%b],"total":%d}' % (b",".join(parts), 1), media_type="application/json")

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
    second = os.fork() if sys.argv[2:] == ["2"] else None
    if second != 0:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listener]))
    if second:
        os.kill(second, signal.SIGTERM)
        os.waitpid(second, 0)


if __name__ == "__main__":
    main()
