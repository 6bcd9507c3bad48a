"""The routes of the Philomena dialect that take a picture: uploads and reverse search, as one waits.

Neighbour: `philomena_routes`, which runs this. A photograph of 1600 by 1200 pixels as a part of a form, one
request after the other. An upload has to be a new file each time: a comment in it differs. Its CPU time is
that of the whole server, with the worker that makes the sizes; of a search that of decoding and measuring.
"""

import itertools
import time
import urllib.request

import numpy as np
import pyvips
from bench.http_search import CORES
from bench.library import copy
from bench.processes import cpu_seconds, save_index, scratch, serving, settled

BOUNDARY = "bench-boundary"
ROUTES = {
    "images, POST": "/api/v1/json/images",
    "search/reverse, POST": "/api/v1/json/search/reverse",
}


def pictures():
    """The same photograph in ever new files."""
    rng = np.random.default_rng(11)
    coarse = pyvips.Image.new_from_array(rng.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    content = coarse.resize(40, kernel="cubic").jpegsave_buffer(Q=90)
    for number in itertools.count():
        text = b"%012d" % number
        yield content[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + content[2:]


def send(address, picture, key):
    """Answer bytes."""
    fields = {"key": key, "image[tag_input]": "safe, bench, photograph"}
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image[image]"; filename="a.jpg"\r\n\r\n'
    body = "".join([*lines, part]).encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()
    header = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    with urllib.request.urlopen(
        urllib.request.Request(address, data=body, headers=header), timeout=60
    ) as answer:
        return answer.read()


def measure(images, count, token):
    """token: makes one, of a data folder."""
    found = {}
    with scratch() as folder:
        data = copy(images, folder)
        save_index(data)
        key, sent = token(data), pictures()
        with serving(data, core=CORES[0]) as (process, address):
            for name, path in ROUTES.items():
                settled(process.pid)
                send(address + path, next(sent), key)  # starts the decoders
                pids = settled(process.pid)
                before, waits = cpu_seconds(pids, with_ended=True), []
                for _ in range(count):
                    began = time.perf_counter()
                    answer = send(address + path, next(sent), key)
                    waits.append((time.perf_counter() - began) * 1e3)
                if b'"total":0' in answer:
                    raise RuntimeError(f"{path} found nothing")
                settled(process.pid)
                used = cpu_seconds(pids, with_ended=True) - before
                p50, p99 = np.percentile(waits, [50, 99]).round(1).tolist()
                found[name] = {"p50_ms": p50, "p99_ms": p99, "cpu_ms": round(used / count * 1e3, 1)}
    return found
