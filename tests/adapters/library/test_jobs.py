"""Unfinished work: leases, failures, and several takers, on both databases."""

import fcntl
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.libraries import Clock, Place, add_person, add_upload, png, wrong_counters

from polybooru.library import blobs, jobs
from polybooru.library.images import find_image
from polybooru.library.jobs import Job
from polybooru.library.library import Library
from polybooru.library.representations import process_again, represent
from polybooru.worker.loop import Worker

KIND = "represent"


def enqueue(library: Library, *object_ids: int) -> None:
    with library.work() as work:
        for object_id in object_ids:
            jobs.enqueue(work, KIND, object_id)


def take(library: Library, limit: int = 1, **facts) -> list[Job]:
    with library.work() as work:
        return jobs.take(work, KIND, limit=limit, lease_seconds=60, **facts)


def parked(library: Library) -> list[tuple[int, int, str]]:
    with library.reading() as reading:
        return [(j.object_id, j.attempts, j.reason) for j in jobs.parked_jobs(reading, KIND)]


def waiting(library: Library) -> int:
    with library.reading() as reading:
        return jobs.count_waiting(reading, KIND)


def test_jobs_are_taken_oldest_first_and_no_more_than_asked(library: Library) -> None:
    enqueue(library, 5, 3, 9)
    assert [(j.object_id, j.attempts) for j in take(library, 2)] == [(5, 1), (3, 1)]
    assert [j.object_id for j in take(library, 2)] == [9]
    assert take(library) == []


def test_asking_twice_means_once(library: Library) -> None:
    enqueue(library, 5, 5)
    enqueue(library, 5)
    assert waiting(library) == 1
    [job] = take(library)
    with library.work() as work:
        jobs.finish(work, job)
    assert waiting(library) == 0


def test_one_objects_job_can_be_asked_for(library: Library) -> None:
    enqueue(library, 1, 2)
    assert [j.object_id for j in take(library, 5, object_id=2)] == [2]
    assert take(library, object_id=3) == []


def test_a_lease_that_ran_out_frees_the_job_and_its_attempt_counts(library: Library, clock: Clock) -> None:
    enqueue(library, 1)
    take(library)
    clock.go_on(60)
    assert take(library) == []
    clock.go_on(1)
    [job] = take(library)
    assert job.attempts == 2


def test_a_renewed_lease_lasts_from_then(library: Library, clock: Clock) -> None:
    enqueue(library, 1)
    [job] = take(library)
    clock.go_on(50)
    with library.work() as work:
        jobs.renew(work, [job.id], lease_seconds=60)
    clock.go_on(50)
    assert take(library) == []
    with library.reading() as reading:
        assert jobs.free_kinds(reading, (KIND, jobs.ERASE)) == set()


def test_kinds_with_a_job_to_take_are_told_at_once(library: Library, clock: Clock) -> None:
    enqueue(library, 1)
    with library.work() as work:
        jobs.enqueue(work, jobs.ERASE, 7)
    kinds = (jobs.DESTROY, KIND, jobs.ERASE)
    with library.reading() as reading:
        assert jobs.free_kinds(reading, kinds) == {KIND, jobs.ERASE}
    take(library)
    with library.reading() as reading:
        assert jobs.free_kinds(reading, kinds) == {jobs.ERASE}
    clock.go_on(3_600)  # the lease has run out
    with library.reading() as reading:
        assert jobs.free_kinds(reading, kinds) == {KIND, jobs.ERASE}


def test_a_job_that_fails_is_tried_again_and_then_parked_with_its_reason(library: Library) -> None:
    enqueue(library, 1)
    for attempt, ends in ((1, False), (2, True)):
        [job] = take(library)
        assert job.attempts == attempt
        with library.work() as work:
            assert jobs.give_back(work, job, f"broken {attempt}", max_attempts=2) is ends
    assert parked(library) == [(1, 2, "broken 2")]
    assert (take(library), waiting(library)) == ([], 0)
    with library.work() as work:
        jobs.unpark(work, KIND, [1])
    assert [job.attempts for job in take(library)] == [1]
    assert parked(library) == []


def test_asking_anew_for_a_parked_job_starts_over(library: Library) -> None:
    enqueue(library, 1)
    [job] = take(library)
    with library.work() as work:
        jobs.give_back(work, job, "broken", max_attempts=1)
    enqueue(library, 1)
    assert [job.attempts for job in take(library)] == [1]


