"""Questions that have no answer, said in one sentence before any work is done."""

from collections.abc import Sequence

import numpy as np

from geo.errors import InputError
from geo.siting.model import Problem
from geo.text import Text


def candidates(problem: Problem) -> list[int]:
    """The columns that may be chosen: all but the existing ones."""
    standing = set(problem.existing)
    return [site for site in range(problem.reach.shape[1]) if site not in standing]


def check_problem(problem: Problem) -> None:
    """Refuse weights that are no weights, and shapes that do not fit.

    Raises :class:`~geo.errors.InputError` with the first thing that is wrong.
    """
    demand, sites = problem.reach.shape
    if problem.weights.shape != (demand,):
        raise InputError(
            "weights",
            zh=f"权重有 {len(problem.weights)} 个，需求点有 {demand} 个，两者须相等",
            en=f"there are {len(problem.weights)} weights and {demand} demand points",
            value=str(len(problem.weights)),
        )
    _check_weights(problem)
    if any(not 0 <= site < sites for site in problem.existing):
        raise InputError(
            "existing", zh="现有站点的列号超出范围", en="an existing site is no column", value=None
        )
    if not candidates(problem):
        raise InputError("candidates", zh="没有候选点", en="there is no candidate site", value="0")


def _check_weights(problem: Problem) -> None:
    weights = problem.weights
    expected = Text("不小于 0 的数", "a number not below 0")
    for wrong, zh, en in (
        (~np.isfinite(weights), "不是有限的数", "is not a finite number"),
        (weights < 0.0, "为负", "is negative"),
    ):
        if wrong.any():
            nth = int(np.argmax(wrong))
            raise InputError(
                "weights",
                zh=f"第 {nth + 1} 个需求点的权重{zh}（共 {int(wrong.sum())} 个）",
                en=f"the weight of demand point {nth + 1} {en} ({int(wrong.sum())} such)",
                value=str(weights[nth]),
                expected=expected,
            )
    if not weights.any():
        raise InputError(
            "weights",
            zh="所有需求点的权重都是 0，没有可覆盖的人",
            en="all weights are 0: there is nobody to serve",
            value="0",
            expected=expected,
        )


def check_counts(problem: Problem, counts: Sequence[int]) -> None:
    """Refuse a number of new sites that is below 1 or above the number of candidates."""
    most = len(candidates(problem))
    expected = Text(f"1 到 {most} 的整数", f"whole numbers from 1 to {most}")
    if not counts:
        raise InputError(
            "counts", zh="没有说要选几处", en="no number of sites", value=None, expected=expected
        )
    for count in counts:
        if not 1 <= count <= most:
            raise InputError(
                "counts",
                zh=f"要选 {count} 处，候选点只有 {most} 个" if count > most else "至少选 1 处",
                en=f"{count} sites are asked for and there are {most} candidates"
                if count > most
                else "at least 1 site must be asked for",
                value=str(count),
                expected=expected,
            )
