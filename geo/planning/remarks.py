"""What has to be said beside proposed sites, in words."""

from collections.abc import Iterator

import numpy as np

from geo.planning.aims import Answer
from geo.planning.sites import Sites, Uncovered
from geo.planning.ways import ShortestWays
from geo.text import Text


def search_areas(sites: Sites) -> Text:
    """That no point is proposed, and of what the areas are made."""
    side = f"{sites.square_m:.0f}"
    return Text(
        f"人口只知道到区县，数据定不到点：每处是一个搜索范围，由增益与最佳相当的 {side} 米方格组成",
        "people are known by district only, which decides no point: each site is an area to"
        f" search, of the squares of {side} m that gain as much as the best",
    )


def remarks_on_covering(left: Uncovered, sites: Sites, answer: Answer) -> Iterator[Text]:
    """What a capacity cannot serve, and what no candidate reaches."""
    capacity, demand = sites.problem.capacity, float(sites.problem.weight.sum())
    if capacity * len(answer.order) < demand:
        yield Text(
            f"容量低于需求：每站 {capacity:,.0f}，未覆盖的需求不能全部接纳",
            f"capacity below demand: at {capacity:,.0f} a station, what is uncovered"
            " cannot all be served",
        )
    known = left.land.is_known
    scale = 1.0 if known else 1e-6
    unit = Text("人", "people") if known else Text("平方公里", "km²")
    if answer.fairness_price is not None:
        price = answer.fairness_price * scale
        least = sites.problem.minimum
        yield Text(
            f"每区县最少 {least} 个的代价：比不设最少数少覆盖约 {price:,.0f} {unit.zh}",
            f"the price of {least} in each district: some {price:,.0f} {unit.en}"
            " fewer are covered than without it",
        )
    if sites.unreachable > 0:
        amount = sites.unreachable * scale
        yield Text(
            f"候选点都够不到的未覆盖需求：约 {amount:,.0f} {unit.zh}",
            f"uncovered demand that no candidate reaches: some {amount:,.0f} {unit.en}",
        )


def remarks_on_fewest(answer: Answer) -> Iterator[Text]:
    """How many sites it takes, and how few it may take at best."""
    for plan in answer.plans:
        yield Text(
            f"候选点够得到的需求全部覆盖需要 {plan.objective:.0f} 个站点，已证明至少要"
            f" {plan.bound:.0f} 个；这一数量就是答案，不受要求的新增站点数限制",
            f"to cover all that candidates reach takes {plan.objective:.0f} stations, and"
            f" {plan.bound:.0f} at least, which is proven; this number is the answer, whatever"
            " number of next stations is asked for",
        )


def remarks_on_ways(aim: ShortestWays, answer: Answer) -> Iterator[Text]:
    """How far it is without the sites and with them, and how coarse the figures are."""
    if answer.plans:
        plan, total = answer.plans[-1], float(aim.weight.sum())
        mean = aim.model == "pmedian"
        then = plan.objective / (total if mean else 1.0)
        now = float(np.average(aim.nearest, weights=aim.weight) if mean else aim.nearest.max())
        what = Text("平均", "on average") if mean else Text("最远", "at most")
        was = Text(f"现在{what.zh} {now:,.0f} 米，", f"; {now:,.0f} m now")
        if not np.isfinite(now):
            was = Text("", "")
        yield Text(
            f"到最近站点的直线距离：{was.zh}建 {len(plan.sites)} 个后{what.zh} {then:,.0f} 米",
            f"straight line to the nearest station: {then:,.0f} m {what.en} with"
            f" {len(plan.sites)} more{was.en}",
        )
    if aim.gathered_m:
        yield Text(
            f"全市需求归并为边长 {aim.gathered_m:.0f} 米的方格，方格之内不分远近",
            f"the demand of the city is gathered in squares of {aim.gathered_m:.0f} m, within which"
            " ways are not told apart",
        )
