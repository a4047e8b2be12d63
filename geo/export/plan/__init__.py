"""A plan as files that office programs and a GIS open: a workbook and a GeoPackage."""

from geo.export.plan.book import write_book
from geo.export.plan.layers import write_layers
from geo.export.plan.sheet import Sheet
from geo.export.plan.sheets import sheets_of

__all__ = ["Sheet", "sheets_of", "write_book", "write_layers"]
