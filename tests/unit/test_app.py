"""What composition makes of the settings."""

import dataclasses

from polybooru.app import query_limits
from polybooru.search.language.limits import Limits
from polybooru.settings import QuerySettings, Settings


def test_every_query_limit_is_a_setting_with_the_same_default() -> None:
    names = {field.name for field in dataclasses.fields(Limits)}
    assert {field.name for field in dataclasses.fields(QuerySettings)} >= {f"max_{name}" for name in names}
    assert query_limits(Settings()) == Limits()


def test_every_query_setting_reaches_its_limit() -> None:
    for field in dataclasses.fields(Limits):
        settings = Settings(query=QuerySettings(**{f"max_{field.name}": 7}))
        assert query_limits(settings) == dataclasses.replace(Limits(), **{field.name: 7})
