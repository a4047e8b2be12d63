"""Places: found by every name, their outlines, the one that holds a point, their people."""

import subprocess
import sys

import numpy as np
import pytest
import shapely

from geo.boundaries import boundaries
from geo.errors import InputError, NotFoundError, SetupError
from geo.places import Places
from geo.position import Position

HENAN = {
    "410100": "Zhengzhou",
    "410200": "Kaifeng",
    "410300": "Luoyang",
    "410400": "Pingdingshan",
    "410500": "Anyang",
    "410600": "Hebi",
    "410700": "Xinxiang",
    "410800": "Jiaozuo",
    "410900": "Puyang",
    "411000": "Xuchang",
    "411100": "Luohe",
    "411200": "Sanmenxia",
    "411300": "Nanyang",
    "411400": "Shangqiu",
    "411500": "Xinyang",
    "411600": "Zhoukou",
    "411700": "Zhumadian",
    "419001": "Jiyuan",
}


def test_english_names_of_henan(places):
    assert {city.adcode: city.name_en for city in places.cities_of("410000")} == HENAN


@pytest.mark.parametrize("text", ["410100", "郑州", "郑州市", "Zhengzhou", " zhengzhou "])
def test_found_by_every_name(places, text):
    assert places.find(text).adcode == "410100"


@pytest.mark.parametrize(
    ("text", "adcode"),
    [
        ("河南", "410000"),
        ("陕西", "610000"),
        ("Shaanxi", "610000"),
        ("Shanxi", "140000"),
        ("北京", "110000"),
        ("内蒙古自治区", "150000"),
        ("开封市鼓楼区", "410204"),
        ("济源", "419001"),
        ("西藏", "540000"),
        ("重庆", "500000"),
        ("宁夏", "640000"),
        ("恩施", "422800"),
        ("大理", "532900"),
        ("海南", "460000"),
        ("海西", "632800"),
        ("三江", "450226"),
        ("连山", "211402"),
    ],
)
def test_found_by_name(places, text, adcode):
    assert places.find(text).adcode == adcode


def test_known_is_what_get_gives_and_none_where_there_is_no_such_code(places):
    for adcode, level in (("110000", None), ("419001", "district"), ("410102", None)):
        assert places.known(adcode, level) == places.get(adcode, level)
    assert places.known("410199") is None
    assert places.known("410100", "district") is None


def test_not_found_names_the_nearest(places):
    with pytest.raises(NotFoundError) as error:
        places.find("郑洲市")
    assert any("郑州市" in suggestion for suggestion in error.value.suggestions)
    with pytest.raises(NotFoundError):
        places.get("410199")


def test_a_name_of_several_places_is_refused_with_the_choices(places):
    with pytest.raises(InputError) as error:
        places.find("鼓楼区")
    assert "410204" in error.value.expected.zh


def test_numbers_and_boundary_lines(places):
    levels = [place.level for place in places]
    assert (levels.count("province"), levels.count("city"), levels.count("district")) == (
        34,
        375,
        2891,
    )
    assert all(place.adcode.isdigit() and len(place.adcode) == 6 for place in places)
    assert not any("境界" in place.name for place in places)
    assert places.boundary_lines().length > 1


def test_henan_has_157_districts_and_all_its_people(places):
    districts = [d for city in places.cities_of("410000") for d in places.districts_of(city)]
    assert len(districts) == 157
    assert all(district.people for district in districts)
    for city in places.cities_of("410000"):
        # A district that shares a development zone is estimated, and each share is rounded.
        assert abs(sum(d.people for d in places.districts_of(city)) - city.people) <= 1
    assert sum(city.people for city in places.cities_of("410000")) == 99365519


def test_unknown_people_are_unknown_and_never_zero(places):
    for place in places:
        assert (place.people is None) == (place.people_quality == "unknown")
        assert place.people != 0
    assert places.get("710000").people is None


def test_the_same_place_twice(places):
    assert places.get("110000").level == "city"
    assert places.get("110000", "province").level == "province"
    assert [district.adcode for district in places.districts_of("419001")] == ["419001"]
    located = places.at(places.get("419001").centre)
    assert (located.city.adcode, located.district.adcode) == ("419001", "419001")


def test_the_place_that_holds_a_point_equals_brute_force(places):
    districts = [place for place in places if place.level == "district"]
    outlines = [places.outline(place.adcode, "district") for place in districts]
    rng = np.random.default_rng(1)
    lons, lats = rng.uniform(73, 136, 400), rng.uniform(17, 54, 400)
    for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True):
        hits = np.flatnonzero(shapely.intersects_xy(outlines, lon, lat))
        expected = districts[hits[0]].adcode if len(hits) else None
        found = places.at(Position(lon, lat)).district
        assert (found and found.adcode) == expected


def test_centres_and_boxes(places):
    for city in places.cities_of("410000"):
        outline = places.outline(city.adcode, "city")
        assert shapely.intersects_xy(outline, *city.centre)
        assert outline.bounds == pytest.approx(tuple(city.bbox))
        assert places.at(city.centre).city.adcode == city.adcode
    assert places.at(Position(126.98, 37.57)) == (None, None, None)


def test_boundaries_are_built_once_and_mended(tmp_path):
    def read():
        return boundaries(tmp_path).select(["level", "adcode", "name", "parent", "outline"])

    first = read()
    (file,) = tmp_path.iterdir()
    stamp = file.stat().st_mtime_ns
    assert read().equals(first)
    assert file.stat().st_mtime_ns == stamp
    file.write_bytes(file.read_bytes()[:5000])
    assert read().equals(first)
    assert Places(boundaries(tmp_path)).find("郑州").adcode == "410100"


def test_a_cache_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError):
        boundaries(tmp_path / "file" / "cache")


def test_reading_places_needs_no_pandas():
    code = (
        "import sys; from geo.places import load_places; load_places().find('郑州');"
        "print('pandas' in sys.modules or 'geopandas' in sys.modules or 'pypinyin' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
