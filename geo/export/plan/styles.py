"""How QGIS shows the layers of a plan: colours and labels, kept in the GeoPackage itself.

QGIS takes the default style of a layer from the table ``layer_styles``. The form is QML, as QGIS 3
writes it: one symbol for all features of a layer, and the field that labels them.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple
from xml.etree import ElementTree as ET

from geo.export.plan.colours import INK, SITE, STATION, UNCOVERED, Colours

_MM: Final = "MM"
_SCHEMA: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""
_CONTENTS: Final = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', ?)"""
_ROW: Final = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
    styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)
VALUES ('', '', ?, 'geom', ?, ?, '', 1, 'yizhan', '', ?)"""


class Style(NamedTuple):
    """A symbol of one layer, and the field of the label."""

    symbol: Literal["fill", "marker"]
    options: Mapping[str, str]
    label: str | None = None

    @property
    def qml(self) -> str:
        """The style as QGIS reads it."""
        root = ET.Element("qgis", version="3.22", styleCategories="Symbology|Labeling")
        root.set("labelsEnabled", "1" if self.label else "0")
        renderer = ET.SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0")
        symbols = ET.SubElement(renderer, "symbols")
        symbol = ET.SubElement(symbols, "symbol", type=self.symbol, name="0", alpha="1")
        kind = {"fill": "SimpleFill", "marker": "SimpleMarker"}[self.symbol]
        layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "pass": "0"})
        options = ET.SubElement(layer, "Option", type="Map")
        for name, value in self.options.items():
            ET.SubElement(options, "Option", name=name, type="QString", value=value)
        if self.label:
            _add_label(root, self.label)
        return ET.tostring(root, encoding="unicode")


def area_style(
    colours: Colours, *, alpha: int, pattern: str = "solid", label: str | None = None
) -> Style:
    """A filled area with a dark line around it; ``pattern`` is one of Qt's brushes."""
    options = {
        "color": _rgba(colours.fill, alpha),
        "style": pattern,
        "outline_color": _rgba(colours.line),
        "outline_style": "solid",
        "outline_width": "0.4",
        "outline_width_unit": _MM,
    }
    return Style("fill", options, label)


def point_style(colours: Colours, *, size_mm: float, label: str | None = None) -> Style:
    """A disc with a line around it."""
    options = {
        "name": "circle",
        "color": _rgba(colours.fill),
        "outline_color": _rgba(colours.line),
        "outline_width": "0.3",
        "outline_width_unit": _MM,
        "size": f"{size_mm:g}",
        "size_unit": _MM,
    }
    return Style("marker", options, label)


def add_styles(file: sqlite3.Connection, styles: Mapping[str, Style], made_at: datetime) -> None:
    """Put the styles of layers, by name, into a GeoPackage."""
    moment = f"{made_at:%Y-%m-%dT%H:%M:%S.000Z}"
    file.execute(_SCHEMA)
    file.execute(_CONTENTS, [moment])
    file.execute("UPDATE gpkg_contents SET last_change = ?", [moment])
    file.executemany(_ROW, [(name, name[:30], style.qml, moment) for name, style in styles.items()])


def _add_label(root: ET.Element, field: str) -> None:
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=field,
        isExpression="0",
        fontFamily="Noto Sans CJK SC",
        fontSize="9",
        fontSizeUnit="Point",
        textColor=_rgba(INK),
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits=_MM,
        bufferColor="255,255,255,255",
    )
    ET.SubElement(settings, "placement", placement="0", priority="5")


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = bytes.fromhex(colour[1:])
    return f"{red},{green},{blue},{alpha}"


STATIONS: Final = point_style(Colours(STATION, "#ffffff"), size_mm=1.8)
SITES: Final = point_style(SITE, size_mm=4, label="order")
BEST_SETS: Final = point_style(Colours("#ffffff", INK), size_mm=2.4)
SITE_AREAS: Final = area_style(SITE, alpha=90)
BACKUP: Final = area_style(Colours(INK, INK), alpha=255, pattern="dense6")
GAPS: Final = area_style(UNCOVERED, alpha=255, pattern="b_diagonal", label="rank")
DISTRICTS: Final = area_style(Colours("#fbfaf5", "#6b7780"), alpha=0, label="name")
