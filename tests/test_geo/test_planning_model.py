"""What a plan is made of: bands, thresholds, and the made-up plan that others draw."""

import pytest

from geo.planning.model import Band, Threshold
from geo.planning.shown import shown_area, shown_people, shown_share


def test_a_band_over_nothing_is_unknown():
    assert Band(1.0, 2.0).over(4.0) == Band(0.25, 0.5)
    assert Band(1.0, 2.0).over(0.0) is None


@pytest.mark.parametrize(
    ("threshold", "zh", "en"),
    [
        (Threshold(radius_m=500.0), "500 米", "500 m"),
        (Threshold(radius_m=1000.0), "1 公里", "1 km"),
        (Threshold(radius_m=1500.0), "1.5 公里", "1.5 km"),
        (
            Threshold(radius_m=923.0, minutes=15.0, mode="walk"),
            "步行 15 分钟",
            "15 minutes on foot",
        ),
    ],
)
def test_a_threshold_is_called_what_it_was_asked_as(threshold, zh, en):
    assert tuple(threshold.label) == (zh, en)


def test_the_made_up_plan_says_that_it_is_made_up(sample_plan):
    plan = sample_plan()
    assert plan.synthetic
    assert "示意" in plan.notes[0].zh
    assert len(plan.thresholds) == 2
    assert plan.coverage(plan.thresholds[0]).lens.code == "all"
    with pytest.raises(KeyError):
        plan.coverage(plan.thresholds[0], "kind:none")
    bare = sample_plan(state="none")
    assert (bare.coverages, bare.gaps, bare.proposals) == ([], [], None)


@pytest.mark.parametrize(
    ("band", "basis", "said"),
    [
        (Band(12_345.6, 23_456.7), "district", "12,300–23,500"),
        (Band(12_345.6, 12_349.0), "district", "12,300"),
        (Band(999.6, 999.6), "district", "1,000"),
        (Band(0.0, 7.6), "district", "0–8"),
        (Band(12_345.6, 12_345.6), "grid", "12,346"),
        (Band(3.0, 4.0), "points", "3–4"),
        (None, "district", "–"),
    ],
)
def test_people_are_shown_no_finer_than_they_are_known(band, basis, said):
    assert shown_people(band, basis) == said


def test_areas_and_shares_are_shown_with_three_digits():
    assert shown_area(Band(1.234, 1234.5)) == "1.23–1,230"
    assert shown_area(Band(12.34, 12.34)) == "12.3"
    assert shown_share(Band(0.1234, 0.2)) == "12.3–20.0 %"
    assert shown_area(None) == shown_share(None) == "–"
