"""The file that clients complete tags from without asking: all names, sorted, with what goes with them.

Little-endian. First the tags: length of the name (a byte), the name, number of associations (a byte), their
tag ids (32 bits each); then zeros to a multiple of four; for each tag, in order, where it begins and its
images, or -1 less the place of the tag whose other name it is; the places of all tags in the order of their
names without namespaces; last the version, where the references begin, and the number of tags.
Source: docs/reference/philomena.md, compiled autocomplete.
"""

from collections.abc import Callable, Sequence
from struct import pack

from polybooru.library.associated_tags import UsedTag, associated_tags, most_used_tags
from polybooru.library.library import Library

MOST_TAGS = 50_000
MOST_ASSOCIATIONS = 8
_VERSION = 2
_LONGEST_BYTES = 254
_MOST_IMAGES = 2**31 - 1


def compiled(tags: Sequence[UsedTag], associated: Callable[[int], Sequence[int]]) -> bytes:
    """The file of these tags. associated: ids of the tags that go with one; not asked for aliases."""
    named = [(tag.name.encode(), tag) for tag in tags]
    ordered = sorted(((name, tag) for name, tag in named if len(name) <= _LONGEST_BYTES), key=_name)
    places = {tag.id: place for place, (_, tag) in enumerate(ordered)}
    ordered = [(name, tag) for name, tag in ordered if tag.alias_of is None or tag.alias_of in places]
    places = {tag.id: place for place, (_, tag) in enumerate(ordered)}
    body, references = bytearray(), bytearray()
    for name, tag in ordered:
        ids = [] if tag.alias_of is not None else [*associated(tag.id)][:MOST_ASSOCIATIONS]
        meta = min(tag.image_count, _MOST_IMAGES) if tag.alias_of is None else -places[tag.alias_of] - 1
        references += pack("<Ii", len(body), meta)
        body += pack(f"<B{len(name)}sB{len(ids)}I", len(name), name, len(ids), *ids)
    body += bytes(4 - len(body) % 4)
    by_own_name = sorted(range(len(ordered)), key=lambda place: ordered[place][1].name_in_namespace.encode())
    secondary = pack(f"<{len(by_own_name)}I", *by_own_name)
    return bytes(body + references) + secondary + pack("<III", _VERSION, len(body), len(ordered))


def compile_tags(library: Library) -> bytes:
    """The file of a library whose index is loaded."""
    with library.reading() as reading:
        tags = most_used_tags(reading, MOST_TAGS)
    uses = {tag.id: tag.image_count for tag in tags if tag.alias_of is None}
    return compiled(tags, lambda tag_id: associated_tags(library, tag_id, uses, MOST_ASSOCIATIONS))


def _name(pair: tuple[bytes, UsedTag]) -> bytes:
    return pair[0]
