"""How the command line words what can go wrong."""

from sqlalchemy.exc import DatabaseError, OperationalError

from polybooru.db.schema import UnknownSchema
from polybooru.fetch import FetchFailed
from polybooru.library.dumps.errors import DumpError
from polybooru.library.errors import BooruError, Fault, FaultCode, InvalidValue, Refused
from polybooru.media import MediaError
from polybooru.search.language.fields import QueryError
from polybooru.search.pattern import BudgetSpent, PatternError
from polybooru.settings import SettingsError
from polybooru.store import StoreError


def sentence(error: Exception) -> str | None:
    """What to tell the operator; None for a bug."""
    match error:
        case Refused():
            return refusal(error)
        case QueryError(message=message):
            return message
        case PatternError():
            return str(error)
        case BudgetSpent():
            return "Matching takes too long; the pattern or a text is too large."
        case InvalidValue(field=field, message=message) if message[:1].islower():
            return f"{field} {message}"  # worded to stand beside a field
        case MediaError():
            text = str(error)
            return f"{text[:1].upper()}{text[1:]}."
        case BooruError() | DumpError() | SettingsError() | UnknownSchema() | StoreError() | FetchFailed():
            return str(error)
        case OperationalError():
            return f"The database does not answer: {error.orig}"
        case DatabaseError() if type(error) is DatabaseError:  # its subclasses are bugs of ours
            return f"The database cannot be used: {error.orig}"
        case OSError():
            return f"{error.strerror}: {error.filename}" if error.filename else str(error)
        case _:
            return None


def refusal(error: Refused) -> str:
    """Every broken rule of an upload or an edit, in words."""
    return ", ".join(_words(fault) for fault in error.faults)


def _words(fault: Fault) -> str:
    value = fault.value
    match fault.code:
        case FaultCode.NO_FILE:
            return "there is no file"
        case FaultCode.EMPTY_FILE:
            return "the file is empty"
        case FaultCode.FILE_TOO_LARGE:
            return f"the file is larger than {value} bytes"
        case FaultCode.FILE_NAME_TOO_LONG:
            return f"the file name is longer than {value} bytes"
        case FaultCode.UNSUPPORTED_TYPE:
            return f"this kind of file is not accepted ({value})"
        case FaultCode.CORRUPT_FILE:
            return "the file is damaged"
        case FaultCode.DIMENSIONS_TOO_LARGE:
            return "the picture is too large to process"
        case FaultCode.DURATION_TOO_LONG:
            return f"the video is longer than {value} seconds"
        case FaultCode.BLOCKED_FILE:
            return "this file is not accepted"
        case FaultCode.DUPLICATE_FILE:
            return f"the file is image {value} already"
        case FaultCode.DNP_ARTIST_UPLOAD_ONLY:
            return "its artist wants to upload alone"
        case FaultCode.DNP_NO_EDITS:
            return "its artist wants no edits"
        case FaultCode.DESCRIPTION_TOO_LONG:
            return f"the description is longer than {value} bytes"
        case FaultCode.BAD_SOURCE:
            return "a source is no http or https address"
        case FaultCode.SOURCE_TOO_LONG:
            return f"a source is longer than {value} characters"
        case FaultCode.TOO_MANY_SOURCES:
            return f"there are more than {value} sources"
        case FaultCode.TOO_FEW_TAGS:
            return f"there are fewer than {value} tags"
        case FaultCode.TOO_MANY_TAGS:
            return f"there are more than {value} tags"
        case FaultCode.FORBIDDEN_TAG:
            return f"the tag {value!r} is forbidden"
        case FaultCode.NO_RATING:
            return "there is no rating tag (safe, suggestive, …)"
        case FaultCode.SAFE_AND_OTHER_RATING:
            return "safe goes with no other rating"
        case FaultCode.SEVERAL_SEXUAL_RATINGS:
            return "there are several sexual ratings"
        case FaultCode.SEVERAL_GRIM_RATINGS:
            return "there are several grim ratings"
