"""The report of a plan: ``report.pdf`` and a picture of each map."""

from maps.report.letters import has_font, require_font
from maps.report.report import write_report

__all__ = ["has_font", "require_font", "write_report"]
