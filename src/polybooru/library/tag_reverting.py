"""What is left of a history of edits when some of them are taken back. Pure functions.

A change *stands* unless a change that stands has reverted it. The state of a tag on an image is what the last
standing change says that is no revert itself; with none left, it is as it was before the first one. A tag of
which the last standing change stays the same is left alone: a later edit has decided about it.
Why: docs/decisions/0024-what-a-revert-means.md
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One recorded change of one image. tags: by id, whether it was added."""

    id: int
    is_revert: bool
    reverted_by_id: int | None
    tags: Mapping[int, bool]


def standing(history: Sequence[Past], reverted: Collection[int] = ()) -> set[int]:
    """Ids of the changes that stand; reverted: those that somebody takes back now. history: by id."""
    found = set[int]()
    for change in reversed(history):  # whatever reverted it came later
        if change.id not in reverted and change.reverted_by_id not in found:
            found.add(change.id)
    return found


def states_after(history: Sequence[Past], reverted: Collection[int]) -> dict[int, bool]:
    """Whether the image has the tag, for each tag about which something changes. history: by id."""
    before, after = standing(history), standing(history, reverted)
    edits = [change for change in history if not change.is_revert]
    switched = [change for change in edits if (change.id in before) is not (change.id in after)]
    states: dict[int, bool] = {}
    for tag_id in {tag_id for change in switched for tag_id in change.tags}:
        about = [change for change in edits if tag_id in change.tags]
        decisive, decisive_now = _last_among(about, before), _last_among(about, after)
        if decisive is not decisive_now:
            first = about[0].tags[tag_id]
            states[tag_id] = not first if decisive_now is None else decisive_now.tags[tag_id]
    return states


def _last_among(changes: Sequence[Past], ids: Collection[int]) -> Past | None:
    return next((change for change in reversed(changes) if change.id in ids), None)
