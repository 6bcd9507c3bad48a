"""SQL that both databases spell differently: rows of given ids, and the rows of another table as one text.

A statement with a list of parameters is written anew for each length, and a thousand rows take a driver
longer than the database took to find them; a text in and a text out cost neither.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    ColumnElement,
    TableValuedAlias,
    Text,
    bindparam,
    column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_numbers = msgspec.json.Decoder(list[int]).decode
_texts = msgspec.json.Decoder(dict[int, str]).decode


class _Listed(FunctionElement[int]):
    """The numbers of a text like `1,2,3` as rows."""

    name = "listed"
    type = BigInteger()
    inherit_cache = True


@compiles(_Listed, "sqlite")
def _listed_sqlite(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each('[' || {text} || ']'))"  # noqa: S608 — a parameter's place, no value


@compiles(_Listed, "postgresql")
def _listed_postgresql(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"(SELECT unnest(string_to_array({text}, ',')::bigint[]) AS value)"


class _Joined(FunctionElement[str]):
    """The numbers of a group as one text like `1,2,3`; null for no rows."""

    name = "joined"
    type = Text()
    inherit_cache = True


@compiles(_Joined, "sqlite")
def _joined_sqlite(element: _Joined, compiler: SQLCompiler, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)})"


@compiles(_Joined, "postgresql")
def _joined_postgresql(element: _Joined, compiler: SQLCompiler, **options: Any) -> str:
    return f"string_agg(CAST({compiler.process(element.clauses, **options)} AS text), ',')"


class _TextsByNumber(FunctionElement[str]):
    """Two columns of a group as one JSON object; null or empty for no rows."""

    name = "texts_by_number"
    type = Text()
    inherit_cache = True


@compiles(_TextsByNumber, "sqlite")
def _texts_sqlite(element: _TextsByNumber, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_object({compiler.process(element.clauses, **options)})"


@compiles(_TextsByNumber, "postgresql")
def _texts_postgresql(element: _TextsByNumber, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_object_agg({compiler.process(element.clauses, **options)}) AS text)"


ASKED: BindParameter[str] = bindparam("asked", type_=Text())
"""What `asked` fills."""


def among_asked(column: Column[Any]) -> ColumnElement[bool]:
    """Whether the column's number is one of those asked for."""
    return column.op("IN", is_comparison=True)(_Listed(ASKED))


def rows_asked() -> TableValuedAlias:
    """The numbers asked for as a table with the one column `value`."""
    return _Listed(ASKED).table_valued(column("value", BigInteger()))


def asked(numbers: Iterable[int]) -> dict[str, str]:
    """The parameters of a statement with `among_asked`."""
    return {"asked": ",".join(map(str, numbers))}


def joined_numbers(column: Column[Any]) -> ColumnElement[str]:
    """All numbers of a group, for `read_numbers`."""
    return _Joined(column)  # not `aggregate_strings`, whose separator is written in anew at each use


def read_numbers(joined: str | None) -> list[int]:
    """In no order."""
    return _numbers(f"[{joined}]") if joined else []


def texts_by_number(number: Column[Any], text: Column[Any]) -> ColumnElement[str]:
    """All texts of a group with their numbers, for `read_texts`."""
    return _TextsByNumber(number, text)


def read_texts(joined: str | None) -> list[str]:
    """In the order of their numbers."""
    if joined is None or joined == "{}":
        return []
    return [text for _, text in sorted(_texts(joined).items())]
