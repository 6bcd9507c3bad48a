#!/usr/bin/env python3
"""Measure what an idle `polybooru serve` takes: all its processes, with 10,000 images.

    python -m bench.memory [--images 10000] [--idle-seconds 5]

Proportional set sizes, so that pages shared by a fork count once. Told four times: idle after the start,
after one upload (whose decoder hosts stay), after a hundred searches, and after all documents were asked for.
"""

import argparse
import contextlib
import time
import urllib.request

from bench.bare_server import PATH
from bench.http_search import fetch
from bench.library import copy
from bench.processes import family, name, proportional_bytes, scratch, serving
from bench.report import publish
from bench.writes import png

from polybooru.app import open_library
from polybooru.library.accounts import find_user
from polybooru.library.actors import OPERATOR
from polybooru.library.tokens import create_token
from polybooru.settings import Settings

WANTED_MB = 200


def snapshot(pid):
    parts = {f"{name(member)} ({member})": proportional_bytes(member) for member in family(pid)}
    return {
        "total_mb": mb(sum(parts.values())),
        "parts_mb": {label: mb(size) for label, size in parts.items()},
    }


def send(address, picture):
    """One upload from a form."""
    fields = {"image[tag_input]": "safe, solo, small, drawn"}
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'name="image[image]"; filename="small.png"\r\ncontent-type: image/png\r\n\r\n' + picture)
    body = b"".join(b"--limit\r\ncontent-disposition: form-data; " + part + b"\r\n" for part in parts)
    headers = {"content-type": "multipart/form-data; boundary=limit"}
    request = urllib.request.Request(address, body + b"--limit--\r\n", headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def mb(count):
    return round(count / 1e6, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--idle-seconds", type=int, default=5)
    args = parser.parse_args()
    with scratch() as folder, contextlib.ExitStack() as stack:
        data = copy(args.images, folder)
        with open_library(data, Settings()) as library, library.work() as work:
            token = create_token(work, OPERATOR, find_user(work, "user 1").id)
        process, address = stack.enter_context(serving(data))
        fetch(f"{address}/readyz")
        time.sleep(args.idle_seconds)
        idle = snapshot(process.pid)
        send(f"{address}/api/v1/json/images?key={token}", png(1))
        time.sleep(args.idle_seconds)
        uploaded = snapshot(process.pid)
        for page in range(1, 101):
            fetch(f"{address}{PATH}?q=safe&page={page}&per_page=5&sf=score")
        searched = snapshot(process.pid)
        for page in range(1, args.images // 50 + 1):
            fetch(f"{address}{PATH}?q=id.gte:0&sf=id&per_page=50&page={page}")
        warm = snapshot(process.pid)
    numbers = {
        "idle": idle,
        "after_an_upload": uploaded,
        "after_searches": searched,
        "all_documents_warm": warm,
    }
    publish("memory", {"images": args.images, "wanted_mb": WANTED_MB, **numbers})


if __name__ == "__main__":
    main()
