"""Uploads."""

from tests.adapters.verbs.recipe import Made, Recipe, recipe
from tests.adapters.verbs.world import World
from tests.libraries import SAFE, png

from polybooru.library.uploads import Upload


def _new(world: World) -> Upload:
    path = world.library.scratch / "new"  # used up by a success, written over otherwise
    path.write_bytes(png())
    return Upload(
        file=path, file_name="cat.png", tags=SAFE, description="a cat", sources=["https://example.org/1"]
    )


RECIPES: dict[str, Recipe] = {"upload": recipe(Made(_new))}
