"""What is handed to an index: one image, or many at once as columns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from polybooru.search.index.bitmaps import Ids
from polybooru.search.index.columns import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """All the index knows of one image; whatever of the shape is not named is absent.

    flags: those that are true.
    """

    numbers: Mapping[str, Number] = field(default_factory=dict[str, Number])
    flags: Collection[str] = ()
    postings: Mapping[str, Collection[int]] = field(default_factory=dict[str, Collection[int]])
    texts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Many new images at once, as columns.

    ids: ascending, none of them indexed yet; shape (n,).
    numbers: shape (n,) each, aligned with the ids; `columns.MISSING` or NaN where there is no value.
    flags: shape (n,) each, true where set.
    postings: (image ids, keys), shape (m,) each, in any order, fastest by id.
    texts: (which of the texts, the texts): shape (n,), -1 where there is none.
    """

    ids: Ids
    numbers: Mapping[str, NDArray[np.generic]] = field(default_factory=dict[str, NDArray[np.generic]])
    flags: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict[str, NDArray[np.bool_]])
    postings: Mapping[str, tuple[NDArray[np.integer], NDArray[np.integer]]] = field(
        default_factory=dict[str, tuple[NDArray[np.integer], NDArray[np.integer]]]
    )
    texts: Mapping[str, tuple[NDArray[np.integer], Sequence[str]]] = field(
        default_factory=dict[str, tuple[NDArray[np.integer], Sequence[str]]]
    )
