"""What is said where a standard plan is asked for that has not been computed."""

from typing import NamedTuple

from api.settings import Settings
from api.state import Edition
from geo.places import Place
from geo.text import Text


class Missing(NamedTuple):
    """A sentence, the command that computes it, and where other questions go."""

    detail: Text
    command: str
    post: str | None


def missing_plan(edition: Edition, place: Place) -> Missing:
    """Of one city."""
    ahead = edition.settings.plan_ahead and place.parent in edition.snapshot.info.provinces
    zh = "服务正在后台计算，请稍后再来" if ahead else "可用下面的命令或 POST 请求得到"
    en = "it is on its way, come back later" if ahead else "see the command, or the POST"
    return Missing(
        Text(
            f"{place.name}的标准规划还没有算好；{zh}",
            f"the standard plan of {place.name_en} has not been computed yet: {en}",
        ),
        f"yizhan precompute {place.adcode}",
        f"/api/v1/cities/{place.adcode}/plans",
    )


def missing_ranking(settings: Settings) -> Missing:
    """Of all cities."""
    ahead = settings.plan_ahead
    zh = "服务正在后台计算，请稍后再来" if ahead else "可用下面的命令算好"
    en = "they are on their way, come back later" if ahead else "the command computes them"
    return Missing(
        Text(
            f"还没有算好任何一个市的规划；{zh}",
            f"no city's plan has been computed yet: {en}",
        ),
        "yizhan precompute",
        None,
    )
