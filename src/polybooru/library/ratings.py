"""Rating tags and the rules on combining them. Source: docs/reference/philomena.md, ratings."""

from collections.abc import Collection

from polybooru.library.errors import Fault, FaultCode

SEXUAL = frozenset({"suggestive", "questionable", "explicit"})
GRIM = frozenset({"semi-grimdark", "grimdark"})
RATINGS = frozenset({"safe", "grotesque"}) | SEXUAL | GRIM


def rating_faults(tag_names: Collection[str]) -> list[Fault]:
    """Broken rating rules of a final set of tag names, in the order in which they are checked."""
    given = RATINGS.intersection(tag_names)
    faults: list[Fault] = []
    if not given:
        faults.append(Fault(FaultCode.NO_RATING))
    if "safe" in given and len(given) > 1:
        faults.append(Fault(FaultCode.SAFE_AND_OTHER_RATING))
    if len(given & SEXUAL) > 1:
        faults.append(Fault(FaultCode.SEVERAL_SEXUAL_RATINGS))
    if len(given & GRIM) > 1:
        faults.append(Fault(FaultCode.SEVERAL_GRIM_RATINGS))
    return faults


UNSAFE = RATINGS - {"safe", "suggestive"}
"""What is shown to nobody who has not asked for it: an image with one of these is not safe for work."""
