"""What the image index refuses.

ImageIndexError
├── UnknownName         a field, column, flag, postings or vocabulary that the shape does not have
├── UnsupportedLeaf     a leaf that its field cannot answer: a range over names, a pattern over numbers
├── ImageNotIndexed     an update of one value of an image that the index does not hold
├── ImageIdOutOfRange   an id that the dense columns would not bear
└── UnusableSnapshot    a file that is no snapshot of such an index
    └── DamagedSnapshot one that is no longer what was written, or no snapshot at all

All but the last two are mistakes of the caller, not of the person who searches: a parser that is given the
right fields never makes such a tree.
"""


class ImageIndexError(Exception):
    """Base of everything this package raises on its own account."""


class UnknownName(ImageIndexError):
    """The shape has nothing of this name."""


class UnsupportedLeaf(ImageIndexError):
    """The field is known, but not in a way that answers this leaf."""


class ImageNotIndexed(ImageIndexError):
    """The image has to be put before one of its values can be changed."""


class ImageIdOutOfRange(ImageIndexError):
    """Ids run from 0 to `columns.MAX_IMAGE_ID`."""


class UnusableSnapshot(ImageIndexError):
    """What is wrong with the file, as a sentence about "it"."""


class DamagedSnapshot(UnusableSnapshot):
    """The disk, or somebody else's hand."""
