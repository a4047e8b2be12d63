"""Maximal covering under rules: capacities, and a minimum for each district."""

from dataclasses import replace

import numpy as np
from scipy.sparse import block_array, coo_array, csr_array

from geo.errors import InputError
from geo.siting.checks import candidates, check_counts, check_problem
from geo.siting.costs import sums
from geo.siting.filling import Filled, filled_up
from geo.siting.milp import Program, solve
from geo.siting.model import Effort, Floats, Ints, Plan, Problem, Rules, Status
from geo.siting.watch import Watch
from geo.text import Text

_DEFAULT = Effort()
_ROUNDING = 1e-9


def ruled_covering(
    problem: Problem, count: int, rules: Rules, *, effort: Effort = _DEFAULT
) -> tuple[Plan, tuple[float, float]]:
    """MCLP under rules, and what the minima cost: at least, at most, in units of the objective.

        maximise Σᵢⱼ sᵢⱼ   subject to   Σⱼ sᵢⱼ ≤ wᵢ,  Σᵢ sᵢⱼ ≤ kⱼ yⱼ,  sᵢⱼ ≤ wᵢ yⱼ,  Σⱼ yⱼ = p,
        Σ (yⱼ : j in d) ≥ min_sites,  Σ (sᵢⱼ : i in d) ≥ min_share · Wd  for every district d,

    y binary, existing sites open, s the weight of i that j serves: the capacitated form in which
    a point may be divided (J. R. Current, J. E. Storbeck, "Capacitated covering models",
    Environment and Planning B 15 (1988), 153–163). The price of the minima is the difference to
    the optimum without them, capacities being the same. A district without demand has no share.

    Raises :class:`~geo.errors.InputError` for rules that so many sites cannot keep, and where no
    plan that keeps them was found in the time.
    """
    check_problem(problem)
    check_counts(problem, [count])
    _check_districts(problem, count, rules)
    watch = Watch(effort)
    minima = rules.min_sites > 0 or rules.min_share > 0.0
    watch.share(2 if minima else 1)
    plan = _solved(problem, count, rules, watch)
    if not minima:
        return plan, (0.0, 0.0)
    watch.share(1)
    free = _solved(problem, count, replace(rules, min_sites=0, min_share=0.0), watch)
    least = max(0.0, free.objective - plan.bound)
    return plan, (least, max(least, free.bound - plan.objective))


def _solved(problem: Problem, count: int, rules: Rules, watch: Watch) -> Plan:
    start = filled_up(problem, count, rules)
    keeps = _keeps_shares(problem, rules, start)
    latest = [_most(problem, count, rules)]
    if keeps and start.objective >= latest[0] * (1.0 - _ROUNDING):
        return _filled_plan(start, latest[0], "optimal")
    program = _program(problem, count, rules)
    sites = problem.reach.shape[1]

    def enough(best: float, bound: float) -> bool:
        latest[0] = min(latest[0], -bound)
        known = start.objective if keeps else 0.0
        reached = max(-best, known) if np.isfinite(best) else known
        watch.tell(count, reached, latest[0])
        return watch.over() or reached >= latest[0] * (1.0 - watch.effort.gap) > 0.0

    opens = np.zeros(sites)
    opens[[*problem.existing, *start.sites]] = 1.0
    with watch.interruptible():
        outcome = solve(program, start=opens, seconds=watch.remaining_s, enough=enough)
    bound = min(latest[0], -outcome.bound) if np.isfinite(outcome.bound) else latest[0]
    if outcome.values is None and outcome.proven:
        raise _unmet(rules, proven=True)
    values = outcome.values
    status: Status = "optimal" if outcome.proven else watch.status
    if values is None or (keeps and float(values[sites:].sum()) < start.objective):
        if not keeps:
            raise _unmet(rules, proven=False)
        return _filled_plan(start, bound, status)
    opened = np.flatnonzero(values[:sites] > 0.5)
    new = [site for site in opened.tolist() if site not in set(problem.existing)]
    served = values[sites:]
    by_site = np.bincount(_entries(problem)[1], weights=served, minlength=sites)
    new.sort(key=lambda site: (-by_site[site], site))
    objective = float(served.sum())
    return Plan(
        count=count,
        sites=tuple(new),
        gains=tuple(by_site[new].tolist()),
        objective=objective,
        bound=max(objective, bound),
        status=status,
    )


def _filled_plan(start: Filled, bound: float, status: Status) -> Plan:
    return Plan(
        count=len(start.sites),
        sites=tuple(start.sites),
        gains=tuple(start.gains),
        objective=start.objective,
        bound=max(start.objective, bound),
        status=status,
    )


def _keeps_shares(problem: Problem, rules: Rules, plan: Filled) -> bool:
    """Whether enough of each district is served."""
    if not rules.min_share:
        return True
    district = _districts(problem.demand_district)
    held, missed = (np.bincount(district, weights=each) for each in (problem.weights, plan.left))
    return bool((held - missed >= rules.min_share * held * (1.0 - _ROUNDING)).all())


def _most(problem: Problem, count: int, rules: Rules) -> float:
    """What so many sites serve at most, each by itself."""
    most = _alone(problem, rules)
    new = np.sort(most[candidates(problem)])[::-1][:count]
    return min(float(problem.weights.sum()), float(most[list(problem.existing)].sum() + new.sum()))


