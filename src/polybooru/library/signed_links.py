"""Addresses of files that are good for a while: a signature says for which image and until when.

It says nothing of whether the image may be seen: that is asked each time the address is.
"""

import hashlib
import hmac

_SIGNATURE_BYTES = 16
_LATEST = 2**48  # seconds since 1970; what is later is no time


class SignedLinks:
    """Of one library. key: its secret."""

    def __init__(self, key: bytes) -> None:
        self._base = hmac.new(key, digestmod=hashlib.sha256)

    def sign(self, image_id: int, expires: int) -> str:
        """The signature, 32 hexadecimal digits. expires: seconds since 1970."""
        signing = self._base.copy()
        signing.update(b"%d:%d" % (image_id, expires))
        return signing.digest()[:_SIGNATURE_BYTES].hex()

    def is_good(self, image_id: int, expires: str, signature: str, now: float) -> bool:
        """Whether the signature is ours and its time has not come; compared in constant time."""
        if not (expires.isascii() and expires.isdigit() and len(expires) < 16 and signature.isascii()):
            return False
        until = int(expires)
        is_ours = hmac.compare_digest(self.sign(image_id, until), signature)
        return is_ours and now < until < _LATEST
