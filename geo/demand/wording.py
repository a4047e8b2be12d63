"""What is said about demand: notes that belong on every result, and lines of the method sheet."""

from collections.abc import Collection, Sequence
from typing import Final

from geo.census import GROUP_LABELS, SOURCE, CityPeople, WorkerGroup
from geo.demand.pieces import URBAN_RURAL, Kept
from geo.demand.squares import NEAR_M, Sizes
from geo.places import Places
from geo.planning.model import DemandBasis, Method
from geo.text import Text

DISTRICT_LABEL: Final = Text("区县人口（2020 年普查）", "people by district (2020 census)")
_UNITS: Final = Text("需求单元", "Units of demand")


def district_notes(
    known: CityPeople, kept: Kept, missing: Collection[str], places: Places, *, has_mask: bool
) -> Sequence[Text]:
    """What must stand beside a result from districts; ``missing`` are those without a figure."""
    if known.total is None:
        return (Text("人口未知（不是 0）", "the people are unknown, which is not 0"),)
    notes = [
        Text(
            "人口只知道到区县：覆盖人数按面积比例估算，区县以下没有已知的分布",
            "people are known by district only: the people reached are estimated in proportion to "
            "area, and nothing finer is known",
        )
    ]
    if not has_mask:
        notes.append(
            Text(
                "没有建成区范围：人口在区县内均匀分布，无法给出两种分布之间的区间",
                "no built-up land was given: people are spread evenly over each district, and "
                "no range between two spreads can be stated",
            )
        )
    notes += _listed(
        kept.share_unknown,
        places,
        Text("城镇人口比重未知、按均匀分布的区县", "spread evenly, their urban share unknown"),
    )
    notes += _listed(
        kept.not_built_up,
        places,
        Text(
            "建成区范围中没有（或过小）、按均匀分布的区县",
            "spread evenly, their towns being absent from the built-up land or too small in it",
        ),
    )
    notes += _listed(missing, places, Text("人口未知的区县", "districts whose people are unknown"))
    return (*notes, *_remainder_notes(known))


def group_notes(group: WorkerGroup | None, *, without_remainder: int) -> Sequence[Text]:
    """Who is counted, if not everybody."""
    if group is None:
        return ()
    label = GROUP_LABELS[group]
    notes = [Text(f"只计{label.zh}（按居住地）", f"counts only {label.en}, where they live")]
    if without_remainder:
        notes.append(
            Text(
                f"另有 {without_remainder:,} 人的开发区等没有这项数据，未计入",
                f"another {without_remainder:,} people in zones without this figure do not count",
            )
        )
    return tuple(notes)


def district_methods(
    group: WorkerGroup | None, mask: Text | None, sizes: Sizes
) -> Sequence[Method]:
    """How the people of districts became demand."""
    label = GROUP_LABELS[group] if group else Text("常住人口", "residents")
    spread = Text(
        f"{URBAN_RURAL.zh}；另按均匀分布计算，两者之间为区间",
        f"{URBAN_RURAL.en}; also evenly, the range being between the two",
    )
    even = Text("在区县内均匀分布", "evenly over each district")
    methods = [
        Method(code="people", label=Text("人口", "People"), value=label, source=str(SOURCE)),
        Method(
            code="spread",
            label=Text("人口分布", "Spread of people"),
            value=spread if mask else even,
            source=None,
        ),
        Method(
            code="cells",
            label=_UNITS,
            value=Text(
                f"建成区与站点 {NEAR_M:g} 米内为 {sizes.fine_m} 米方格，其余 {sizes.coarse_m} 米；"
                "每格人数 = 密度 × 格内实际面积",
                f"squares of {sizes.fine_m} m within {NEAR_M:g} m of built-up land and stations, "
                f"of {sizes.coarse_m} m elsewhere; people are density times exact area",
            ),
            source=None,
        ),
    ]
    if mask:
        built_up = Method(
            code="built_up", label=Text("建成区", "Built-up land"), value=mask, source=None
        )
        methods.insert(1, built_up)
    return tuple(methods)


def file_label(name: str, basis: DemandBasis) -> Text:
    """What demand from a user's file is called."""
    if basis == "grid":
        return Text(f"用户提供的人口格网 {name}", f"the user's grid of people, {name}")
    return Text(f"用户提供的需求点 {name}", f"the user's points of demand, {name}")


def file_methods(name: str, basis: DemandBasis, *, to_census: bool) -> Sequence[Method]:
    """How a user's file became demand."""
    label = file_label(name, basis)
    units = (
        Text(
            "用户格网的单元在区县边界处按面积切分；被部分覆盖的单元按覆盖面积计",
            "cells of the user's grid, cut at district borders by area; of a cell that is covered "
            "in part the covered share of its area counts",
        )
        if basis == "grid"
        else Text(
            "用户的点，距离不超过半径即为覆盖",
            "the user's points, each reached if it is within the radius",
        )
    )
    census = Text(
        f"{label.zh}，各区县总数按普查缩放", f"{label.en}, scaled to the census by district"
    )
    return (
        Method(
            code="people",
            label=Text("需求", "Demand"),
            value=census if to_census else label,
            source=str(SOURCE) if to_census else None,
        ),
        Method(code="cells", label=_UNITS, value=units, source=None),
    )


def against_census(total: float, census: int) -> Text:
    """Both figures for the people of the city."""
    more = total / census - 1.0
    return Text(
        f"格网在市内共 {total:,.0f} 人，2020 年普查为 {census:,} 人（相差 {more:+.1%}）",
        f"the grid has {total:,.0f} people in the city, the 2020 census {census:,} ({more:+.1%})",
    )


def scaled(total: float, known: CityPeople) -> Text:
    """That the census decides the totals."""
    return Text(
        f"文件在市内的合计 {total:,.0f} 已按区县缩放为 2020 年普查的 {known.total:,} 人",
        f"the file's {total:,.0f} in the city were scaled by district to the {known.total:,} "
        "people of the 2020 census",
    )


def _listed(codes: Collection[str], places: Places, what: Text) -> Sequence[Text]:
    if not codes:
        return ()
    named = [places.get(code, "district") for code in codes]
    zh = "、".join(place.name for place in named)
    en = ", ".join(place.name_en for place in named)
    return (Text(f"{what.zh}：{zh}", f"{what.en}: {en}"),)


def _remainder_notes(known: CityPeople) -> Sequence[Text]:
    rest = known.remainder
    if rest is None:
        return ()
    notes = [
        Text(
            f"全市人口含 {rest.units} 个普查单元的 {rest.people:,} 人（开发区等），"
            "它们没有对应的区县边界：计入全市，不计入任何区县",
            f"the city's people include {rest.people:,} of {rest.units} census unit(s), such as "
            "development zones, that have no outline: they count for the city and for no district",
        )
    ]
    if known.redivided:
        notes.append(
            Text(
                "普查之后区县有调整：代码相同的区县，人口可能是旧范围的",
                "districts were divided anew after the census: where a code stayed, its people may "
                "be those of its former extent",
            )
        )
    return tuple(notes)
