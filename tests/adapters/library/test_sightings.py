"""How often images were given, on both databases."""

import pytest
from sqlalchemy import select
from tests.libraries import Place, add_image

from polybooru.db.tables import sightings
from polybooru.library.errors import Unavailable
from polybooru.library.library import Library
from polybooru.library.sightings import Sightings


def stored(library: Library) -> dict[int, int]:
    with library.reading() as reading:
        return {row.image_id: row.times for row in reading.execute(select(sightings))}


def test_nothing_is_written_until_it_is_saved(library: Library) -> None:
    ids = [add_image(library) for _ in range(3)]
    seen = Sightings(library)
    assert seen.of(ids) == [0, 0, 0]
    assert seen.saw(ids[:2]) == [1, 1]
    assert seen.saw(ids[1:]) == [2, 1]
    assert stored(library) == {}
    seen.save()
    assert stored(library) == {ids[0]: 1, ids[1]: 2, ids[2]: 1}
    assert seen.saw(ids) == [2, 3, 2]
    seen.save()
    seen.save()
    assert stored(library) == {ids[0]: 2, ids[1]: 3, ids[2]: 2}


def test_processes_add_up(place: Place) -> None:
    with place.library() as here, place.library() as there:
        image_id = add_image(here)
        ours, theirs = Sightings(here), Sightings(there)
        assert (ours.saw([image_id]), theirs.saw([image_id]), theirs.saw([image_id])) == ([1], [1], [2])
        ours.save()
        theirs.save()
        assert theirs.of([image_id]) == [3]
        ours.saw([image_id])
        ours.save()
        assert ours.of([image_id]) == [4]
        assert stored(here) == {image_id: 4}


def test_what_could_not_be_saved_is_saved_later(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = add_image(library)
    seen = Sightings(library)
    seen.saw([image_id, image_id])
    with monkeypatch.context() as away:
        away.setattr(library, "work", _unavailable)
        with pytest.raises(Unavailable):
            seen.save()
    assert stored(library) == {}
    seen.saw([image_id])
    seen.save()
    assert stored(library) == {image_id: 3}


def _unavailable() -> None:
    raise Unavailable("The database does not answer.")
