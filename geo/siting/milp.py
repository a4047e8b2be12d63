"""Mixed-integer programs through HiGHS, which can be watched and stopped.

J. A. J. Hall, Q. Huangfu and others: HiGHS, https://highs.dev.
"""

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.siting.model import Floats

_POLL_S = 0.05
# The solver does not look up from within a linear program; nobody waits longer for it.
_PATIENCE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Minimise ``cost`` · x, ``low`` ≤ ``rows`` @ x ≤ ``high``, 0 ≤ x ≤ ``upper``.

    The first ``integers`` variables are integer.
    """

    cost: Floats
    rows: csr_array
    low: Floats
    high: Floats
    upper: Floats
    integers: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """``values`` is ``None`` if no solution was found, ``bound`` infinite if there is none."""

    values: Floats | None
    bound: float
    proven: bool


def solve(
    program: Program,
    *,
    start: NDArray[np.float64] | None = None,
    seconds: float = float("inf"),
    enough: Callable[[float, float], bool] = lambda _best, _bound: False,
) -> Outcome:
    """Solve; ``enough`` is told the best value and the bound now and then, and may end it.

    The solver runs in a thread of its own, so that Ctrl-C reaches the caller: it ends the
    solver first and is then raised. ``start`` holds the integer variables of a known solution.
    One that does not end at once when it should is left to end by itself, and its last bound kept.
    """
    solver = _solver(program, start, seconds)
    latest = _run(solver, enough)
    if latest is not None:
        return Outcome(None, latest, proven=False)
    outcome = _outcome(solver, program)
    if start is not None and outcome.proven and _is_amiss(solver, outcome):
        # HiGHS 1.16 can end "optimal" at the start that it was given, with an objective that no
        # solution has; left to itself it does not.
        return solve(program, seconds=seconds, enough=enough)
    return outcome


def _solver(program: Program, start: NDArray[np.float64] | None, seconds: float) -> highspy.Highs:
    _hush()
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    solver.setOptionValue("random_seed", 0)
    if np.isfinite(seconds):
        solver.setOptionValue("time_limit", max(seconds, 0.01))
    solver.passModel(_model(program))
    if start is not None:
        columns = np.arange(program.integers, dtype=np.int32)
        solver.setSolution(program.integers, columns, start.astype(np.float64))
    return solver


@cache
def _hush() -> None:
    """Let the first solver of the process greet nobody.

    HiGHS writes its name and licence to file descriptor 1 before any option can be set, once a
    process, where a caller's JSON is expected.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _model(program: Program) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.rows.shape
    lp.col_cost_ = program.cost
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = program.upper
    lp.row_lower_, lp.row_upper_ = program.low, program.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.rows.indptr
    lp.a_matrix_.index_ = program.rows.indices
    lp.a_matrix_.value_ = program.rows.data
    kinds = [highspy.HighsVarType.kInteger] * program.integers
    lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (lp.num_col_ - program.integers)
    return lp


def _run(solver: highspy.Highs, enough: Callable[[float, float], bool]) -> float | None:
    """Run to an end; the last bound if it was told to stop and did not."""
    stop, latest = threading.Event(), [(np.inf, -np.inf)]

    def on_event(event: highspy.HighsCallbackEvent) -> None:
        out = event.data_out
        latest[0] = (out.mip_primal_bound, out.mip_dual_bound)
        if stop.is_set():
            event.interrupt()

    solver.cbMipInterrupt += on_event
    worker = threading.Thread(target=solver.run, daemon=True)
    worker.start()
    try:
        while worker.is_alive() and not stop.is_set():
            worker.join(_POLL_S)
            if enough(*latest[0]):
                stop.set()
    finally:
        stop.set()
        worker.join(_PATIENCE_S)
    return latest[0][1] if worker.is_alive() else None


def _is_amiss(solver: highspy.Highs, outcome: Outcome) -> bool:
    """Whether the objective that the solver states is not that of its values."""
    stated = solver.getInfo().objective_function_value
    return outcome.values is not None and not np.isclose(stated, outcome.bound, atol=1e-6)


def _outcome(solver: highspy.Highs, program: Program) -> Outcome:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Outcome(None, float("inf"), proven=True)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value) if found else None
    proven = status == highspy.HighsModelStatus.kOptimal
    # The solver's own bound can lag behind its proof (both gaps allowed are 0).
    bound = info.mip_dual_bound
    if proven and values is not None:
        bound = program.cost @ values
    return Outcome(values, float(bound), proven)
