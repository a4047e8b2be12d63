"""Which stations may answer: their kind and what they offer."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.snapshot import Snapshot
from geo.snapshot.arrays import numpy_of, text_scalar

UnknownFacilities = Literal["include", "exclude"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filter:
    """One of ``kinds`` (``None``: any) and all of ``facilities``.

    Stations whose facilities are unknown may have what is asked for: they come after the
    known matches, or not at all (``unknown_facilities="exclude"``).
    """

    kinds: frozenset[str] | None = None
    facilities: frozenset[str] = frozenset()
    unknown_facilities: UnknownFacilities = "include"

    @property
    def asks_unknown(self) -> bool:
        """Whether stations of unknown facilities are answers of a second rank."""
        return bool(self.facilities) and self.unknown_facilities == "include"


ANY = Filter()


class Matcher:
    """Finds the rows of a snapshot that fit a filter."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._answerable = snapshot.answerable
        self._kind_codes, self._kinds = snapshot.codes("kind")
        self._lists = snapshot.column("facilities")

    def matching(self, where: Filter) -> Mask:
        """The answerable rows that are known to fit, as a mask of shape (n,)."""
        mask = self._of_kinds(where.kinds)
        for facility in where.facilities:
            mask &= self._with(facility)
        return mask

    def unknown(self, where: Filter) -> Mask:
        """The answerable rows of the right kind whose facilities are unknown."""
        mask: Mask = self._of_kinds(where.kinds) & ~numpy_of(pc.is_valid(self._lists))
        return mask

    def _of_kinds(self, kinds: frozenset[str] | None) -> Mask:
        if kinds is None:
            return self._answerable.copy()
        wanted = np.array([kind in kinds for kind in self._kinds], dtype=np.bool_)
        mask: Mask = self._answerable & wanted[self._kind_codes]
        return mask

    def _with(self, facility: str) -> Mask:
        mask = np.zeros(len(self._answerable), dtype=np.bool_)
        offered = pc.list_flatten(self._lists).cast(pa.string())
        has = numpy_of(pc.equal(offered, text_scalar(facility)))
        mask[numpy_of(pc.list_parent_indices(self._lists))[has]] = True
        return mask
