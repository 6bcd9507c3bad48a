"""What the whole set of an image's tags has to be, at its upload and after every edit.

Source: docs/reference/philomena.md, ratings and forbidden names. Neighbour: `ratings`.
"""

from collections.abc import Collection

from polybooru.library.errors import Fault, FaultCode
from polybooru.library.policy import Policy
from polybooru.library.ratings import rating_faults


def tag_faults(policy: Policy, names: Collection[str]) -> list[Fault]:
    """Broken rules of a final set of tag names, in the order in which they are checked."""
    faults: list[Fault] = []
    if len(names) < policy.min_tags:
        faults.append(Fault(FaultCode.TOO_FEW_TAGS, policy.min_tags))
    if len(names) > policy.max_tags:
        faults.append(Fault(FaultCode.TOO_MANY_TAGS, policy.max_tags))
    faults.extend(Fault(FaultCode.FORBIDDEN_TAG, name) for name in names if name in policy.forbidden_tags)
    return faults + rating_faults(names)
