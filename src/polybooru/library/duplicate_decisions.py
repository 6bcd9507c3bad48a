"""Accepting a report of a duplicate: the one image is merged into the other.

Apart from `duplicates`, as merging settles the other reports of the image that goes. Neighbours: `merges`.
"""

from polybooru.library.actors import Actor
from polybooru.library.duplicates import DuplicateState, lock_report, settle
from polybooru.library.merges import merge_image
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work


@verb(Acts.DUPLICATE_REPORT)
def accept_duplicate_report(work: Work, actor: Actor, report_id: int) -> None:
    """Merge the image into the one that it was reported to be a duplicate of.

    Raises LoginRequired, NotAllowed, DuplicateReportNotFound, InvalidValue for one that is settled, or images
    that cannot be merged.
    """
    staff_id, found = lock_report(work, actor, report_id)
    merge_image(work, actor, found.image_id, found.duplicate_of_image_id)
    settle(work, staff_id, found, "duplicate.accept", DuplicateState.ACCEPTED)


@verb(Acts.DUPLICATE_REPORT)
def accept_reversed_duplicate_report(work: Work, actor: Actor, report_id: int) -> None:
    """Merge the other way round: what the image was reported to be a duplicate of goes into it.

    Raises LoginRequired, NotAllowed, DuplicateReportNotFound, InvalidValue for one that is settled, or images
    that cannot be merged.
    """
    staff_id, found = lock_report(work, actor, report_id)
    merge_image(work, actor, found.duplicate_of_image_id, found.image_id)
    settle(work, staff_id, found, "duplicate.accept_reversed", DuplicateState.ACCEPTED)
