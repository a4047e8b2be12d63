"""The change between two revisions, against plans of every revision in between."""

from dataclasses import replace

import pytest

from geo.errors import MixedDataError
from geo.planning.change import Pair, steps
from geo.planning.model import Band
from geo.planning.parameters import Parameters
from geo.planning.plan import plan_city
from geo.position import Position
from geo.snapshot import SnapshotFolder

ASKED = Parameters(radii_m=(1000.0,), moments=("workday:20:00",), next_sites=0)


@pytest.fixture(scope="module")
def revisions(shipped):
    """The stations after each of the five causes, the first being before all of them."""
    before = {each.id: each for each in shipped.stations()}
    counted = sorted(key for key, each in before.items() if each.answerable)
    closes, leaves, moves, reschedules, sours, opens = counted[:6]
    before[opens] = replace(before[opens], status="suspended")
    suspect = next(key for key, each in before.items() if each.position_quality == "suspect")
    now = [before]

    def then(changed, gone=()):
        kept = {key: each for key, each in now[-1].items() if key not in gone}
        now.append(kept | {each.id: each for each in changed})

    then([replace(before[closes], status="closed")], gone=[leaves])
    lon, lat = before[moves].position
    new = replace(before[moves], id="410102-9001", position=Position(lon + 0.05, lat))
    then([new, replace(before[opens], status="open")])
    then([replace(before[moves], position=Position(lon, lat + 0.03))])
    then([replace(before[reschedules], hours_text="24小时")])
    then(
        [
            replace(before[suspect], position_quality="surveyed"),
            replace(before[sours], kind="nursing_room", phone="0371-1234567"),
        ]
    )
    return now


@pytest.fixture(scope="module")
def plans(revisions, shipped, places, tmp_path_factory):
    """A plan of every revision, and the last one compared with the first."""
    snapshots = [
        SnapshotFolder(tmp_path_factory.mktemp("revision")).publish(each.values(), shipped.info)
        for each in revisions
    ]
    found = [plan_city(each, places, "郑州", parameters=ASKED) for each in snapshots]
    compared = plan_city(snapshots[-1], places, "郑州", parameters=ASKED, compare=snapshots[0])
    return found, compared


@pytest.mark.parametrize("lens", ["all", "hours:workday:20:00"])
def test_each_cause_is_what_its_step_changed(plans, lens):
    found, compared = plans
    (change,) = [each for each in compared.change if each.lens.code == lens]
    cities = [each.coverage(each.thresholds[0], lens).city for each in found]
    assert change.before.area == pytest.approx(cities[0].area)
    assert change.after.area == pytest.approx(cities[-1].area)
    assert [cause.code for cause in change.causes] == [
        "closed", "new", "moved", "hours", "corrected",
    ]  # fmt: skip
    for cause, was, becomes in zip(change.causes, cities, cities[1:], strict=False):
        for end in (0, 1):
            # Each revision is measured on circles of its own: equal but for rounding.
            assert cause.area_m2[end] == pytest.approx(
                (becomes.area[end] - was.area[end]) * 1e6, abs=2
            )
            assert cause.people[end] == pytest.approx(becomes.people[end] - was.people[end], abs=2)


@pytest.mark.parametrize("lens", ["all", "hours:workday:20:00"])
def test_the_parts_add_up_to_the_whole_exactly(plans, lens):
    (change,) = [each for each in plans[1].change if each.lens.code == lens]
    for end in (0, 1):
        assert sum(cause.area_m2[end] for cause in change.causes) == change.area_m2[end]
        assert sum(cause.people[end] for cause in change.causes) == change.people[end]
    assert change.area_m2 != Band(0.0, 0.0)


def test_hours_change_nothing_but_coverage_by_the_hour(plans):
    by_lens = {each.lens.code: each.causes[3] for each in plans[1].change}
    assert by_lens["all"].area_m2 == Band(0.0, 0.0)
    assert by_lens["hours:workday:20:00"].area_m2.low > 0
    assert all(len(cause.stations) == 1 for cause in by_lens.values())


def test_causes_name_the_stations_that_changed(plans, revisions):
    change = plans[1].change[0]
    assert [len(cause.stations) for cause in change.causes] == [2, 2, 1, 1, 2]
    assert set(change.causes[0].stations) <= set(revisions[0])
    assert "410102-9001" in change.causes[1].stations


def test_what_was_reached_then_is_drawn(plans):
    found, compared = plans
    change = compared.change[0]
    drawn = change.covered_before.symmetric_difference(found[0].coverages[0].covered)
    assert drawn.area == pytest.approx(0, abs=1e-9)


def test_a_revision_compared_with_itself_has_not_changed(shipped, places):
    plan = plan_city(shipped, places, "郑州", parameters=ASKED, compare=shipped)
    for change in plan.change:
        assert change.before == change.after
        assert all(not cause.stations for cause in change.causes)
        assert change.area_m2 == Band(0.0, 0.0)


def test_real_and_synthetic_are_not_compared(shipped, places, tmp_path):
    stations = [replace(each, synthetic=True) for each in shipped.stations()]
    info = replace(shipped.info, synthetic=True)
    made_up = SnapshotFolder(tmp_path).publish(stations, info)
    with pytest.raises(MixedDataError):
        plan_city(made_up, places, "郑州", compare=shipped, parameters=ASKED)


def test_steps_end_with_the_stations_of_now(revisions):
    before, after = revisions[0], revisions[-1]
    pairs = [Pair(before.get(key), after.get(key)) for key in before | after]
    assert {each.id: each for each in steps(pairs)[-1].stations} == after
