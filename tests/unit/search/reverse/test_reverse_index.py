"""The reverse index against a plain look at every image."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybooru.search.reverse import Fingerprint, Matches, ReverseIndex

BRIGHTNESS = st.one_of(
    st.sampled_from([0.0, 199.25, 200.0, 200.75, 201.999999, 202.0, 254.0, 255.0, 1020.0]),
    st.integers(0, 255_000_000).map(lambda level: level / 1_000_000),
)
ASPECT = st.sampled_from([0.0, 0.5, 0.75, 1.0, 1.25, 4 / 3, 1.5, 2.0])
HASH = st.one_of(st.integers(0, 2**64 - 1), st.sampled_from([0, 1, 3, 2**63, 2**64 - 1, 0xFFFF]))
FINGERPRINT = st.builds(
    Fingerprint,
    intensities=st.tuples(BRIGHTNESS, BRIGHTNESS, BRIGHTNESS, BRIGHTNESS),
    aspect_ratio=ASPECT,
    perceptual_hash=HASH,
)
DISTANCE = st.sampled_from([0.0, 0.05, 0.1, 0.25, 0.7, 1.0])
STEP = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 40), FINGERPRINT),
    st.tuples(st.just("discard"), st.integers(0, 50), st.none()),
    st.tuples(st.just("fold"), st.just(0), st.none()),
    st.tuples(st.just("restore"), st.just(0), st.none()),
)


def loaded(pictures: dict[int, Fingerprint]) -> ReverseIndex:
    index = ReverseIndex()
    index.load(
        np.array(list(pictures), np.int64),
        np.array([found.intensities for found in pictures.values()], np.float64),
        np.array([found.aspect_ratio for found in pictures.values()], np.float64),
        np.array([found.perceptual_hash for found in pictures.values()], np.uint64),
    )
    return index


def nearest(pictures: dict[int, Fingerprint], wanted: Fingerprint, distance: float, limit: int) -> Matches:
    """The rule of the dialect, word for word, in millionths."""
    found = []
    for image_id, known in pictures.items():
        apart = [
            round(a * 1e6) - round(b * 1e6)
            for a, b in zip(known.intensities, wanted.intensities, strict=True)
        ]
        stretched = known.aspect_ratio - wanted.aspect_ratio
        if max(map(abs, apart)) <= round(3e6 * distance) and abs(stretched) <= distance:
            squares = float(sum(difference**2 for difference in apart))
            found.append((squares / 1e12 + stretched**2, image_id))
    return Matches(ids=[image_id for _, image_id in sorted(found)[:limit]], total=len(found))


def closest(pictures: dict[int, Fingerprint], wanted: int, bits: int, limit: int) -> Matches:
    found = sorted(
        (differing, image_id)
        for image_id, known in pictures.items()
        if (differing := (known.perceptual_hash ^ wanted).bit_count()) <= bits
    )
    return Matches(ids=[image_id for _, image_id in found[:limit]], total=len(found))


@settings(max_examples=60, deadline=None)
@given(
    start=st.dictionaries(st.integers(0, 40), FINGERPRINT, max_size=30),
    steps=st.lists(STEP, max_size=25),
    wanted=FINGERPRINT,
    distance=DISTANCE,
    bits=st.integers(0, 64),
    limit=st.integers(1, 6),
)
def test_it_finds_what_a_look_at_every_image_finds_after_any_changes(
    start: dict[int, Fingerprint], steps, wanted: Fingerprint, distance: float, bits: int, limit: int
) -> None:
    index, known = loaded(start), dict(start)
    for what, image_id, found in steps:
        match what:
            case "put":
                index.put(image_id, found)
                known[image_id] = found
            case "discard":
                index.discard(image_id)
                known.pop(image_id, None)
            case "fold":
                index.dump()
            case _:
                kept = index.dump()
                index = ReverseIndex()
                index.restore(kept)
    assert index.ids.tolist() == sorted(known)
    for picture in [wanted, *list(known.values())[:3]]:
        by_brightness = index.near_picture(
            picture.intensities, picture.aspect_ratio, distance=distance, limit=limit
        )
        assert by_brightness == nearest(known, picture, distance, limit)
        by_hash = index.near_hash(picture.perceptual_hash, bits=bits, limit=limit)
        assert by_hash == closest(known, picture.perceptual_hash, bits, limit)
    for image_id, found in known.items():
        assert index.holds(image_id, found)
        assert not index.holds(image_id, Fingerprint(**{**fields(found), "aspect_ratio": 9.0}))


def fields(found: Fingerprint) -> dict:
    return {
        "intensities": found.intensities,
        "aspect_ratio": found.aspect_ratio,
        "perceptual_hash": found.perceptual_hash,
    }


@pytest.fixture(scope="module")
def library() -> dict[int, Fingerprint]:
    """Clusters of nearly the same picture, of recent copies, and of the very same one."""
    rng = np.random.default_rng(7)
    middles, hashes = rng.uniform(0, 255, (40, 4)), rng.integers(0, 2**63, 40, dtype=np.uint64)
    pictures: dict[int, Fingerprint] = {}
    for image_id in rng.permutation(4_000).tolist():
        which = image_id % 40
        bright = np.clip(middles[which] + rng.normal(0, 0.5, 4) * (which > 3), 0, 255).round(6)
        flipped = sum(1 << bit for bit in set(rng.integers(0, 64, 4 + which % 9).tolist()))
        pictures[image_id] = Fingerprint(
            intensities=tuple(bright.tolist()),
            aspect_ratio=1.0 + 0.1 * (image_id % 3),
            perceptual_hash=int(hashes[which]) ^ (flipped if which > 3 else 0),
        )
    return pictures


@pytest.mark.parametrize("image_id", [0, 5, 77, 1_234])
def test_nearly_equal_pictures_are_told_apart_and_counted(library, image_id: int) -> None:
    index, wanted = loaded(library), library[image_id]
    for distance in (0.0, 0.05, 0.25, 1.0):
        found = index.near_picture(wanted.intensities, wanted.aspect_ratio, distance=distance, limit=10)
        assert found == nearest(library, wanted, distance, 10)
        assert distance < 0.25 or found.total >= 10
    for bits in (0, 3, 4, 5, 7, 10, 12, 15, 16, 20):
        found = index.near_hash(wanted.perceptual_hash, bits=bits, limit=10)
        assert found == closest(library, wanted.perceptual_hash, bits, 10)


def test_equal_pictures_come_by_id() -> None:
    same = Fingerprint(intensities=(1.0, 2.0, 3.0, 4.0), aspect_ratio=1.0, perceptual_hash=5)
    index = loaded(dict.fromkeys((9, 3, 7), same))
    for image_id in (8, 1):
        index.put(image_id, same)
    assert index.near_picture(same.intensities, 1.0, distance=0, limit=4) == Matches(
        ids=[1, 3, 7, 8], total=5
    )
    assert index.near_hash(5, bits=0, limit=3) == Matches(ids=[1, 3, 7], total=5)


def test_what_is_known_already_changes_nothing(library) -> None:
    index = loaded(library)
    before = index.memory_bytes()
    for image_id, found in library.items():
        index.put(image_id, found)
    assert index.memory_bytes() == before


def test_one_picture_a_million_times_is_looked_at_in_portions() -> None:
    count = 200_000
    index = ReverseIndex()
    index.load(
        np.arange(count, 0, -1), np.full((count, 4), 200.5), np.ones(count), np.full(count, 7, np.uint64)
    )
    wanted = (200.5, 200.5, 200.5, 200.5)
    assert index.near_picture(wanted, 1.0, distance=1.0, limit=3) == Matches(ids=[1, 2, 3], total=count)
    assert index.near_hash(7, bits=10, limit=3) == Matches(ids=[1, 2, 3], total=count)


@pytest.mark.slow
def test_a_full_tail_becomes_a_new_base() -> None:
    index, count = ReverseIndex(), 70_000
    for image_id in range(count):
        level = image_id / 1_000
        index.put(
            image_id,
            Fingerprint(intensities=(level,) * 4, aspect_ratio=1.0, perceptual_hash=image_id),
        )
    assert index.ids.tolist() == list(range(count))
    assert index.near_picture((40.0,) * 4, 1.0, distance=0.001, limit=9).ids == [
        40_000,
        39_999,
        40_001,
        39_998,
        40_002,
        39_997,
        40_003,
    ]
    assert index.near_hash(69_999, bits=0, limit=1).ids == [69_999]


def test_arrays_of_something_else_are_refused(library) -> None:
    kept = loaded(library).dump()
    for name, array in kept.items():
        for other in (array[:-1], array.astype(np.float32)):
            with pytest.raises(ValueError):
                ReverseIndex().restore(kept | {name: other})
        with pytest.raises(KeyError):
            ReverseIndex().restore({key: value for key, value in kept.items() if key != name})


def test_searching_beside_changes_is_safe(library) -> None:
    """Whatever another thread does meanwhile, images that it does not touch are found as ever."""
    index = loaded(library)
    touched = {image_id for image_id in library if image_id % 3 == 0}
    stop = threading.Event()
    failed: list[BaseException] = []

    def change() -> None:
        try:
            while not stop.is_set():
                for image_id in touched:
                    index.discard(image_id)
                for image_id in touched:
                    index.put(image_id, library[image_id])
                index.dump()
        except BaseException as error:
            failed.append(error)
            raise

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for image_id in [image_id for image_id in library if image_id not in touched][:150]:
            wanted = library[image_id]
            near = index.near_picture(wanted.intensities, wanted.aspect_ratio, distance=0, limit=4_000).ids
            close = index.near_hash(wanted.perceptual_hash, bits=0, limit=4_000).ids
            for found in (near, close):
                assert image_id in found
                assert len(set(found)) == len(found)
    finally:
        stop.set()
        changing.join()
    assert failed == []
