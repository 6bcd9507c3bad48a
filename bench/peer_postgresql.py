"""PostgreSQL as a peer of `peers`: images with an array of tag ids under GIN, B-trees over the numbers.

The server is one of our own on a socket, with room for all of it in memory, one backend, no parallel workers.
A request is two statements, count and page. Timed is the CPU time of the backend alone: neither the way there
and back nor what others on the machine take.
"""

import pathlib

import numpy as np
import psycopg
from bench.indexes import PORTION
from bench.peer_queries import FLOATS, NUMBERS, ends_of
from tests.databases import PostgresqlServer

from polybooru.search.language.tree import And, Equals, Everything, Not, Nothing, Or, Query, Range, Wildcard

SERVER = {"shared_buffers": "2GB", "effective_cache_size": "6GB", "jit": "off", "work_mem": "256MB"}
SESSION = {"max_parallel_workers_per_gather": "0", "random_page_cost": "1.1", "maintenance_work_mem": "'1GB'"}
TYPES = dict.fromkeys(FLOATS, "double precision")


class Postgresql:
    """A database of the corpus."""

    name = "PostgreSQL"

    def __init__(self, corpus):
        self._server = PostgresqlServer.start(**SERVER)
        address = self._server.url().replace("+psycopg", "")
        self._connection = psycopg.connect(address, autocommit=True)
        for name, value in SESSION.items():
            self._connection.execute(f"SET {name} = {value}")
        self._keys = {corpus.names[at]: int(corpus.tag_keys[at]) for at in np.flatnonzero(corpus.tag_keys)}
        _fill(self._connection, corpus, self._keys)
        [[pid]] = self._connection.execute("SELECT pg_backend_pid()").fetchall()
        [[version]] = self._connection.execute("SHOW server_version").fetchall()
        self._clock = pathlib.Path(f"/proc/{pid}/schedstat")
        self.about = {"version": version}

    def close(self):
        self._connection.close()
        self._server.stop()

    def prepared(self, request, tree):
        """The two statements."""
        field = request["sf"]
        seed = int(field.removeprefix("random:")) if field.startswith("random:") else None
        order = f"{field} {request['sd']}" if seed is None else f"hashint4(id # {seed})"
        more = "" if field == "id" else ", id desc"
        where, limit = self._condition(tree), request["per_page"]
        offset = (request["page"] - 1) * limit
        return (
            f"SELECT count(*) FROM images WHERE {where}",
            f"SELECT id FROM images WHERE {where} ORDER BY {order}{more} LIMIT {limit} OFFSET {offset}",
        )

    def ask(self, prepared):
        """(total, ids, nanoseconds of the backend)."""
        start = self._spent()
        count, page = prepared
        [[total]] = self._connection.execute(count).fetchall()
        ids = [row[0] for row in self._connection.execute(page).fetchall()]
        return total, ids, self._spent() - start

    def _spent(self):
        return int(self._clock.read_text().split()[0])

    def _condition(self, tree: Query):
        match tree:
            case Equals("tag", name):
                return f"tags @> '{{{self._keys.get(name, -1)}}}'"
            case Wildcard("tag", pattern) if pattern.endswith("*") and "*" not in pattern[:-1]:
                listed = f"SELECT array_agg(id) FROM tags WHERE name LIKE '{pattern[:-1]}%'"
                return f"tags && ({listed})"
            case Range(field):
                lower, upper = ends_of(tree)
                bounds = [(">=", lower), ("<=", upper)]
                return " AND ".join(f"{field} {sign} {bound}" for sign, bound in bounds if bound is not None)
            case And(children):
                return " AND ".join(f"({part})" for part in self._joined(children, "@>"))
            case Or(children):
                return " OR ".join(f"({part})" for part in self._joined(children, "&&"))
            case Not(child):
                return f"NOT ({self._condition(child)})"
            case Everything():
                return "true"
            case Nothing():
                return "false"
        raise NotImplementedError(tree)

    def _joined(self, children, operator):
        """Conditions of the children, tags gathered into one array."""
        tags = [child for child in children if isinstance(child, Equals)]
        if tags:
            yield f"tags {operator} '{{{','.join(str(self._keys.get(tag.value, -1)) for tag in tags)}}}'"
        for child in children:
            if not isinstance(child, Equals):
                yield self._condition(child)


def _fill(connection, corpus, keys):
    columns = "".join(f", {name} {TYPES.get(name, 'bigint')} NOT NULL" for name in NUMBERS)
    connection.execute("CREATE TABLE tags (id int PRIMARY KEY, name text NOT NULL)")
    connection.execute(f"CREATE TABLE images (id int PRIMARY KEY, tags int[] NOT NULL{columns})")
    with connection.cursor().copy("COPY tags FROM STDIN") as copy:
        for name, key in keys.items():
            copy.write_row((key, name))
    with connection.cursor().copy("COPY images FROM STDIN") as copy:
        for first in range(0, corpus.images, PORTION):
            copy.write(_lines(corpus, first, min(first + PORTION, corpus.images)))
    connection.execute("CREATE INDEX ON tags (name text_pattern_ops)")
    connection.execute("CREATE INDEX ON images USING gin (tags)")
    for name in NUMBERS:
        connection.execute(f"CREATE INDEX ON images ({name}, id)")
    connection.execute("VACUUM ANALYZE")


def _lines(corpus, first, last):
    columns = corpus.columns(first, last)
    counts, links = corpus.tags(first, last)
    texts = list(map(str, corpus.tag_keys[links].tolist()))
    ends = np.cumsum(counts).tolist()
    tags = [",".join(texts[begin:end]) for begin, end in zip([0, *ends], ends, strict=False)]
    rest = zip(*(map(repr, columns[name].tolist()) for name in NUMBERS), strict=True)
    return "".join(
        "\t".join([str(first + at + 1), f"{{{joined}}}", *row]) + "\n"
        for at, (joined, row) in enumerate(zip(tags, rest, strict=True))
    ).encode()
