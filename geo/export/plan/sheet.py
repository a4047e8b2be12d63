"""Tables of a plan as values, which a workbook writes as numbers and a report as words."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from geo.planning.model import Band, CityPlan
from geo.planning.shown import rounded, shown_area, shown_share
from geo.text import Text

# What a value is: it decides how it is written, and never what it is.
Form = Literal["text", "whole", "share", "km2", "metres", "rate", "decimal", "degrees", "signed"]


class Amount(NamedTuple):
    """A value in a column whose rows are of different forms."""

    value: float | Band | None
    form: Form


Value = Text | str | float | Band | Amount | None


class Column(NamedTuple):
    """``banded`` values are bands: at least, at most. ``unit`` stands beside the label."""

    label: Text
    form: Form = "text"
    banded: bool = False


class Sheet(NamedTuple):
    """A table with what has to be said above it. ``None`` in a cell: not known, or not said."""

    code: str
    title: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    says: Sequence[Text] = ()


def people_band(plan: CityPlan, band: Band | None) -> Band | None:
    """People as finely as they are known: three digits where districts are all that is."""
    if band is None:
        return None
    exact = plan.demand_basis != "district"
    return Band(*(float(round(end)) if exact else rounded(end) for end in band))


def shown(value: Value, form: Form) -> str:
    """A value as a report prints it; what is not known is said to be so by ``–``."""
    if isinstance(value, Amount):
        value, form = value
    if value is None:
        return _UNKNOWN
    if isinstance(value, Text | str):
        return str(value)
    low, high = value if isinstance(value, Band) else (value, value)
    if form == "share":
        return shown_share(Band(low, high))
    if form == "km2":
        return shown_area(Band(low, high))
    ends = [_FORMATS[form].format(end).replace("-", "−") for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


_UNKNOWN: Final = "–"
_FORMATS: Final[dict[Form, str]] = {
    "whole": "{:,.0f}",
    "metres": "{:,.0f}",
    "rate": "{:.2f}",
    "decimal": "{:.3f}",
    "degrees": "{:.6f}",
    "signed": "{:+,.0f}",
}
