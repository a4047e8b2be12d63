"""Distances and bearings against published geodesics, and at the poles and antipodes."""

import math

import pytest

from geo.errors import InputError, SwappedError
from geo.geodesic import bearing_deg, distance_m, inverse
from geo.position import Position, checked_position, coarse, parse_position


def test_against_the_geodesic_of_vincentys_survey_line():
    # Flinders Peak to Buninyong on GRS-80, which WGS-84 matches here to a tenth of a millimetre.
    flinders = Position(144 + 25 / 60 + 29.52440 / 3600, -(37 + 57 / 60 + 3.72030 / 3600))
    buninyong = Position(143 + 55 / 60 + 35.38390 / 3600, -(37 + 39 / 60 + 10.15610 / 3600))
    assert distance_m(flinders, buninyong) == pytest.approx(54972.271, abs=1e-3)
    assert bearing_deg(flinders, buninyong) == pytest.approx(306 + 52 / 60 + 5.37 / 3600, abs=1e-5)


def test_poles_and_antipodes():
    quarter_m = 10001965.729
    assert distance_m(Position(0, 0), Position(0, 90)) == pytest.approx(quarter_m, abs=1e-3)
    assert distance_m(Position(0, -90), Position(77, 90)) == pytest.approx(2 * quarter_m, abs=2e-3)
    assert distance_m(Position(0, 0), Position(180, 0)) == pytest.approx(2 * quarter_m, abs=2e-3)
    assert distance_m(Position(113, 34), Position(113, 34)) == 0.0


def test_one_to_many():
    distances, bearings = inverse(113.66, 34.75, [113.66, 113.67, 113.66], [34.76, 34.75, 34.75])
    assert distances == pytest.approx([1109.39, 915.45, 0.0], abs=0.2)
    assert bearings[:2] == pytest.approx([0.0, 90.0], abs=0.01)
    assert (bearings >= 0).all()
    assert (bearings < 360).all()


@pytest.mark.parametrize(
    "text", ["113.66,34.75", "113.66，34.75", " 113.66 34.75 ", "113.66, 34.75"]
)
def test_a_typed_position(text):
    assert parse_position(text) == (113.66, 34.75)


@pytest.mark.parametrize("text", ["", "113.66", "a,b", "1,2,3", "nan,34", "113.66,inf", "200,10"])
def test_a_position_that_is_none(text):
    with pytest.raises(InputError):
        parse_position(text)


def test_swapped_is_said_so():
    with pytest.raises(SwappedError) as error:
        checked_position(34.757123, 113.665123)
    assert "34.76,113.67" in str(error.value.value)
    assert "757" not in str(error.value)


def test_coarse():
    assert coarse(113.66567) == "113.67"
    assert coarse(math.nan) == "nan"
