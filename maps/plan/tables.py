"""Tables as data: ``web/tables.js`` builds them, sorts them and ties their rows to the map.

A column is a label with how it is sorted; a cell is what it shows and what it is sorted by, with
the ends of a bar where it is a share. What is unknown sorts last in both directions.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

from geo.planning import words
from geo.planning.model import Band
from geo.text import Text

# What a full bar may stand for.
_FULL: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

Sorted = Literal["text", "number"]
Cell = dict[str, Any]


class Column(NamedTuple):
    """``group`` names a set of columns that are shown and hidden together."""

    label: Text
    sorted: Sorted = "number"
    group: str | None = None

    def data(self) -> dict[str, Any]:
        """As the page carries it."""
        return {"label": list(self.label), "sort": self.sorted, "group": self.group}


class Row(NamedTuple):
    """One row; the first cell names it. ``id`` is what the map calls it."""

    id: str
    cells: Sequence[Cell]

    def data(self) -> dict[str, Any]:
        """As the page carries it."""
        return {"id": self.id, "cells": self.cells}


def table(
    columns: Sequence[Column], rows: Sequence[Row], *, by: int | None = None
) -> dict[str, Any]:
    """A table as the page carries it; its bars are as long as its greatest share needs.

    It is sorted by its first column, or from the greatest down by column ``by``.
    """
    ends = [cell["bar"][1] for row in rows for cell in row.cells if "bar" in cell]
    return {
        "columns": [each.data() for each in columns],
        "rows": [each.data() for each in rows],
        "by": by,
        "full": next(full for full in _FULL if full >= max(ends)) if ends else None,
    }


def text(value: Text | str, sort: str | float | None = None) -> Cell:
    """Words, sorted by themselves unless by something else."""
    shown = list(value) if isinstance(value, Text) else value
    by = value.en if isinstance(value, Text) else value
    return {"t": shown, "s": by if sort is None else sort}


def number(shown: Text | str, value: float | None) -> Cell:
    """A figure as it is shown, and its value; ``None`` is unknown."""
    if value is None:
        return unknown()
    return {"t": list(shown) if isinstance(shown, Text) else shown, "s": value}


def share(value: Band | None, *, before: str = "") -> Cell:
    """A share with its bar, and what stands before it."""
    if value is None:
        return unknown()
    return {
        "t": before + words.percent(value),
        "s": value.low + value.high,
        "bar": [round(min(end, 1.0), 4) for end in value],
    }


def unknown() -> Cell:
    """What nobody knows."""
    return {"t": list(words.UNKNOWN), "s": None}
