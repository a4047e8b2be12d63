"""The catalogue for others: files that Excel and a GIS open, and streams for the web."""

from geo.export.chunks import compressed, csv_chunks, geojson_chunks
from geo.export.neutral import deneutralised, neutralised

__all__ = ["compressed", "csv_chunks", "deneutralised", "geojson_chunks", "neutralised"]
