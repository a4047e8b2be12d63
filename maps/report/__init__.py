"""The report of a plan: ``report.pdf`` and a picture of each map."""

from maps.report.letters import require_font
from maps.report.report import write_report

__all__ = ["require_font", "write_report"]
