"""What is asked of a model of siting, as it is typed."""

import math
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from geo.errors import InputError
from geo.siting import Effort
from geo.text import Text

Model = Literal["mclp", "lscp", "pmedian", "pcenter"]
COVERING: Final = ("mclp", "lscp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a model: ``count`` new sites (lscp finds the number itself).

    ``capacity`` is that of every site, or ``"column"`` for those that the files state;
    ``min_sites`` and ``min_share`` are what each district must have (mclp alone).
    """

    model: Model = "mclp"
    count: int | None = None
    radius: float | None = None
    capacity: float | Literal["column"] | None = None
    min_sites: int = 0
    min_share: float = 0.0
    effort: Effort = field(default_factory=Effort)

    @property
    def has_rules(self) -> bool:
        """Whether a plan must keep to more than its number of sites."""
        return self.capacity is not None or self.min_sites != 0 or self.min_share != 0.0


def checked_model(text: str) -> Model:
    """The model of this name. Raises :class:`InputError` for another word."""
    for known in get_args(Model):
        if text == known:
            return known  # type: ignore[no-any-return]
    words = get_args(Model)
    raise InputError(
        "model",
        zh="没有这种选址模型",
        en="there is no such model",
        value=text[:20],
        expected=Text("、".join(words), ", ".join(words)),
    )


def checked_capacity(text: str | None) -> float | Literal["column"] | None:
    """A capacity as typed: a number, or the word. Raises :class:`InputError`."""
    if text is None or text == "column":
        return text  # type: ignore[return-value]
    try:
        return float(text)
    except ValueError:
        raise InputError(
            "capacity",
            zh="容量应为一个数，或 column",
            en="a capacity is a number, or the word column",
            value=text[:20],
            expected=Text("如 500；或 column（用文件里的容量列）", "such as 500, or column"),
        ) from None


def check_wish(wish: Wish) -> None:
    """Raise :class:`InputError` where a model lacks what it needs."""
    if wish.model in COVERING and wish.radius is None:
        raise InputError(
            "radius",
            zh=f"{wish.model} 需要半径",
            en=f"{wish.model} needs a radius",
            value=None,
            expected=Text("--radius 800", "--radius 800"),
        )
    if wish.model != "lscp" and wish.count is None:
        raise InputError(
            "next",
            zh=f"{wish.model} 需要知道要选几处",
            en=f"{wish.model} needs the number of sites",
            value=None,
            expected=Text("--next 5", "--next 5"),
        )
    if wish.has_rules and wish.model != "mclp":
        raise InputError(
            "capacity",
            zh="容量与每区最低要求只用于 mclp",
            en="capacities and minima for districts go with mclp alone",
            value=wish.model,
            expected=Text("--model mclp", "--model mclp"),
        )
    if isinstance(wish.capacity, float) and not 0.0 < wish.capacity < math.inf:
        raise InputError(
            "capacity",
            zh="每站容量应为正数",
            en="the capacity of a site is a positive number",
            value=f"{wish.capacity:g}",
        )
    limit = wish.effort.time_limit_s
    if limit is not None and not limit > 0.0:
        raise InputError(
            "time_limit",
            zh="时间上限应大于 0 秒",
            en="the time limit is more than 0 seconds",
            value=f"{limit:g}",
        )
