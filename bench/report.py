"""What every bench says besides its numbers, and where it leaves them."""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import time

RESULTS = pathlib.Path(os.environ.get("BENCH_RESULTS") or pathlib.Path(__file__).parent / "results")


def machine():
    """Enough to tell whether two results may be compared; load: how busy the machine is, by others too."""
    names = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    memory = pathlib.Path("/proc/meminfo").read_text().split(maxsplit=2)[1]
    return {
        "processor": next((line.partition(": ")[2] for line in names if line.startswith("model name")), ""),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": int(memory) // 1024,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "load": [round(number, 2) for number in os.getloadavg()],
    }


def commit():
    """The short name of the commit that was measured; empty outside a clone."""
    here = pathlib.Path(__file__).parent
    run = ["git", "-C", str(here), "rev-parse", "--short", "HEAD"]
    return subprocess.run(run, capture_output=True, text=True, check=False).stdout.strip()


def publish(name, numbers):
    """Print the numbers and keep them in bench/results, or in the folder that BENCH_RESULTS names."""
    report = {"bench": name, "commit": commit(), "machine": machine(), **numbers}
    text = json.dumps(report, indent=2, ensure_ascii=False)
    RESULTS.mkdir(exist_ok=True)
    size = f"-{numbers['images']}" if "images" in numbers else ""
    (RESULTS / f"{name}{size}-{time.strftime('%Y%m%dT%H%M%S')}.json").write_text(text + "\n")
    print(text)


def results():
    """All that was kept, oldest first."""
    files = sorted(RESULTS.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    return [json.loads(path.read_text()) for path in files]


def median(values, digits=3):
    """The middle value, rounded."""
    return round(statistics.median(values), digits)
