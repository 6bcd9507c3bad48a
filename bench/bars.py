"""The bars: what is wanted of each number, and the table of what the newest results say."""

from dataclasses import dataclass

from bench.report import machine, results

THOUSAND, MILLION = 1_000, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`number`: where the result of the bench has it, names joined by dots.

    images: of which size of corpus; None for a bench that has one size.
    """

    what: str
    bench: str
    number: str
    unit: str = ""
    images: int | None = None
    at_most: float | None = None
    at_least: float | None = None


def _search(images, filter_name, p50_us, p99_us=None):
    label = f"search, {images / MILLION:g} M, {filter_name}"
    path = filter_name.lower()
    bars = [(f"{label}, asked again: p50", f"{path}.again.p50_us", p50_us)]
    if p99_us is not None:
        bars.append((f"{label}: p99", f"{path}.later_rounds.p99_us", p99_us))
    return [
        Bar(what=what, bench="search_index", images=images, number=number, unit="µs", at_most=bound)
        for what, number, bound in bars
    ]


def _peer(images, peer, p50, p99):
    label = f"{peer}, {images / MILLION:g} M, times slower"
    of = {"bench": "peers", "images": images}
    return [
        Bar(what=f"{label}, asked again: p50", number=f"{peer}.again.ratio_p50", at_least=p50, **of),
        Bar(what=f"{label}, in turns: p99", number=f"{peer}.in_turns.ratio_p99", at_least=p99, **of),
    ]


def _change(images, name):
    label = f"{name} applied to the index, {images / MILLION:g} M, mean"
    path = f"change.{name}.mean_us"
    return Bar(what=label, bench="search_index", images=images, number=path, unit="µs", at_most=200)


GROWTH = "growth"
"""The bench that no program runs: one result of `search_index` against another."""

BARS = (
    *_search(3 * MILLION, "Everything", p50_us=60, p99_us=2_000),
    *_search(3 * MILLION, "Default", p50_us=100),
    *_search(10 * MILLION, "Everything", p50_us=180, p99_us=8_000),
    *(
        Bar(
            what=f"search for tags, {images / MILLION:g} M, more than bare pyroaring takes: p50",
            bench="search_index",
            images=images,
            number="against_bare.more_p50_us",
            unit="µs",
            at_most=30,
        )
        for images in (MILLION, 3 * MILLION)
    ),
    Bar(
        what="growth of the median asked again, 100,000 to 3 M",
        bench=GROWTH,
        number="median",
        unit="times",
        at_most=4,
    ),
    Bar(
        what="index memory, 3 M, 33 tags an image",
        bench="search_index",
        images=3 * MILLION,
        number="bytes_an_image",
        unit="bytes an image",
        at_most=350,
    ),
    *(_change(images, name) for images in (MILLION, 3 * MILLION) for name in ("upload", "retag", "vote")),
    *_peer(MILLION, "PostgreSQL", p50=300, p99=500),
    *_peer(MILLION, "Tantivy", p50=6, p99=15),
    *_peer(3 * MILLION, "Tantivy", p50=5, p99=12),
    *(
        Bar(
            what=f"Tantivy, {images / MILLION:g} M, times slower in our worst class, in turns",
            bench="peers",
            images=images,
            number="Tantivy.in_turns.worst_kind",
            at_least=1,
        )
        for images in (MILLION, 3 * MILLION)
    ),
    *(
        Bar(what=what, bench="http_search", images=MILLION, number=number, unit=unit, **bound)
        for what, number, unit, bound in (
            ("HTTP, 1 M, warm, of a bare route", "ratio_of_requests", "", {"at_least": 0.18}),
            ("HTTP, 1 M, warm, 16 connections: p99", "polybooru.p99_ms", "ms", {"at_most": 10}),
            ("the same over the mean: 10 ms at 4,000/s", "polybooru.p99_of_mean", "", {"at_most": 2.5}),
            ("HTTP, 1 M, cold documents", "cold.per_second", "/s", {"at_least": 600}),
            ("HTTP, 1 M, two workers against one", "two_workers.ratio", "times", {"at_least": 1.8}),
            ("the same, of two bare processes", "two_workers.of_bare", "", {"at_least": 0.9}),
        )
    ),
    *(
        Bar(what=f"reverse search by {by}, 3 M: p99", bench="reverse", images=3 * MILLION, **rest)
        for by, rest in (
            ("intensities", {"number": "intensities.p99_ms", "unit": "ms", "at_most": 1}),
            ("hash", {"number": "hash.p99_ms", "unit": "ms", "at_most": 2}),
        )
    ),
    Bar(
        what="broken queries: the longest reading",
        bench="query_fuzz",
        number="parse_us.max",
        unit="µs",
        at_most=5_000,
    ),
    Bar(
        what="worst accepted query found by search, 1 M",
        bench="worst_query",
        images=MILLION,
        number="guest.worst_ms",
        unit="ms",
        at_most=100,
    ),
    Bar(
        what="the same of somebody signed in",
        bench="worst_query",
        images=MILLION,
        number="member.worst_ms",
        unit="ms",
        at_most=250,
    ),
    Bar(what="autocomplete: p99", bench="autocomplete", number="p99_ms", unit="ms", at_most=1),
    Bar(
        what="Nekos, a random image, of a bare route",
        bench="nekos_http",
        images=10 * THOUSAND,
        number="ratio_of_requests",
        at_least=0.2,
    ),
    *(
        Bar(what=f"YiffyAPI, 1 M: {what}", bench="yiffy", images=MILLION, number=number, unit=unit, **bound)
        for what, number, unit, bound in (
            ("a random image of 300,000, of a bare route by CPU time", "ratio_of_cpu", "", {"at_least": 0.2}),
            ("100 images of 20 categories: p99", "bulk.p99_ms", "ms", {"at_most": 10}),
            ("redirects", "redirect.per_second", "/s", {"at_least": 3_000}),
        )
    ),
    Bar(
        what="patterns among 100,000 names: p99", bench="patterns", number="all.p99_ms", unit="ms", at_most=20
    ),
    Bar(
        what="start from snapshot to the first answer, 3 M",
        bench="start",
        images=3 * MILLION,
        number="from_snapshot_seconds",
        unit="s",
        at_most=3,
    ),
    *(
        Bar(what=what, bench="verbs", images=100 * THOUSAND, number=number, unit=unit, **bound)
        for what, number, unit, bound in (
            ("votes as verbs, 100,000", "vote.per_second", "/s", {"at_least": 3_000}),
            ("votes as verbs, of bare SQLite", "vote.of_bare", "", {"at_least": 0.5}),
            ("faves as verbs, 100,000", "fave.per_second", "/s", {"at_least": 3_000}),
            ("faves as verbs, of bare SQLite", "fave.of_bare", "", {"at_least": 0.5}),
            ("merge of two images with 1,000 faves each", "merge_ms.wall", "ms", {"at_most": 100}),
            ("mass retag of 100,000 images", "retag.seconds", "s", {"at_most": 60}),
            ("the longest another writer waits meanwhile", "retag.wait_max_ms", "ms", {"at_most": 100}),
        )
    ),
    Bar(
        what="Philomena, 100,000: the slowest route, warm, of a bare route",
        bench="philomena_routes",
        images=100 * THOUSAND,
        number="least_ratio",
        at_least=0.1,
    ),
    *(
        Bar(
            what=f"waifu.im, {number.partition('.')[2]}, of the bare route by CPU time",
            bench="waifu",
            images=MILLION,
            number=f"{number}.ratio",
            at_least=0.2,
        )
        for number in ("cold.search, one image", "warm.fav, 30 of 10,000")
    ),
    *(
        Bar(
            what=f"waifu.im, {name} over HTTP",
            bench="waifu",
            images=MILLION,
            number=f"writes.{name}.per_second",
            unit="a second",
            at_least=1_000,
        )
        for name in ("insert", "delete", "toggle")
    ),
    *(
        Bar(
            what=f"search of {noun}, nothing remembered: p99",
            bench="philomena_routes",
            images=100 * THOUSAND,
            number=f"searches.{noun}.p99_ms",
            unit="ms",
            at_most=20,
        )
        for noun in ("comments", "posts", "tags")
    ),
    Bar(what="decoding, of bare pyvips", bench="media", number="ratio", at_least=0.8),
    Bar(what="memory idle, 10,000", bench="memory", number="idle.total_mb", unit="MB", at_most=200),
    Bar(what="import, two jobs against one", bench="import_jobs", number="ratio", unit="times", at_least=1.6),
)


def show():
    """Print the machine and the table; a number that no result has stands as a dash."""
    about = machine()
    print(
        f"{about['processor']}, {about['cores']} cores, {about['memory_mib'] // 1024} GiB, {about['system']}"
    )
    print(f"Python {about['python']}, load {about['load'][0]} now\n")
    newest = {(found["bench"], found.get("images")): found for found in results()}
    newest |= {(found["bench"], None): found for found in results()}
    rows = [("bar", "wanted", "measured", "met", "at commit", "load")]
    rows += [_row(bar, newest) for bar in BARS]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    rows.insert(1, tuple("-" * width for width in widths))
    for row in rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")


def _row(bar, newest):
    bound, sign = (bar.at_most, "≤") if bar.at_least is None else (bar.at_least, "≥")
    wanted = f"{sign} {bound:g} {bar.unit}".strip()
    if bar.bench == GROWTH:
        found, value = _growth(newest)
    else:
        found = newest.get((bar.bench, bar.images))
        value = None if found is None else _at(found, bar.number)
    if value is None:
        return bar.what, wanted, "-", "-", "", ""
    is_met = value <= bound if bar.at_least is None else value >= bound
    about = found["machine"]["load"][0]
    return bar.what, wanted, f"{value:g}", "yes" if is_met else "NO", found["commit"], f"{about:g}"


def _growth(newest):
    small, large = newest.get(("search_index", 100 * THOUSAND)), newest.get(("search_index", 3 * MILLION))
    if small is None or large is None:
        return None, None
    medians = [found["everything"]["again"]["p50_us"] for found in (small, large)]
    return large, round(medians[1] / medians[0], 2)


def _at(found, path):
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