def _alone(problem: Problem, rules: Rules) -> Floats:
    """What each site serves if it is the only one, shape (m,)."""
    row, column = _entries(problem)
    within = sums(column, problem.weights[row], problem.reach.shape[1])
    return within if rules.capacity is None else np.minimum(rules.capacity, within)


def _entries(problem: Problem) -> tuple[Ints, Ints]:
    reach = problem.reach
    return np.repeat(np.arange(reach.shape[0]), np.diff(reach.indptr)), reach.indices


def _program(problem: Problem, count: int, rules: Rules) -> Program:
    """Variables are y of all columns and s of all entries of the reach."""
    (demand, sites), weights = problem.reach.shape, problem.weights
    row, column = _entries(problem)
    entries = np.arange(len(row))
    ones, every = np.ones(len(row)), np.arange(sites)
    most = _alone(problem, rules)
    standing = np.isin(every, problem.existing).astype(np.float64)
    blocks: list[tuple[csr_array | None, csr_array | None, Floats, Floats]] = []

    def add(y: csr_array | None, s: csr_array | None, low: Floats, high: Floats) -> None:
        blocks.append((y, s, low, high))

    def of(values: Floats, at: Ints, to: Ints, shape: tuple[int, int]) -> csr_array:
        return coo_array((values, (at, to)), shape=shape).tocsr()

    nothing = np.full(demand, -np.inf)
    add(None, of(ones, row, entries, (demand, len(row))), nothing, weights)
    serves = of(ones, column, entries, (sites, len(row)))
    add(of(-most, every, every, (sites, sites)), serves, np.full(sites, -np.inf), np.zeros(sites))
    opens = of(-weights[row], entries, column, (len(row), sites))
    only = of(ones, entries, entries, (len(row), len(row)))
    add(opens, only, np.full(len(row), -np.inf), np.zeros(len(row)))
    total = np.array([count + standing.sum()])
    add(of(np.ones(sites), np.zeros_like(every), every, (1, sites)), None, total, total)
    add(of(np.ones(sites), every, every, (sites, sites)), None, standing, np.ones(sites))
    if rules.min_sites:
        district = _districts(problem.site_district)
        number = int(district.max()) + 1
        least = np.full(number, float(rules.min_sites))
        least[np.bincount(district, minlength=number) == 0] = 0.0
        add(of(np.ones(sites), district, every, (number, sites)), None, least,
            np.full(number, np.inf))  # fmt: skip
    if rules.min_share:
        of_demand = _districts(problem.demand_district)
        held = sums(of_demand, weights, int(of_demand.max()) + 1)
        served = of(ones, of_demand[row], entries, (len(held), len(row)))
        add(None, served, rules.min_share * held * (1.0 - _ROUNDING), np.full(len(held), np.inf))
    grid = [[y, s] for y, s, _, _ in blocks]
    return Program(
        cost=np.concatenate((np.zeros(sites), -ones)),
        rows=csr_array(block_array(grid, format="csr")),
        low=np.concatenate([low for _, _, low, _ in blocks]),
        high=np.concatenate([high for _, _, _, high in blocks]),
        upper=np.concatenate((np.ones(sites), weights[row])),
        integers=sites,
    )


def _districts(numbers: Ints | None) -> Ints:
    if numbers is None:
        raise InputError(
            "district",
            zh="各区的最低要求需要知道每个点属于哪个区",
            en="a minimum for each district needs the district of every point",
            value=None,
            expected=Text("district（区县）列", "a column called district"),
        )
    return numbers


def _check_districts(problem: Problem, count: int, rules: Rules) -> None:
    """Refuse minima that more sites than asked for would be needed for, or have no meaning."""
    if rules.min_share:
        _districts(problem.demand_district)
        if not 0.0 <= rules.min_share <= 1.0:
            raise InputError(
                "minimum_share",
                zh="每区最低覆盖率应在 0 到 1 之间",
                en="the least share of each district is between 0 and 1",
                value=f"{rules.min_share:g}",
            )
    if not rules.min_sites:
        return
    district = _districts(problem.site_district)
    new, standing = candidates(problem), list(problem.existing)
    number = int(district.max()) + 1
    had = np.bincount(district[standing], minlength=number)
    could = np.bincount(district[new], minlength=number)
    owed = np.maximum(rules.min_sites - had, 0)
    owed[(had == 0) & (could == 0)] = 0
    if int(owed.sum()) > count or (owed > could).any():
        needed = int(owed.sum())
        raise InputError(
            "minimum",
            zh=f"每区至少 {rules.min_sites} 处共需新增 {needed} 处，"
            f"只选 {count} 处，或某区候选点不足",
            en=f"at least {rules.min_sites} in each district takes {needed} new sites of {count}, "
            "or a district has too few candidates",
            value=str(rules.min_sites),
            expected=Text("更多的新站点，或更低的要求", "more new sites, or a lower minimum"),
        )


def _unmet(rules: Rules, *, proven: bool) -> InputError:
    return InputError(
        "minimum",
        zh="没有方案能满足这些要求" if proven else "限时之内没有找到满足要求的方案",
        en="no plan keeps these rules"
        if proven
        else "no plan that keeps the rules was found in time",
        value=f"{rules.min_share:g}",
        expected=Text(
            "更多站点、更大半径，或更低的要求", "more sites, a greater radius or a lower minimum"
        ),
    )
