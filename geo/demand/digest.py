"""A digest of demand, for the keys of what is computed from it."""

import hashlib
from collections.abc import Sequence

import numpy as np
import shapely

from geo.demand.model import Cells, Spread


def digest(basis: str, cells: Cells, spreads: Sequence[Spread]) -> str:
    """SHA-256 in hexadecimal over all numbers that a result could depend on."""
    total = hashlib.sha256(basis.encode())
    total.update(",".join(cells.adcodes).encode())
    for column in (cells.lon, cells.lat, cells.people, cells.size_m, cells.district):
        total.update(np.ascontiguousarray(column).tobytes())
    for spread in spreads:
        for piece in spread.pieces:
            total.update(
                f"{spread.code},{piece.district},{piece.stratum},{piece.people!r};".encode()
            )
            total.update(shapely.to_wkb(piece.outline))
    return total.hexdigest()
