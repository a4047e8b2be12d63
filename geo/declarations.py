"""Declarations of lists ⇄ JSON values, as snapshots and the store keep them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from geo.catalogue import Completeness, Declaration
from geo.text import Text


def declaration_json(declaration: Declaration) -> dict[str, Any]:
    """A declaration as values that JSON knows; dates as ISO 8601, texts as pairs."""
    values: dict[str, Any] = {name: getattr(declaration, name) for name in Declaration.__slots__}
    values["note"] = _pair(declaration.note)
    values["area_name"] = _pair(declaration.area_name)
    collected = declaration.collected_on
    values["collected_on"] = collected.isoformat() if collected else None
    stated = declaration.completeness
    if stated:
        values["completeness"] = {
            "published": stated.published,
            "as_of": stated.as_of,
            "source": stated.source,
            "note": _pair(stated.note),
        }
    return values


def declaration_of(values: Mapping[str, Any]) -> Declaration:
    """The declaration of its JSON values."""
    collected, completeness = values["collected_on"], values["completeness"]
    parts = {
        "collected_on": date.fromisoformat(collected) if collected else None,
        "completeness": _completeness(completeness) if completeness else None,
        "note": _text(values["note"]),
        "area_name": _text(values["area_name"]),
    }
    return Declaration(**{**values, **parts})


def _completeness(values: Mapping[str, Any]) -> Completeness:
    return Completeness(**{**values, "note": _text(values["note"])})


def _pair(text: Text | None) -> list[str] | None:
    return list(text) if text else None


def _text(pair: list[str] | None) -> Text | None:
    return Text(*pair) if pair else None
