"""Long work on tags: step after step, each a short transaction, by the worker or by whoever waits for it.

A step finds in the rows what is left to do; so the work goes on after a kill, and whoever takes the job next
needs nothing of the one before. Between two steps others get their turn to write.
"""

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from polybooru.library import jobs
from polybooru.library.account_deletion import erase_some
from polybooru.library.failpoints import failpoint
from polybooru.library.library import Library
from polybooru.library.tag_batches import go_on_with_batch
from polybooru.library.tag_deletion import delete_some
from polybooru.library.tag_moves import move_some_taggings
from polybooru.library.work import Work

STEPS: Mapping[str, Callable[[Work, int], bool]] = MappingProxyType(
    {
        jobs.MOVE_TAGGINGS: move_some_taggings,
        jobs.DELETE_TAG: delete_some,
        jobs.TAG_BATCH: go_on_with_batch,
        jobs.ERASE: erase_some,
    }
)
"""By kind of job; each returns whether there may be more to do."""
SLICE_SECONDS = 1.0
_LEAST_PAUSE_SECONDS = 0.005
_LOOK_AGAIN_SECONDS = 0.2


def go_on(library: Library, job: jobs.Job, *, seconds: float = SLICE_SECONDS) -> bool:
    """Work at a taken job for about so long, then give it back; whether it is done."""
    end = time.monotonic() + seconds
    while True:
        with library.work() as work:
            began = time.monotonic()
            has_more = STEPS[job.kind](work, job.object_id)
            is_over = has_more and began >= end
            if not has_more:
                jobs.finish_unless_asked_again(work, job)
            elif is_over:
                jobs.release(work, job)
            held_seconds = time.monotonic() - began
        failpoint("tag_job.after_step")
        if is_over or not has_more:
            return not has_more
        # Nothing queues fairly for SQLite's one lock: another process looks now and then whether it is free.
        time.sleep(held_seconds + _LEAST_PAUSE_SECONDS)


def bring_to_end(
    library: Library, kind: str, object_id: int, *, after_each: Callable[[], None] = lambda: None
) -> None:
    """Work until there is no such job, or wait for whoever has it; after_each: of some second's work.

    Raises Unavailable.
    """
    while True:
        with library.work() as work:
            lease_seconds = library.policy.job_lease_seconds
            taken = jobs.take(work, kind, limit=1, lease_seconds=lease_seconds, object_id=object_id)
        for job in taken:
            go_on(library, job)
        after_each()
        with library.reading() as reading:
            if not jobs.is_waiting(reading, kind, object_id):
                return
        if not taken:
            time.sleep(_LOOK_AGAIN_SECONDS)
