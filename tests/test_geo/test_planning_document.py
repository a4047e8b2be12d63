"""plan.json: it fits its schema, is the same for the same plan, and its outlines are GeoJSON."""

import json

import jsonschema
import pytest
import shapely
from shapely.geometry import shape

from geo.planning.document import document_of, geometry_document, plan_bytes, plan_document
from geo.planning.model import Band
from geo.planning.reading import plan_of
from geo.planning.schema import plan_schema
from geo.text import Text


def test_the_schema_at_hand_is_the_one_of_the_records(root):
    path = root / "geo" / "planning" / "plan.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == plan_schema()


@pytest.mark.parametrize("state", ["none", "partial", "unstated", "complete"])
def test_plans_fit_the_schema(sample_plan, state):
    schema = plan_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(plan_bytes(sample_plan(state=state))), schema)


def test_the_schema_refuses_what_is_no_plan(sample_plan):
    document = plan_document(sample_plan())
    document["gaps"][0]["ranked"][0]["people"] = "many"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, plan_schema())


def test_equal_plans_have_equal_bytes(sample_plan):
    assert plan_bytes(sample_plan()) == plan_bytes(sample_plan())


def test_texts_bands_and_ratios_are_objects(sample_plan):
    city = plan_document(sample_plan())["coverages"][0]["city"]
    assert city["area_ratio"]["low"] == pytest.approx(city["area"]["low"] / city["area_km2"])
    assert document_of(Band(1.0, 2.0)) == {"low": 1.0, "high": 2.0}
    assert document_of(Text("甲", "A")) == {"zh": "甲", "en": "A"}


def test_outlines_are_geojson_of_six_decimals_wound_to_the_right():
    clockwise = shapely.Polygon([(0, 0), (0, 1 / 3), (1 / 3, 1 / 3), (1 / 3, 0)])
    geometry = geometry_document(clockwise)
    (ring,) = geometry["coordinates"]
    assert shapely.LinearRing(ring).is_ccw
    assert {number for point in ring for number in point} == {0.0, 0.333333}
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert shapely.from_geojson(json.dumps(geometry_document(bow))).is_valid


def normal(value: object) -> object:
    """The same with outlines that begin anywhere made equal."""
    if isinstance(value, dict):
        if "coordinates" in value:
            return shapely.to_wkt(shapely.normalize(shape(value)), rounding_precision=6)
        return {name: normal(each) for name, each in value.items()}
    return [normal(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("state", ["complete", "partial", "unstated", "none"])
def test_a_document_is_read_back_as_the_plan(sample_plan, places, state):
    document = plan_document(sample_plan(state=state))
    read = plan_of(json.loads(json.dumps(document)), places)
    assert normal(plan_document(read)) == normal(document)
    assert read.thresholds == sample_plan(state=state).thresholds
