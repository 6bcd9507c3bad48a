"""How a picture comes in: one verb for every edge.

The file is judged by its content in a limited process, then put into the store and synced, then the row is
committed; only then does the caller learn of success. Whatever is decided before the row leaves nothing
behind but, at worst, a blob that the sweep of `doctor` removes.
"""

import hashlib
import secrets
import shutil
from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import insert, select

from polybooru import media, store
from polybooru.db.full_text import IMAGE_WORDS
from polybooru.db.tables import image_tags, images
from polybooru.library import blobs, jobs
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.approval import consider_verification, is_trusted
from polybooru.library.blocks import is_file_blocked
from polybooru.library.dnp import dnp_faults
from polybooru.library.errors import Fault, FaultCode, StorageFull, UploadRefused
from polybooru.library.failpoints import failpoint
from polybooru.library.happenings import Happening
from polybooru.library.image_sources import insert_sources, source_faults
from polybooru.library.images import whole_seconds
from polybooru.library.library import Library
from polybooru.library.policy import Policy
from polybooru.library.tag_names import clean_tag_list
from polybooru.library.tag_rules import tag_faults
from polybooru.library.tags import Tag, count_images, expand_tags, foreseen_tags
from polybooru.library.texts import storable
from polybooru.library.verbs import Acts, verb
from polybooru.library.words import put_words
from polybooru.library.work import Work
from polybooru.media import MediaType

