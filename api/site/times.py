"""The days around today, as pages that work out opening states carry them."""

from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from geo.cells import days_of_year
from geo.hours import SHANGHAI

# So far back and ahead a page looks for what opens and closes.
_LOOKS: Final = (timedelta(days=-1), timedelta(days=60))


def today() -> str:
    """The day in China: pages that carry the days around it change with it."""
    return datetime.now(SHANGHAI).date().isoformat()


def days_around() -> list[dict[str, Any]]:
    """The special days of this year, and of those that yesterday and the next weeks are in."""
    now = datetime.now(SHANGHAI)
    years = map(days_of_year, sorted({(now + each).year for each in _LOOKS}))
    return [orjson.loads(year) for year in years if year]
