"""How bands are written, for every page, sheet and file the same."""

import math

from geo.planning.model import Band, DemandBasis

# People spread over a district by area are an estimate: more digits would claim more.
_DIGITS = 3
# A share this close to the whole differs from it by the arithmetic alone.
_ROUNDING = 1e-9


def shown_people(band: Band | None, basis: DemandBasis) -> str:
    """A number of people: ``12,300–23,400``, ``8,120``; ``–`` if unknown.

    Rounded to three digits where nothing finer than the district is known, else to persons.

    >>> shown_people(Band(12_345.6, 23_456.7), "district")
    '12,300–23,500'
    >>> shown_people(Band(8_123.4, 8_123.4), "grid")
    '8,123'
    """
    if band is None:
        return "–"
    ends = [rounded(end) if basis == "district" else round(end) for end in band]
    return _joined([f"{end:,.0f}" for end in ends])


def shown_area(band: Band | None) -> str:
    """Square kilometres to three digits, never finer than 0.01: ``1.23–1.40``."""
    return "–" if band is None else _joined([_plain(end) for end in band])


def shown_share(band: Band | None) -> str:
    """A share in per cent: ``12.3–14.0 %``.

    What is little is not shown as nothing, nor what is nearly all as all.

    >>> shown_share(Band(0.1234, 0.1234)), shown_share(Band(0.0, 0.0001)), shown_share(Band(1, 1))
    ('12.3 %', '0.0–<0.1 %', '100.0 %')
    """
    if band is None:
        return "–"
    return _joined([_per_cent(end) for end in band]) + " %"


def _per_cent(share: float) -> str:
    shown = f"{100 * share:.1f}"
    if shown == "0.0" and share > 0:
        return "<0.1"
    return ">99.9" if shown == "100.0" and share < 1 - _ROUNDING else shown


def rounded(value: float, digits: int = _DIGITS) -> float:
    """To so many significant digits; whole numbers where that is coarser.

    >>> rounded(12_345.6), rounded(7.4), rounded(0.0)
    (12300.0, 7.0, 0.0)
    """
    if value == 0 or not math.isfinite(value):
        return value
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return round(value, min(places, 0))


def _plain(value: float) -> str:
    if abs(value) >= 100:
        return f"{rounded(value):,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _joined(ends: list[str]) -> str:
    low, high = ends
    return low if low == high else f"{low}–{high}"