EVERY_TYPE = frozenset(MediaType)
_HEAD_BYTES = 64 * 1024
_MAX_FETCHED_NAME = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What somebody wants to add.

    file: in the library's scratch folder (see `spooled`), used up by a success; None if there is no file.
    tags: names as people type them, not yet cleaned.
    """

    file: Path | None
    file_name: str | None = None
    tags: Sequence[str] = ()
    description: str = ""
    sources: Sequence[str] = ()
    is_anonymous: bool = False
    accepted_types: Collection[MediaType] = field(default=EVERY_TYPE)


@verb(Acts.THE_LIBRARY)
def upload(library: Library, actor: Actor, wanted: Upload) -> int:
    """Add an image and return its id; all rules are checked and all broken ones reported together.

    Raises LoginRequired, NotAllowed, UploadRefused, StorageFull.
    """
    user_id = require(actor, Permission.UPLOAD)
    names = clean_tag_list(",".join(wanted.tags))
    faults = [*_text_faults(library.policy, wanted)]
    judged = _judge(library, wanted, faults)
    with library.reading() as reading:
        foreseen = foreseen_tags(reading, names)
        faults += tag_faults(library.policy, foreseen) + dnp_faults(reading, user_id, foreseen)
    if faults or judged is None or wanted.file is None:
        raise UploadRefused(faults)
    sha512, md5 = _hashes(wanted.file)
    _refuse_blocked(library, sha512)
    known = _known_as(library, sha512)
    if known is not None:  # spares the store a file; the insert below is what makes sure
        raise UploadRefused([Fault(FaultCode.DUPLICATE_FILE, known)])
    try:
        library.store.put({blobs.original_key(sha512, judged.media_type.format): wanted.file})
    except store.StoreFull as error:
        raise _no_room() from error
    failpoint("upload.after_blob")
    with library.work() as work:
        is_approved = is_trusted(work, library.policy, actor)
        tags = expand_tags(work, names)
        final = [tag.name for tag in tags]
        faults = tag_faults(library.policy, final) + dnp_faults(work, user_id, final)
        if faults:
            raise UploadRefused(faults)
        image_id = _insert(
            work, wanted, judged, sha512=sha512, md5=md5, user_id=user_id, tags=tags, is_approved=is_approved
        )
        failpoint("upload.before_commit")
    failpoint("upload.after_commit")
    return image_id


@contextmanager
def spooled(library: Library, source: BinaryIO | bytes | Path) -> Generator[Path]:
    """The bytes as a file in the scratch folder; removed on leaving, unless an upload used it up.

    Raises StorageFull, OSError for a source that cannot be read.
    """
    path = _new_scratch_file(library)
    try:
        try:
            library.store.check()
        except store.StoreFull as error:
            raise _no_room() from error
        match source:
            case bytes():
                _copy(BytesIO(source), path)
            case Path():
                with source.open("rb") as opened:
                    _copy(opened, path)
            case _:
                _copy(source, path)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _copy(source: BinaryIO, path: Path) -> None:
    try:
        with path.open("wb") as file:
            shutil.copyfileobj(source, file, 1024 * 1024)
    except OSError as error:
        if store.is_full(error):
            raise _no_room() from error
        raise


def _no_room() -> StorageFull:
    return StorageFull("There is no room for the file.")


@contextmanager
def fetched(library: Library, url: str, *, max_redirects: int | None = None) -> Generator[tuple[Path, str]]:
    """The file behind an address, and its name there; fetched through the guard.

    Raises FetchFailed, StorageFull.
    """
    try:
        library.store.check()
        result = library.fetcher.fetch(url, into=library.scratch, max_redirects=max_redirects)
    except store.StoreFull as error:
        raise _no_room() from error
    except OSError as error:
        if store.is_full(error):
            raise _no_room() from error
        raise
    try:
        yield result.path, result.file_name[:_MAX_FETCHED_NAME]
    finally:
        result.path.unlink(missing_ok=True)


def _judge(library: Library, wanted: Upload, faults: list[Fault]) -> media.Probe | None:
    """What the file is; None, with faults added, if it cannot be taken."""
    if wanted.file is None:
        faults.append(Fault(FaultCode.NO_FILE))
        return None
    size_bytes = wanted.file.stat().st_size
    if size_bytes == 0:
        faults.append(Fault(FaultCode.EMPTY_FILE))
        return None
    if size_bytes > library.policy.max_file_bytes:
        faults.append(Fault(FaultCode.FILE_TOO_LARGE, library.policy.max_file_bytes))
        return None
    with wanted.file.open("rb") as file:
        media_type = media.sniff(file.read(_HEAD_BYTES))
    if media_type is not None and media_type not in wanted.accepted_types:
        faults.append(Fault(FaultCode.UNSUPPORTED_TYPE, media_type.mime_type))
        return None
    try:
        return library.decoders.probe(wanted.file)
    except media.MediaError as error:
        faults.append(_media_fault(error))
        return None


def _media_fault(error: media.MediaError) -> Fault:
    match error:
        case media.UnsupportedType(guess=guess):
            return Fault(FaultCode.UNSUPPORTED_TYPE, guess or "application/octet-stream")
        case media.EmptyFile():
            return Fault(FaultCode.EMPTY_FILE)
        case media.TooManyBytes(limit=limit):
            return Fault(FaultCode.FILE_TOO_LARGE, int(limit))
        case media.TooManySeconds(limit=limit):
            return Fault(FaultCode.DURATION_TOO_LONG, int(limit))
        case media.TooLarge():
            return Fault(FaultCode.DIMENSIONS_TOO_LARGE)
        case _:
            # A decoder that crashed or ran out of its limits says as much about the file as a damaged header.
            return Fault(FaultCode.CORRUPT_FILE)


def _text_faults(policy: Policy, wanted: Upload) -> Iterable[Fault]:
    if len(storable(wanted.description).encode()) > policy.max_description_bytes:
        yield Fault(FaultCode.DESCRIPTION_TOO_LONG, policy.max_description_bytes)
    yield from source_faults(policy, wanted.sources)
    if wanted.file_name is not None and len(storable(wanted.file_name).encode()) > policy.max_file_name_bytes:
        yield Fault(FaultCode.FILE_NAME_TOO_LONG, policy.max_file_name_bytes)


def _refuse_blocked(library: Library, sha512: str) -> None:
    with library.reading() as reading:
        is_blocked = is_file_blocked(reading, sha512)
    if is_blocked:
        raise UploadRefused([Fault(FaultCode.BLOCKED_FILE)])


def _known_as(library: Library, sha512: str) -> int | None:
    """Id of the image that was made of the same file, a hidden one too."""
    with library.reading() as reading:
        found: int | None = reading.execute(
            select(images.c.id).where(images.c.orig_sha512_hash == sha512)
        ).scalar_one_or_none()
    return found


def _insert(
    work: Work,
    wanted: Upload,
    judged: media.Probe,
    *,
    sha512: str,
    md5: str,
    user_id: int,
    tags: Sequence[Tag],
    is_approved: bool,
) -> int:
    description = storable(wanted.description)
    row = _row(wanted, judged, sha512, user_id, whole_seconds(work.now))
    row |= {"description": description, "is_approved": is_approved, "md5_hash": md5}
    image_id = work.execute(
        work.insert(images)
        .values(row)
        .on_conflict_do_nothing(index_elements=["orig_sha512_hash"])
        .returning(images.c.id)
    ).scalar_one_or_none()
    if image_id is None:  # somebody else was faster with the same file
        known = select(images.c.id).where(images.c.orig_sha512_hash == sha512)
        raise UploadRefused([Fault(FaultCode.DUPLICATE_FILE, work.execute(known).scalar_one())])
    work.execute(insert(image_tags), [{"image_id": image_id, "tag_id": tag.id} for tag in tags])
    insert_sources(work, image_id, list(dict.fromkeys(wanted.sources)))
    put_words(work, IMAGE_WORDS, image_id, description=description)
    if is_approved:
        count_images(work, [tag.id for tag in tags], 1)
        consider_verification(work, user_id)
        work.told(Happening.IMAGE_CREATED, image_id)
    jobs.enqueue(work, jobs.REPRESENT, image_id)
    work.changed("image", image_id)
    return int(image_id)


def _row(
    wanted: Upload, judged: media.Probe, sha512: str, user_id: int, moment: datetime
) -> dict[str, object]:
    return {
        "created_at": moment,
        "updated_at": moment,
        "first_seen_at": moment,
        "uploader_id": user_id,
        "is_anonymous": wanted.is_anonymous,
        "file_name": None if wanted.file_name is None else storable(wanted.file_name),
        "mime_type": judged.media_type.mime_type,
        "format": judged.media_type.format,
        "width_px": judged.width,
        "height_px": judged.height,
        "size_bytes": judged.size_bytes,
        "orig_size_bytes": judged.size_bytes,
        "duration_seconds": judged.duration_seconds if judged.is_animated else 0.0,
        "is_animated": judged.is_animated,
        "sha512_hash": sha512,
        "orig_sha512_hash": sha512,
        "blob": sha512,
    }


def _hashes(path: Path) -> tuple[str, str]:
    """SHA-512 and MD5."""
    sha512, md5 = hashlib.sha512(), hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(1024 * 1024):
            sha512.update(piece)
            md5.update(piece)
    return sha512.hexdigest(), md5.hexdigest()


def _new_scratch_file(library: Library) -> Path:
    return library.scratch / f"upload-{secrets.token_hex(12)}"
