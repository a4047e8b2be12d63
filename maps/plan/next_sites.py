"""The next stations: for each number the order to build in and the optimum, in words and tables.

The page moves between them with a slider and a switch; every sentence is made here.
"""

import math
from collections.abc import Sequence
from typing import Any

import shapely

from geo.planning import words
from geo.planning.model import Band, CityPlan, Optimum, Proposal, Proposals
from geo.text import Text
from maps import drawing
from maps.options import Options
from maps.plan import tables
from maps.plan.gaps import DRAWN_DEG
from maps.plan.tables import Column, Row

_MAXIMAL = "mclp"
# 1 − 0.008 is a little less than 0.992.
_EXACT = 1e-9


def next_block(plan: CityPlan, proposals: Proposals, options: Options) -> dict[str, Any]:
    """Every state of the slider: ``nested[n - 1]``, and ``optima`` by number where one is known."""
    writer = _Writer(plan, proposals, options)
    nested = [writer.nested(count) for count in range(1, len(proposals.nested) + 1)]
    optima = {str(each.count): writer.optimum(each) for each in proposals.optima}
    return {
        "columns": [each.data() for each in writer.columns()],
        "nested": nested,
        "optima": optima,
        "spots": writer.spots,
    }


class _Writer:
    """Keeps each place once, however many plans propose it."""

    def __init__(self, plan: CityPlan, proposals: Proposals, options: Options) -> None:
        self._plan, self._proposals, self._options = plan, proposals, options
        self._names = {each.adcode: Text(each.name, each.name_en) for each in plan.districts}
        self._numbers: dict[tuple[float, float, str | None], int] = {}
        self.spots: list[dict[str, Any]] = []

    def columns(self) -> list[Column]:
        zh, en = words.unit_of(self._proposals.gain_unit)
        found = [
            Column(Text("序号与位置", "Order and place")),
            Column(Text("区县", "District"), "text"),
            Column(Text(f"新增{zh}", f"Adds, {en}")),
            Column(Text(f"累计可达{zh}", f"Reached then, {en}")),
        ]
        if self._proposals.search_areas:
            found.append(Column(Text("别处同样好 km²", "As good elsewhere, km²")))
        return found

    def nested(self, count: int) -> dict[str, Any]:
        """The first ``count`` sites of the order."""
        sites = self._proposals.nested[:count]
        zh, en = self._gained(sites)
        good = self._quality(self._proposals.nested_loss[count - 1])
        says = Text(
            f"依次建设前 {count} 处，{zh}；{good.zh}。",
            f"The first {count} of the order {en}; {good.en}.",
        )
        return {"says": list(says), "rows": self._rows(sites)}

    def optimum(self, optimum: Optimum) -> dict[str, Any]:
        """The best plan of its number."""
        zh, en = self._gained(optimum.sites)
        good = self._quality(optimum.gap)
        says = Text(
            f"{optimum.count} 处同时选定的最优方案，{zh}；{good.zh}。",
            f"The best {optimum.count} at once {en}; {good.en}.",
        )
        return {"says": list(says), "rows": self._rows(optimum.sites)}

    def _gained(self, sites: Sequence[Proposal]) -> Text:
        gained = Band(sum(each.gain.low for each in sites), sum(each.gain.high for each in sites))
        zh, en = words.amount(gained, self._proposals.gain_unit, self._plan.demand_basis)
        return Text(f"多服务 {zh}", f"add {en}")

    def _quality(self, loss: float) -> Text:
        if loss <= 0:
            return Text("已证明为最优", "proven to be the best possible")
        if self._proposals.model == _MAXIMAL:
            # Rounded down: what is claimed is proven.
            least = f"{math.floor(1000 * (1 - loss) + _EXACT) / 10:.1f} %"
            return Text(f"至少为最优的 {least}", f"at least {least} of the best possible")
        most = f"{math.ceil(1000 * loss - _EXACT) / 10:.1f} %"
        return Text(f"比最优至多差 {most}", f"at most {most} worse than the best possible")

    def _rows(self, sites: Sequence[Proposal]) -> list[dict[str, Any]]:
        return [self._row(nth, each) for nth, each in enumerate(sites, 1)]

    def _row(self, nth: int, site: Proposal) -> dict[str, Any]:
        basis, unit = self._plan.demand_basis, self._proposals.gain_unit
        named = site.name or site.candidate
        zh, en = site.where
        where = Text(f"{named}（{zh}）", f"{named} ({en})") if named else site.where
        cells = [
            tables.text(Text(f"{nth} {where.zh}", where.en), nth),
            tables.text(self._names.get(site.district, words.UNKNOWN), site.district),
            tables.number(words.number(site.gain, unit, basis), sum(site.gain)),
            tables.number(words.number(site.covered, unit, basis), sum(site.covered)),
        ]
        if self._proposals.search_areas:
            cells.append(tables.number(f"{site.as_good_km2:.2f}", site.as_good_km2))
        return Row(str(nth), cells).data() | {"spot": self._spot(site)}

    def _spot(self, site: Proposal) -> int:
        key = (*site.position, site.candidate)
        if key not in self._numbers:
            self._numbers[key] = len(self.spots)
            datum = self._options.datum
            area = shapely.simplify(site.area, DRAWN_DEG) if site.area is not None else None
            self.spots.append(
                {
                    "at": drawing.point(site.position, datum=datum),
                    "polygons": drawing.polygons(area, datum=datum) if area is not None else [],
                }
            )
        return self._numbers[key]
