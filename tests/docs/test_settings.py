"""docs/reference/settings.md lists every setting with its default."""

import json

from tests.docs.reference import code, rows

from polybooru.settings import Settings, leaves


def documented() -> dict[str, str]:
    cells = [row.cells for row in rows("settings.md") if len(row.cells) == 3 and row.cells[0] != "Setting"]
    return {code(name)[0]: code(default)[0] for name, default, _ in cells}


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    assert documented() == {".".join(names): json.dumps(default) for names, default in leaves(Settings)}
