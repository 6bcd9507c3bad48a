"""List the benches, or run some or all of them, one after the other.

python -m bench [--list] [NAME]...
"""

import argparse
import ast
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
BENCHES = ("search_index", "media", "http_search", "memory", "start", "writes", "import_jobs")


def summary(name):
    """The first line of a bench's docstring, read without importing it."""
    return ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text())).splitlines()[0]


def main():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="which to run; all if none is named")
    parser.add_argument("--list", action="store_true", help="only tell what there is")
    args = parser.parse_args()
    unknown = set(args.names) - set(BENCHES)
    if unknown:
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    failed = []
    for name in args.names or BENCHES:
        print(f"{name}: {summary(name)}", file=sys.stderr, flush=True)
        # Each in a process of its own: what one leaves in memory must not be measured by the next.
        if not args.list and subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
