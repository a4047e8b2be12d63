"""How much of the stations that exist a list holds, and what may be said by it."""

from collections.abc import Sequence

from geo.catalogue import SYNTHETIC, Completeness
from geo.places import Place
from geo.planning.model import CityPlan, Counts, ListState
from geo.text import Text


def list_state(
    completeness: Completeness | None, *, has_list: bool, known: int, synthetic: bool
) -> ListState:
    """What a list of ``known`` stations is. A synthetic one is the whole of its made-up city."""
    if not has_list:
        return "none"
    if completeness is not None:
        return "complete" if known >= completeness.published else "partial"
    return "complete" if synthetic else "unstated"


def notes(
    place: Place,
    state: ListState,
    completeness: Completeness | None,
    counts: Counts,
    *,
    synthetic: bool,
    unlisted: Sequence[Place],
) -> list[Text]:
    """The warnings that every page, sheet and map of a plan carries."""
    found = [SYNTHETIC] if synthetic else []
    if state == "none":
        return [*found, *_how_to_add(place)]
    if state == "partial" and completeness is not None:
        says = completeness.says(counts.listed)
        found.append(
            Text(
                f"名录不全：{says.zh}。覆盖率为“至少”，盲区是“名录中的盲区”，"
                "建议选址可能与名录外的站点重复",
                f"The list is partial: {says.en}. Coverage is at least this, gaps are gaps in the"
                " list, and proposed sites may stand beside stations that it lacks",
            )
        )
        if completeness.note:
            found.append(completeness.note)
    if state == "unstated":
        found.append(
            Text(
                "名录没有写明公布总数，不知是否齐全：覆盖率为“至少”，盲区是“名录中的盲区”，"
                "建议选址可能与名录外的站点重复",
                "The list does not state how many stations are published, so whether it is whole"
                " is not known: coverage is at least this, gaps are gaps in the list, and proposed"
                " sites may stand beside stations that it lacks",
            )
        )
    return [*found, *_doubtful(counts.suspect), *_across(unlisted)]


def joint_notes(plans: Sequence[CityPlan]) -> list[Text]:
    """The warnings of some cities' plans on one page: each one once, what is alike in one."""
    alike = {
        note
        for plan in plans
        for note in (*_doubtful(plan.counts.suspect), *_across(plan.unlisted_neighbours))
    }
    apart = dict.fromkeys(note for plan in plans for note in plan.notes if note not in alike)
    unlisted = {each.adcode: each for plan in plans for each in plan.unlisted_neighbours}
    return [
        *apart,
        *_doubtful(sum(plan.counts.suspect for plan in plans)),
        *_across([unlisted[adcode] for adcode in sorted(unlisted)]),
    ]


def _doubtful(suspect: int) -> list[Text]:
    if not suspect:
        return []
    return [
        Text(
            f"{suspect} 个站点位置存疑，只计入上限",
            f"{suspect} stations of suspect position count in upper bounds only",
        )
    ]


def _across(unlisted: Sequence[Place]) -> list[Text]:
    if not unlisted:
        return []
    zh, en = "、".join(c.name for c in unlisted), ", ".join(c.name_en for c in unlisted)
    return [
        Text(
            f"相邻的{zh}没有名录：边界对面是“未知”，不是“没有站点”",
            f"No list of {en}: across that border it is unknown, not without stations",
        )
    ]


def _how_to_add(place: Place) -> list[Text]:
    return [
        Text(
            f"{place.name}没有站点名录，因此不给覆盖率、盲区和选址建议",
            f"There is no list of stations of {place.name_en}, so no ratio, no gaps and no"
            " proposals are given",
        ),
        Text(
            f"提交名录：yizhan import 文件 --city {place.adcode}，"
            "或按 data/stations/README.md 加一个 CSV",
            f"To add one: yizhan import FILE --city {place.adcode},"
            " or a CSV as data/stations/README.md says",
        ),
    ]
