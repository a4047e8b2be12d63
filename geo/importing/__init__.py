"""A list that is handed in: read, judged, compared with what is known, and only then kept."""

from geo.importing.options import MISSING, ON_ERROR, ImportOptions
from geo.importing.plan import Counts, Plan, keep, plan_import

__all__ = ["MISSING", "ON_ERROR", "Counts", "ImportOptions", "Plan", "keep", "plan_import"]
