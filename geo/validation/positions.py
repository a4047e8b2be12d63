"""Positions of whole files at once: into WGS-84, and compared with what else the row states."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.datum import convert
from geo.geodesic import GEOD
from geo.position import Position
from geo.station import DATUMS
from geo.text import Text
from geo.validation.findings import Detail, Report
from geo.validation.records import Draft

TOLERANCE_M: Final = 1.0
_DECIMALS: Final = 7  # of a degree: a centimetre

Floats = NDArray[np.float64]


def convert_positions(drafts: Sequence[Draft]) -> None:
    """Give every draft its WGS-84 position; a converted one is rounded to a centimetre."""
    for datum in DATUMS:
        chosen = [draft for draft in drafts if draft.published.datum == datum != "wgs84"]
        if chosen:
            published = lon_lat(draft.published[:2] for draft in chosen)
            lon, lat = convert(*published, source=datum, target="wgs84")
            pairs = zip(lon.round(_DECIMALS).tolist(), lat.round(_DECIMALS).tolist(), strict=True)
            for draft, pair in zip(chosen, pairs, strict=True):
                draft.position = Position(*pair)


def check_stated(drafts: Sequence[Draft], report: Report) -> None:
    """Warn of ``lon``, ``lat`` that are not where the published position is."""
    chosen = [(draft, draft.stated) for draft in drafts if draft.stated is not None]
    if not chosen:
        return
    stated = lon_lat(position for _, position in chosen)
    _, _, distances = GEOD.inv(*stated, *lon_lat(draft.position for draft, _ in chosen))
    for (draft, _), distance in zip(chosen, distances, strict=True):
        if distance > TOLERANCE_M:
            warn(report, "position_conflict", draft, "lon", distance=distance_text(distance))


def lon_lat(positions: Iterable[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Positions as two arrays of degrees."""
    pairs = np.array(list(positions), dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def distance_text(metres: float) -> Text:
    """A distance for people: metres up to a kilometre, then kilometres to a tenth."""
    if metres < 1_000:
        return Text(f"{metres:.0f} 米", f"{metres:.0f} m")
    return Text(f"{metres / 1_000:.1f} 公里", f"{metres / 1_000:.1f} km")


def warn(report: Report, code: str, draft: Draft, field: str, **details: Detail) -> None:
    """Note a finding about an accepted row."""
    report.add(code, source=draft.declaration.path, row=draft.row, field=field, **details)
