"""The peer of philomena_routes.py: a bare async Starlette route for each ready body, on the same settings.

python -m bench.bare_bodies FOLDER     FOLDER: files named 0, 1, …, each served at the path of its name
"""

import asyncio
import pathlib
import sys

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from polybooru.serving import listen


def _route(path):
    body = path.read_bytes()

    async def answer(_request):
        return Response(body, media_type="application/json")

    return Route(f"/{path.name}", answer)


def main():
    config = uvicorn.Config(
        Starlette(routes=[_route(path) for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]),
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="off",
    )
    listener = listen("127.0.0.1", 0)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
