"""The proposed sites of a plan as tables: the order to build in, the best set of each number."""

from typing import Final

from geo.export.plan.sheet import Column, Form, Sheet, Value, people_band
from geo.planning import words
from geo.planning.model import Band, CityPlan, Proposal, Proposals, Unit
from geo.text import Text


def sites(plan: CityPlan, proposals: Proposals) -> Sheet:
    """The order to build in: what each adds to those before it, and what the order loses."""
    unit, form = words.unit_of(proposals.gain_unit), _form(proposals.gain_unit)
    columns = [
        Column(Text("次序", "Order"), "whole"),
        Column(Text("位置", "Place")),
        Column(Text("区县", "District")),
        *([_CANDIDATE] if _listed(proposals) else []),
        _adds(proposals),
        Column(Text(f"累计覆盖（{unit.zh}）", f"Reached then, {unit.en}"), form, banded=True),
        *([_AS_GOOD] if proposals.search_areas else []),
        Column(Text("次序的损失（至多）", "Loss by the order, at most"), "share"),
        _LON,
        _LAT,
    ]
    return Sheet(
        "sites",
        Text("建议选址", "Proposed sites"),
        columns,
        [_row(plan, proposals, site) for site in proposals.nested],
        [says(proposals), *proposals.notes],
    )


def optima(proposals: Proposals) -> Sheet:
    """The best set of each number: its objective, its proven bound, and the gap in words."""
    unit, form = words.unit_of(proposals.unit), _form(proposals.unit)
    columns = [
        Column(Text("数量", "Number"), "whole"),
        Column(Text(f"目标值（{unit.zh}）", f"Objective, {unit.en}"), form),
        Column(Text(f"已证明的界（{unit.zh}）", f"Proven bound, {unit.en}"), form),
        Column(Text("最优性间隙（至多）", "Optimality gap, at most"), "share"),
        Column(Text("证明", "Proof")),
    ]
    rows: list[list[Value]] = [
        [each.count, each.objective, each.bound, each.gap, each.proof] for each in proposals.optima
    ]
    return Sheet("optima", Text("最优方案", "Best sets"), columns, rows, [_BY_ITSELF])


def best_sites(plan: CityPlan, proposals: Proposals) -> Sheet:
    """The sites of every best set."""
    columns = [
        Column(Text("数量", "Number"), "whole"),
        Column(Text("序号", "Site"), "whole"),
        Column(Text("位置", "Place")),
        Column(Text("区县", "District")),
        *([_CANDIDATE] if _listed(proposals) else []),
        _adds(proposals),
        _LON,
        _LAT,
    ]
    names = _names(plan)
    rows: list[list[Value]] = [
        [
            each.count,
            site.order,
            site.where,
            names[site.district],
            *([_named(site)] if _listed(proposals) else []),
            _amount(plan, proposals, site.gain),
            *site.position,
        ]
        for each in proposals.optima
        for site in each.sites
    ]
    title = Text("最优方案的站点", "Sites of best sets")
    return Sheet("best_sites", title, columns, rows, [_BY_ITSELF])


def says(proposals: Proposals) -> Text:
    """What is sited by which model, for which reach, among how many candidates."""
    zh, en = proposals.threshold.label
    return Text(
        f"模型 {proposals.model}，服务范围 {zh}，候选 {proposals.candidates:,} 处",
        f"model {proposals.model}, reach {en}, {proposals.candidates:,} candidates",
    )


_AS_GOOD: Final = Column(Text("别处同样好 km²", "As good elsewhere, km²"), "km2")
_CANDIDATE: Final = Column(Text("候选点", "Candidate"))
_LON: Final = Column(Text("经度", "Longitude"), "degrees")
_LAT: Final = Column(Text("纬度", "Latitude"), "degrees")
_BY_ITSELF: Final = Text(
    "各个数量分别求得的最优方案，少的不包含在多的之中；目标值与界按网格单元计",
    "the best set of each number by itself, none a part of the next; objectives and bounds are"
    " those of units",
)


def _adds(proposals: Proposals) -> Column:
    unit = words.unit_of(proposals.gain_unit)
    label = Text(f"新增（{unit.zh}）", f"Adds, {unit.en}")
    return Column(label, _form(proposals.gain_unit), banded=True)


def _names(plan: CityPlan) -> dict[str, Text]:
    return {each.adcode: Text(each.name, each.name_en) for each in plan.districts}


def _row(plan: CityPlan, proposals: Proposals, site: Proposal) -> list[Value]:
    losses = proposals.nested_loss
    return [
        site.order,
        site.where,
        _names(plan)[site.district],
        *([_named(site)] if _listed(proposals) else []),
        _amount(plan, proposals, site.gain),
        _amount(plan, proposals, site.covered),
        *([site.as_good_km2] if proposals.search_areas else []),
        losses[site.order - 1] if site.order <= len(losses) else None,
        *site.position,
    ]


def _amount(plan: CityPlan, proposals: Proposals, band: Band) -> Band | None:
    return people_band(plan, band) if proposals.gain_unit == "people" else band


def _listed(proposals: Proposals) -> bool:
    return any(site.candidate for site in proposals.nested)


def _named(site: Proposal) -> str:
    return " ".join(filter(None, (site.candidate, site.name)))


def _form(unit: Unit) -> Form:
    return "km2" if unit.startswith("km2") else "whole"
