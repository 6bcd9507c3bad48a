"""Tantivy in this process as a peer of `peers`: the stand-in for search clusters, built on the same library.

One thread, an index in memory, one document an image: tag names as raw terms, numbers as fast columns. A
request is translated beforehand; only search, count and the ids of the page are timed.
"""

import time

import numpy as np
import tantivy
from bench.indexes import PORTION
from bench.peer_queries import FLOATS, NUMBERS, ends_of

from polybooru.search.language.tree import And, Equals, Everything, Not, Nothing, Or, Query, Range, Wildcard

HEAP_BYTES = 1_000_000_000
CHANCE = "chance"  # orders by a column of chance, whatever the seed: cheaper than a shuffle by seed


class Tantivy:
    """An index of the corpus."""

    name = "Tantivy"

    def __init__(self, corpus):
        self._schema = _schema()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)
        chance = np.random.default_rng(1).permutation(corpus.images).tolist()
        for first in range(0, corpus.images, PORTION):
            for document in _documents(corpus, first, min(first + PORTION, corpus.images), chance):
                writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self.about = {"segments": self._searcher.num_segments}

    def prepared(self, request, tree):
        field, order = request["sf"], tantivy.Order.Desc if request["sd"] == "desc" else tantivy.Order.Asc
        return {
            "query": self._query(tree),
            "limit": request["per_page"],
            "offset": (request["page"] - 1) * request["per_page"],
            "order_by_field": CHANCE if field.startswith("random:") else field,
            "order": order,
        }

    def ask(self, prepared):
        """(total, ids, nanoseconds of this thread)."""
        start = time.thread_time_ns()
        found = self._searcher.search(count=True, **prepared)
        ids = self._searcher.fast_field_values("id", [address for _, address in found.hits])
        return found.count, ids, time.thread_time_ns() - start

    def close(self):
        """Nothing to end."""

    def _query(self, tree: Query):
        must, should, must_not = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
        match tree:
            case Equals("tag", name):
                return tantivy.Query.term_query(self._schema, "tag", name, "basic")
            case Wildcard("tag", pattern) if pattern.endswith("*") and "*" not in pattern[:-1]:
                return tantivy.Query.regex_query(self._schema, "tag", pattern[:-1] + ".*")
            case Range(field):
                return self._range(field, ends_of(tree))
            case And(children):
                clauses = [
                    (must_not, self._query(c.child)) if isinstance(c, Not) else (must, self._query(c))
                    for c in children
                ]
                if all(isinstance(child, Not) for child in children):
                    clauses.append((must, tantivy.Query.all_query()))
                return tantivy.Query.boolean_query(clauses)
            case Or(children):
                return tantivy.Query.boolean_query([(should, self._query(child)) for child in children])
            case Not(child):
                everything = (must, tantivy.Query.all_query())
                return tantivy.Query.boolean_query([everything, (must_not, self._query(child))])
            case Everything():
                return tantivy.Query.all_query()
            case Nothing():
                return tantivy.Query.empty_query()
        raise NotImplementedError(tree)

    def _range(self, field, bounds):
        kind = tantivy.FieldType.Float if field in FLOATS else tantivy.FieldType.Integer
        return tantivy.Query.range_query(self._schema, field, kind, *bounds)


def _schema():
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("tag", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("id", fast=True, indexed=True)
    builder.add_integer_field(CHANCE, fast=True)
    for name in NUMBERS:
        add = builder.add_float_field if name in FLOATS else builder.add_integer_field
        add(name, fast=True, indexed=True)
    return builder.build()


def _documents(corpus, first, last, chance):
    columns = corpus.columns(first, last)
    counts, links = corpus.tags(first, last)
    names = [corpus.names[at] for at in links.tolist()]
    ends = np.cumsum(counts).tolist()
    numbers = {name: columns[name].tolist() for name in NUMBERS}
    begin = 0
    for at, end in enumerate(ends):
        document = tantivy.Document()
        for name in names[begin:end]:
            document.add_text("tag", name)
        begin = end
        document.add_integer("id", first + at + 1)
        document.add_integer(CHANCE, chance[first + at])
        for name, values in numbers.items():
            if name in FLOATS:
                document.add_float(name, values[at])
            else:
                document.add_integer(name, values[at])
        yield document
