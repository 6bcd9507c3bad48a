"""PostgreSQL's SIMILAR TO says the same where the document follows it: `%` may be nothing, and no escapes."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import text as sql
from tests.databases import PostgresqlServer
from tests.patterns import texts, written

from polybooru.db import Database
from polybooru.search.pattern import Automaton, Budget, Percent, lowered, parse

ASK = sql(
    "select lower(t) similar to lower(:pattern)"
    " from unnest(cast(:texts as text[])) with ordinality as given(t, n) order by n"
)


@pytest.fixture
def database(postgresql_server: PostgresqlServer, postgresql_template: str) -> Iterator[Database]:
    with postgresql_server.fresh_database(postgresql_template) as url:
        database = Database(url)
        yield database
        database.close()


def test_random_patterns_match_as_in_the_database(database: Database) -> None:
    chance = random.Random(12)
    matching = 0
    with database.engine.connect() as connection:
        for _ in range(600):
            pattern = written(chance, some="").pattern
            automaton = Automaton(parse(pattern, Percent.ZERO_OR_MORE), Budget(30))
            asked = texts(chance, 20)
            expected = connection.execute(ASK, {"pattern": pattern, "texts": asked}).scalars().all()
            assert [automaton.matches(lowered(each)) for each in asked] == expected, (pattern, asked)
            matching += sum(expected)
    assert matching > 500
