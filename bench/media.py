"""Pictures a second: `Decoders.process`, child processes included, against bare pyvips doing the same sizes.

    python -m bench.media [--pictures N] [--folder DIR]

Both take the same files, turn about, with one libvips thread, so that noise hits both. Ours also probes,
hashes, takes fingerprints and writes the cleaned original. `ratio` compares with savers set as ours are,
`ratio_defaults` with libvips' own settings; the `cpu_` ones compare processor time, which says more on a busy
machine.
"""

import argparse
import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ["VIPS_CONCURRENCY"] = "1"

import pyvips
from bench.report import publish

from polybooru.media import pixels
from polybooru.media.decoders import Decoders
from polybooru.media.errors import MediaError
from polybooru.media.limits import Limits
from polybooru.media.plan import chain, plan
from polybooru.media.sniff import sniff
from polybooru.media.types import MediaType

STILLS = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.WEBP: "webp"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "out").mkdir()
        (work / "scratch").mkdir()
        files = (
            draw(work, arguments.pictures)
            if arguments.folder is None
            else pick(arguments.folder, arguments.pictures)
        )
        publish("media", measure(files, work))


def pick(folder: Path, count: int) -> list[Path]:
    found = [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and sniff(file.open("rb").read(4096)) in STILLS
    ]
    return found[:: max(1, len(found) // count)][:count]


def draw(work: Path, count: int) -> list[Path]:
    """Half photographs (soft noise, JPEG), half drawings with transparency (PNG), 0.5 to 4 megapixels."""
    files = []
    for index in range(count):
        width, height = 800 + index * 37 % 1600, 600 + index * 53 % 1200
        noise = [
            pyvips.Image.gaussnoise(width, height, mean=128, sigma=60, seed=index * 3 + k).gaussblur(3 + k)
            for k in range(3)
        ]
        if index % 2:
            image = noise[0].bandjoin(noise[1:]).linear(2, -128).cast("uchar").copy(interpretation="srgb")
            image.jpegsave(str(work / f"{index}.jpg"), Q=90)
            files.append(work / f"{index}.jpg")
        else:
            image = (
                pyvips.Image.black(width, height, bands=4)
                .cast("uchar")
                .copy(interpretation="srgb")
                .copy_memory()
            )
            for k in range(60):
                at = (k * 977 + index * 131) % width, (k * 613 + index * 71) % height
                image = image.draw_circle(
                    [k * 40 % 256, k * 90 % 256, k * 13 % 256, 255], *at, 20 + k * 7 % 150, fill=True
                )
            image.pngsave(str(work / f"{index}.png"))
            files.append(work / f"{index}.png")
    return files


def measure(files: list[Path], work: Path) -> dict[str, object]:
    out = work / "out"
    seconds = {"ours": 0.0, "bare": 0.0, "bare_defaults": 0.0}
    refused = 0
    with Decoders(limits=Limits(), scratch=work / "scratch") as decoders:
        done = []
        cpu = dict.fromkeys(seconds, 0.0)
        ways = {
            "ours": lambda file: decoders.process(file, out),
            "bare": lambda file: bare(file, out, as_ours=True),
            "bare_defaults": lambda file: bare(file, out, as_ours=False),
        }
        for file in files:
            try:
                decoders.probe(file)
            except MediaError:
                refused += 1
                continue
            for name, way in ways.items():
                before = cpu_seconds("self") + cpu_seconds(decoders.host_pid)
                seconds[name] += timed(lambda way=way, file=file: way(file), out)
                cpu[name] += cpu_seconds("self") + cpu_seconds(decoders.host_pid) - before
            done.append(file)
        start = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            list(
                pool.map(lambda pair: in_own_folder(decoders, work / f"p{pair[0]}", pair[1]), enumerate(done))
            )
        parallel = time.perf_counter() - start
        memory = Path(f"/proc/{decoders.host_pid}/smaps_rollup").read_text(encoding="ascii")
    return {
        "pictures": len(done),
        "refused": refused,
        **{f"{name}_per_second": round(len(done) / value, 2) for name, value in seconds.items()},
        "two_threads_per_second": round(len(done) / parallel, 2),
        "ratio": round(seconds["bare"] / seconds["ours"], 3),
        "ratio_defaults": round(seconds["bare_defaults"] / seconds["ours"], 3),
        "cpu_ratio": round(cpu["bare"] / cpu["ours"], 3),
        "cpu_ratio_defaults": round(cpu["bare_defaults"] / cpu["ours"], 3),
        "host_pss_kib": int(next(line for line in memory.splitlines() if line.startswith("Pss:")).split()[1]),
    }


def timed(work, out: Path) -> float:
    start = time.perf_counter()
    work()
    taken = time.perf_counter() - start
    shutil.rmtree(out)
    out.mkdir()
    return taken


def cpu_seconds(pid: int | str) -> float:
    """Of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def in_own_folder(decoders: Decoders, into: Path, file: Path) -> None:
    into.mkdir()
    decoders.process(file, into)
    shutil.rmtree(into)


def bare(file: Path, out: Path, *, as_ours: bool) -> None:
    with file.open("rb") as opened:
        kind = sniff(opened.read(4096))
    load = {
        MediaType.JPEG: pyvips.Image.jpegload,
        MediaType.PNG: pyvips.Image.pngload,
        MediaType.WEBP: pyvips.Image.webpload,
    }[kind]
    image = load(str(file), access="sequential").copy_memory()
    for name, size in chain(plan(image.width, image.height)):
        image = image.thumbnail_image(size.width, height=size.height, size="force").copy_memory()
        path = out / f"{name}.{STILLS[kind]}"
        if as_ours:
            pixels.save(image, path)
        else:
            getattr(image, {"jpg": "jpegsave", "png": "pngsave", "webp": "webpsave"}[path.suffix[1:]])(
                str(path)
            )


if __name__ == "__main__":
    main()
