"""Run the benches, one after the other, and print the table of bars.

python -m bench [--list] [--bars] [--full] [--resume] [NAME]...
"""

import argparse
import ast
import pathlib
import subprocess
import sys

from bench.bars import MILLION, THOUSAND, show
from bench.report import commit, results

HERE = pathlib.Path(__file__).parent
SIZES = {  # images, for the benches that are asked for a size; with --full also the second
    "search_index": ((10 * THOUSAND, 100 * THOUSAND, MILLION), (3 * MILLION, 10 * MILLION)),
    "peers": ((MILLION,), (3 * MILLION,)),
    "http_search": ((MILLION,), ()),
    "nekos_http": ((10 * THOUSAND,), ()),
    "yiffy": ((MILLION,), ()),
    "start": ((10 * THOUSAND,), (3 * MILLION,)),
    "memory": ((10 * THOUSAND,), ()),
    "philomena_routes": ((100 * THOUSAND,), ()),
    "waifu": ((MILLION,), ()),
}
MORE = {("start", 3 * MILLION): ("--from-corpus",)}  # a library of so many rows takes half an hour to make
BENCHES = (
    "search_index",
    "peers",
    "media",
    "http_search",
    "waifu",
    "memory",
    "start",
    "writes",
    "verbs",
    "import_jobs",
    "query_fuzz",
    "worst_query",
    "reverse",
    "autocomplete",
    "patterns",
    "philomena_routes",
    "nekos_http",
    "yiffy",
    "dump",
)


def summary(name):
    """The first line of a bench's docstring, read without importing it."""
    return ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text())).splitlines()[0]


def runs(names, *, full):
    """Every bench with every size that it is to be run with; None where it has one of its own."""
    for name in names:
        usual, more = SIZES.get(name, ((None,), ()))
        for images in (*usual, *(more if full else ())):
            yield name, images


def main():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="which to run; all if none is named")
    parser.add_argument("--list", action="store_true", help="only tell what there is")
    parser.add_argument(
        "--bars", action="store_true", help="only print the table, from the results there are"
    )
    parser.add_argument("--full", action="store_true", help="3 M and 10 M images too")
    parser.add_argument("--resume", action="store_true", help="leave out what has a result of this commit")
    args = parser.parse_args()
    unknown = set(args.names) - set(BENCHES)
    if unknown:
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    failed = []
    if args.list:
        for name in BENCHES:
            print(f"{name}: {summary(name)}")
    elif not args.bars:
        failed = run(args.names or BENCHES, full=args.full, resume=args.resume)
    if not args.list:
        show()
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def run(names, *, full, resume):
    """Run the benches; returns which failed."""
    here = commit()
    done = {(found["bench"], found.get("images")) for found in results() if found["commit"] == here}
    done |= {(name, None) for name, _ in done}
    failed = []
    for name, images in runs(names, full=full):
        if resume and (name, images) in done:
            continue
        size = [] if images is None else ["--images", str(images)]
        print(f"{' '.join([name, *size])}: {summary(name)}", file=sys.stderr, flush=True)
        # Each in a process of its own: what one leaves in memory must not be measured by the next.
        command = [sys.executable, "-m", f"bench.{name}", *size, *MORE.get((name, images), ())]
        if subprocess.run(command, check=False).returncode:
            failed.append(f"{name} {images or ''}".strip())
    return failed


if __name__ == "__main__":
    main()