def test_a_job_given_back_untried_does_not_count(library: Library) -> None:
    enqueue(library, 1)
    [job] = take(library)
    with library.work() as work:
        jobs.release(work, job)
    assert [job.attempts for job in take(library)] == [1]


def test_who_lost_the_lease_cannot_give_the_job_back(library: Library, clock: Clock) -> None:
    enqueue(library, 1)
    [late] = take(library)
    clock.go_on(61)
    [job] = take(library)
    with library.work() as work:
        assert not jobs.give_back(work, late, "too late", max_attempts=1)
        jobs.release(work, late)
    assert (take(library), parked(library)) == ([], [])
    with library.work() as work:
        jobs.finish(work, job)


def test_the_only_worker_frees_the_leases_of_its_predecessor(library: Library) -> None:
    enqueue(library, 1, 2)
    take(library, 2)
    with library.work() as work:
        jobs.free_leases(work, KIND)
    assert len(take(library, 2)) == 2


def test_two_takers_never_share_a_job(place: Place) -> None:
    with place.library(is_loaded=False) as here, place.library(is_loaded=False) as there:
        enqueue(here, *range(60))

        def take_all(library: Library) -> list[int]:
            taken: list[int] = []
            while found := take(library, 3):
                taken += [job.object_id for job in found]
            return taken

        with ThreadPoolExecutor(4) as pool:
            parts = list(pool.map(take_all, [here, there, here, there]))
    # On PostgreSQL a taker passes over what others have locked, and may find nothing while they commit.
    assert sorted(object_id for part in parts for object_id in part) == list(range(60))


@pytest.fixture
def image_id(library: Library) -> int:
    return add_upload(library, add_person(library, "alice"), content=png(300, 200))


def stored(library: Library) -> dict[str, bytes]:
    return {key: library.store.path(key).read_bytes() for key in library.store.keys()}  # noqa: SIM118


def test_representing_twice_gives_the_same_files_and_the_same_row(library: Library, image_id: int) -> None:
    [job] = take(library)
    represent(library, job)
    with library.reading() as reading:
        first = find_image(reading, image_id)
    files = stored(library)
    assert first.is_processed
    assert first.thumbnails_generated
    assert first.intensities is not None
    assert {key.rpartition("/")[2] for key in files} >= {"original.png", "thumb.png", "thumb_tiny.png"}
    represent(library, job)  # by a worker whose lease ran out
    with library.work() as work:
        process_again(work, image_id)
    with library.reading() as reading:
        assert not find_image(reading, image_id).is_processed
    [job] = take(library)
    represent(library, job)
    with library.reading() as reading:
        assert find_image(reading, image_id) == first
    assert stored(library) == files
    assert waiting(library) == 0
    assert list(library.scratch.iterdir()) == []
    assert library.replica.differences() == []


def test_a_job_of_no_image_ends(library: Library) -> None:
    enqueue(library, 4711)
    [job] = take(library)
    represent(library, job)
    assert waiting(library) == 0


def test_the_worker_works_off_all_and_parks_what_it_cannot(place: Place, library: Library) -> None:
    alice = add_person(library, "alice")
    ids = [add_upload(library, alice, content=png(60, 60, colour=n)) for n in range(3)]
    with library.reading() as reading:
        broken = find_image(reading, ids[1])
    library.store.path(blobs.original_key(broken.blob, "png")).write_bytes(png(60, 60)[:60])
    ended: list[None] = []
    worker = Worker(library, at_once=2, lock=place.folder / "worker.lock")
    worker.run(until_idle=True, after_each=lambda: ended.append(None))
    assert len(ended) == 4  # the broken one twice
    assert [(object_id, attempts) for object_id, attempts, _ in parked(library)] == [(ids[1], 2)]
    assert waiting(library) == 0
    with library.reading() as reading:
        assert [find_image(reading, i).is_processed for i in ids] == [True, False, True]
    assert list(library.scratch.iterdir()) == []
    assert wrong_counters(library) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_frees_the_leases_of_a_dead_one_but_not_those_of_a_living_one(
    place: Place, library: Library
) -> None:
    enqueue(library, 4711)
    take(library)
    lock = place.folder / "worker.lock"
    with lock.open("w") as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        Worker(library, at_once=1, lock=lock).run(until_idle=True)
    assert waiting(library) == 1
    for _ in range(2):  # the second finds that the first has let go of the lock
        Worker(library, at_once=1, lock=lock).run(until_idle=True)
        assert waiting(library) == 0
        enqueue(library, 4712)
        take(library)
