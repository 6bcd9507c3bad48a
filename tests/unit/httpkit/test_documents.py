from polybooru.db import Change
from polybooru.httpkit.documents import DocumentCache

DIALECT = "one"


def kept(cache: DocumentCache, ids: range, dialect: str = DIALECT) -> list[int]:
    found = cache.get_many(dialect, ids)
    return [image_id for image_id, document in zip(ids, found, strict=True) if document is not None]


def filled(ids: range, *, room_for: int) -> DocumentCache:
    cache = DocumentCache(10 * room_for)
    for image_id in ids:
        cache.put_many(DIALECT, {image_id: b"%010d" % image_id})
    return cache


def test_documents_come_in_the_order_of_the_ids() -> None:
    cache = filled(range(3), room_for=10)

    assert cache.get_many(DIALECT, [2, 7, 0]) == [b"0000000002", None, b"0000000000"]


def test_a_document_of_one_dialect_is_none_of_another() -> None:
    assert kept(filled(range(3), room_for=10), range(3), "another") == []


def test_everything_is_kept_while_there_is_room() -> None:
    assert kept(filled(range(10), room_for=10), range(10)) == [*range(10)]


def test_room_is_made_by_the_oldest() -> None:
    assert kept(filled(range(13), room_for=10), range(13)) == [*range(3, 13)]


def test_what_is_asked_for_stays_longer() -> None:
    cache = filled(range(11), room_for=10)  # the first is gone, all others are now old

    assert kept(cache, range(1, 4)) == [1, 2, 3]
    cache.put_many(DIALECT, {image_id: b"%010d" % image_id for image_id in range(20, 26)})

    assert kept(cache, range(30)) == [1, 2, 3, 10, *range(20, 26)]


def test_a_document_put_again_takes_the_place_of_the_earlier_one() -> None:
    cache = filled(range(10), room_for=10)

    for _ in range(5):
        cache.put_many(DIALECT, {4: b"different."})

    assert kept(cache, range(10)) == [*range(10)]
    assert cache.get_many(DIALECT, [4]) == [b"different."]


def test_a_changed_image_is_dropped_wherever_it_is() -> None:
    cache = filled(range(11), room_for=10)
    kept(cache, range(1, 4))

    cache.follow([Change("image", 2), Change("interaction", 7, user_id=1), Change("image_tags", 9)])

    assert kept(cache, range(11)) == [1, 3, 4, 5, 6, 8, 10]
    cache.put_many(DIALECT, {n: b"%010d" % n for n in (2, 7, 9)})
    assert len(kept(cache, range(11))) == 10, "what was dropped gave its room back"


def test_a_changed_tag_drops_everything() -> None:
    cache = filled(range(11), room_for=10)

    cache.follow([Change("tag", 1)])

    assert kept(cache, range(11)) == []
    cache.put_many(DIALECT, {image_id: b"%010d" % image_id for image_id in range(10)})
    assert kept(cache, range(10)) == [*range(10)]


def test_a_change_of_another_thing_with_the_number_of_an_image_drops_nothing() -> None:
    cache = filled(range(11), room_for=10)
    before = kept(cache, range(11))

    cache.follow([Change(kind, 3) for kind in ("comment", "gallery", "post", "topic", "forum", "filter")])

    assert kept(cache, range(11)) == before


def test_one_that_is_larger_than_the_cache_pushes_nobody_out() -> None:
    cache = filled(range(5), room_for=5)

    cache.put_many(DIALECT, {3: b"x" * 51, 9: b"x" * 51})

    assert kept(cache, range(10)) == [0, 1, 2, 4], "what it was to take the place of is stale all the same"
