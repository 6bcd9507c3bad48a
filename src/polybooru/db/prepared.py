"""Statements that are compiled once and then run by the driver.

SQLAlchemy reads, finds and wraps a statement at every call, which takes ten times as long as SQLite takes to
run a small one. What runs in every transaction, or in verbs that are called thousands of times a second, is
`Prepared` in its module instead; everything else is executed on the connection as usual.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from sqlalchemy import Connection, Dialect, Float, Select, UpdateBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

_Statement: TypeAlias = Select[*tuple[Any, ...]] | UpdateBase
_Convert: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """For one kind of database.

    own: values that stand in the statement. order: of all values, None where the driver takes them by name.
    """

    text: str
    own: Mapping[str, Any]
    order: Sequence[str] | None
    given: Sequence[tuple[str, _Convert]]
    found: Sequence[tuple[int, _Convert]]

    def values(self, given: dict[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """As the driver takes them; `given` may be changed."""
        if self.own:
            given |= self.own
        for name, convert in self.given:
            given[name] = convert(given[name])
        return given if self.order is None else [given[name] for name in self.order]

    def row(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """With its values as their types have them."""
        values = list(row)
        for place, convert in self.found:
            values[place] = convert(values[place])
        return tuple(values)


class Prepared:
    """A statement with named parameters (`bindparam`), none of them a list.

    Values and rows are converted by their types, errors are raised as SQLAlchemy raises them.
    """

    __slots__ = ("_compiled", "_statement")

    def __init__(self, statement: _Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, /, **values: Any) -> list[tuple[Any, ...]]:
        """Run it; all rows that it gives."""
        compiled = self._for(connection.dialect)
        try:
            cursor = driver_of(connection).execute(compiled.text, compiled.values(values))
            rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        except connection.dialect.loaded_dbapi.Error as error:
            _raise_as_executed(connection, compiled.text, error)
        return [compiled.row(row) for row in rows] if compiled.found else rows

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it once for each row of values."""
        compiled = self._for(connection.dialect)
        try:
            with_values = [compiled.values(dict(row)) for row in rows]
            driver_of(connection).cursor().executemany(compiled.text, with_values)
        except connection.dialect.loaded_dbapi.Error as error:
            _raise_as_executed(connection, compiled.text, error)

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return found


def driver_of(connection: Connection) -> Any:
    """The driver's own connection behind this one."""
    return connection.connection.dbapi_connection


def commit(connection: Connection) -> None:
    """Have the driver commit, whether SQLAlchemy knows of a transaction or not."""
    try:
        driver_of(connection).commit()
    except connection.dialect.loaded_dbapi.Error as error:
        _raise_as_executed(connection, "COMMIT", error)


def tell(connection: Connection, text: str) -> None:
    """Have the driver run a statement that has neither values nor rows."""
    try:
        driver_of(connection).execute(text)
    except connection.dialect.loaded_dbapi.Error as error:
        _raise_as_executed(connection, text, error)


def _raise_as_executed(connection: Connection, text: str, error: Exception) -> NoReturn:
    dialect = connection.dialect
    raised = DBAPIError.instance(text, None, error, dialect.loaded_dbapi.Error, dialect=dialect)
    raise raised from error


def _compile(statement: _Statement, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    given = [
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.params
    ]
    found = [
        # Both drivers give floats as they are; SQLAlchemy's processor asks for what only a cursor knows.
        None
        if isinstance(column.type, Float)
        else column.type.dialect_impl(dialect).result_processor(dialect, None)
        for column in statement.exported_columns
    ]
    return _Compiled(
        text=compiled.string,
        own={name: value for name, value in compiled.params.items() if value is not None},
        order=compiled.positiontup if compiled.positional else None,
        given=[(name, convert) for name, convert in given if convert is not None],
        found=[(place, convert) for place, convert in enumerate(found) if convert is not None],
    )
