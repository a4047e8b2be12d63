"""``/api/v1/nearest`` on a running service."""

import gzip
import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from pyproj import Geod

from api.schemas import NearestCollection
from geo.datum import convert_position

PATH = "/api/v1/nearest"
ORIGIN = "lon=113.68&lat=34.775"
GEOD = Geod(ellps="WGS84")


def names(server, query: str) -> list[str]:
    response = server.get(f"{PATH}?{query}")
    assert response.status_code == 200, response.text
    return [feature["properties"]["name"] for feature in response.json()["features"]]


def test_answer_is_documented_geojson_nearest_first(street_server):
    response = street_server.get(f"{PATH}?{ORIGIN}&k=10")
    assert response.headers["content-type"] == "application/geo+json"
    assert response.headers["cache-control"] == "private, no-store"
    assert "etag" not in response.headers
    answer = NearestCollection.model_validate_json(response.content)
    distances = [feature.properties.distance_m for feature in answer.features]
    assert distances == sorted(distances)
    assert len(answer.features) == 10
    for feature in answer.features:
        azimuth, _, distance = GEOD.inv(113.68, 34.775, *feature.geometry.coordinates)
        assert feature.properties.distance_m == pytest.approx(distance, abs=0.12)
        turn = (feature.properties.bearing_deg - azimuth + 180) % 360 - 180
        assert abs(turn) < 0.2
    assert answer.synthetic
    assert "非真实" in (answer.label or "")
    assert answer.completeness[0].note == "公布 100 个，其中已知 31 个"


def test_both_paths_give_the_same_answer(street_server):
    plain = street_server.get(f"{PATH}?{ORIGIN}&k=3&lang=en")
    # Another order of parameters is left to the validated route.
    validated = street_server.get(f"{PATH}?k=3&lang=en&{ORIGIN}")
    assert plain.content == validated.content
    for header in ("content-type", "cache-control", "vary", "access-control-allow-origin"):
        assert plain.headers[header] == validated.headers[header]


def test_group_defaults_to_rest_and_all_is_everything(street_server):
    assert "己母婴室" not in names(street_server, f"{ORIGIN}&k=50")
    assert names(street_server, f"{ORIGIN}&group=all&k=1") == ["己母婴室"]
    assert names(street_server, f"{ORIGIN}&kind=nursing_room&k=9") == ["己母婴室"]
    assert names(street_server, f"{ORIGIN}&group=work&k=9") == ["辛零工市场"]


def test_suspended_station_is_listed_and_never_an_answer(street_server):
    assert "戊站（暂停）" not in names(street_server, f"{ORIGIN}&k=100&group=all")
    listed = street_server.get("/api/v1/stations/410105-0005").json()
    assert listed["properties"]["status"] == "suspended"


def test_unknown_facilities_come_after_the_known_matches_and_are_marked(street_server):
    answer = street_server.get(f"{PATH}?{ORIGIN}&facility=hot_water&k=4").json()
    found = [
        (f["properties"]["name"], f["properties"]["facilities_match"]) for f in answer["features"]
    ]
    assert found[:3] == [("甲站", "known"), ("丙站", "known"), ("乙站（设施未知）", "unknown")]
    assert answer["features"][2]["properties"]["facilities"] is None
    only = f"{ORIGIN}&facility=hot_water&unknown_facilities=exclude&k=9"
    assert names(street_server, only) == ["甲站", "丙站"]
    assert names(street_server, f"{ORIGIN}&facility=hot_water,wifi&unknown_facilities=exclude") == [
        "丙站"
    ]
    assert names(street_server, f"{ORIGIN}&facility=hot_water&facility=microwave&k=1") == ["甲站"]


def test_within_m_cuts(street_server):
    near = names(street_server, f"{ORIGIN}&within_m=120&k=50")
    assert near == ["乙站（设施未知）", "甲站"]
    assert names(street_server, "lon=100&lat=20&within_m=1000") == []


def test_labels_in_english(street_server):
    answer = street_server.get(f"{PATH}?{ORIGIN}&k=2&lang=en").json()
    assert answer["features"][1]["properties"]["kind_label"] == "Rest station"
    assert answer["features"][1]["properties"]["facilities"][0]["label"] == "Hot water"


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_datum_is_the_callers_and_geometry_stays_wgs84(street_server, datum):
    lon, lat = convert_position(113.68, 34.775, source="wgs84", target=datum)
    mine = street_server.get(f"{PATH}?lon={lon}&lat={lat}&datum={datum}&k=3").json()
    plain = street_server.get(f"{PATH}?{ORIGIN}&k=3").json()
    assert mine["features"] == plain["features"]
    assert mine["geometry_datum"] == "wgs84"
    other = street_server.get(f"{PATH}?{ORIGIN}&k=1&geometry_datum={datum}").json()
    assert other["geometry_datum"] == datum
    assert other["features"][0]["geometry"]["coordinates"] == pytest.approx(
        convert_position(113.6805, 34.775, source="wgs84", target=datum), abs=1e-6
    )


def test_links_hold_each_providers_datum_and_order(street_server):
    feature = street_server.get(f"{PATH}?{ORIGIN}&k=2").json()["features"][1]
    assert feature["id"] == "410105-0001"
    links = feature["properties"]["links"]
    wgs84 = tuple(feature["geometry"]["coordinates"])
    gcj02 = convert_position(*wgs84, source="wgs84", target="gcj02")
    bd09 = convert_position(*wgs84, source="wgs84", target="bd09")

    def query(link: str) -> dict[str, list[str]]:
        return parse_qs(urlsplit(links[link]).query)

    def close(text: str, pair: tuple[float, float]) -> bool:
        return [float(t) for t in text.split(",")[:2]] == pytest.approx(pair, abs=1.1e-6)

    amap = query("amap")
    assert close(amap["to"][0], gcj02)
    assert amap["coordinate"] == ["gaode"]
    assert amap["to"][0].split(",")[2] == "甲站"
    baidu = query("baidu")
    assert close(baidu["location"][0], bd09[::-1])
    assert baidu["coord_type"] == ["bd09ll"]
    assert close(query("tencent")["tocoord"][0], gcj02[::-1])
    assert close(query("apple")["daddr"][0], gcj02[::-1])
    geo_uri = re.fullmatch(r"geo:([\d.]+),([\d.]+)\?q=[\d.]+,[\d.]+\((.*)\)", links["geo"])
    assert geo_uri
    assert (float(geo_uri[2]), float(geo_uri[1])) == pytest.approx(wgs84, abs=1.1e-6)
    assert unquote(geo_uri[3]) == "甲站"


def test_hostile_names_stay_data(street_server):
    answer = street_server.get(f"{PATH}?{ORIGIN}&k=100").json()
    by_id = {feature["id"]: feature["properties"] for feature in answer["features"]}
    assert by_id["410105-0101"]["name"] == "</script><script>fired(2)</script>"
    for properties in by_id.values():
        for link in properties["links"].values():
            assert re.fullmatch(r"[\x21-\x7e]+", link)
            assert not set(link) & set('<>"`\\{}')


@pytest.mark.parametrize(
    ("query", "parameter", "value", "words"),
    [
        ("lat=34.7", "lon", None, "缺少"),
        ("lon=113.6", "lat", None, "缺少"),
        ("lon=&lat=34.7", "lon", None, "缺少"),
        ("lon=nan&lat=34.7", "lon", "nan", "有限"),
        ("lon=113.6&lat=inf", "lat", "inf", "有限"),
        ("lon=abc&lat=34.7", "lon", "abc", "不是数"),
        ("lon=1_1&lat=34.7", "lon", "1_1", "不是数"),
        ("lon=181&lat=34.7", "lon", "181.00", "超出"),
        ("lon=113.6&lat=-91", "lat", "-91.00", "超出"),
        ("lon=34.757123&lat=113.665123", "lon", "34.76,113.67", "反"),
        ("lon=113.665123,34.7&lat=1", "lon", "113.67,34.7", "不是数"),
        (f"{ORIGIN}&k=0", "k", "0", "范围"),
        (f"{ORIGIN}&k=101", "k", "101", "范围"),
        (f"{ORIGIN}&k=1.5", "k", "1.5", "范围"),
        (f"{ORIGIN}&within_m=-5", "within_m", "-5", "范围"),
        (f"{ORIGIN}&kind=palace", "kind", "palace", "没有"),
        (f"{ORIGIN}&facility=throne", "facility", "throne", "没有"),
        (f"{ORIGIN}&group=vip", "group", "vip", "不对"),
        (f"{ORIGIN}&kind=nursing_room&group=rest", "kind", "nursing_room", "不在"),
        (f"{ORIGIN}&datum=cgcs", "datum", "cgcs", "不对"),
        (f"{ORIGIN}&radius=5", "radius", "5", "没有参数"),
        (f"{ORIGIN}&k=1&k=2", "k", "2", "不止一次"),
        (f"{ORIGIN}&lang=fr", "lang", "fr", "不对"),
    ],
)
def test_bad_input_is_a_problem_that_names_the_parameter(
    street_server, query, parameter, value, words
):
    response = street_server.get(f"{PATH}?{query}")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    problem = response.json()
    assert (problem["parameter"], problem.get("value")) == (parameter, value)
    assert words in problem["detail"]
    assert problem["expected"]
    assert not re.search(r"\d\.\d{3}", response.text)


def test_problem_speaks_the_callers_language(street_server):
    by_parameter = street_server.get(f"{PATH}?{ORIGIN}&k=0&lang=en").json()
    assert by_parameter["detail"] == "k is out of range"
    by_header = street_server.get(f"{PATH}?{ORIGIN}&k=0", headers={"Accept-Language": "en-GB,en"})
    assert by_header.json()["title"] == "Bad Request"


def test_gzip_where_it_is_accepted(street_server):
    plain = street_server.get(f"{PATH}?{ORIGIN}", headers={"Accept-Encoding": "identity"})
    for query in (f"{ORIGIN}", f"k=5&{ORIGIN}"):
        with street_server_stream(street_server, query) as raw:
            assert raw.headers["content-encoding"] == "gzip"
            body = b"".join(raw.iter_raw())
        assert json.loads(gzip.decompress(body)) == plain.json()


def street_server_stream(server, query):
    import httpx

    return httpx.stream("GET", f"{server.url}{PATH}?{query}", headers={"Accept-Encoding": "gzip"})


def test_no_list_of_markets_is_said_and_how_to_hand_one_in(shipped_server):
    answer = shipped_server.get(f"{PATH}?lon=113.66&lat=34.75&group=work").json()
    assert answer["features"] == []
    assert "尚无公开" in answer["notice"]
    assert "填写" in answer["notice"]
    assert answer["completeness"][0]["known"] == 82
    assert answer["completeness"][0]["published"] == 639


def test_suspect_positions_are_never_answers(shipped_server, shipped):
    suspects = [s.id for s in shipped.stations() if s.position_quality == "suspect"]
    assert suspects
    answer = shipped_server.get(f"{PATH}?lon=113.66&lat=34.75&k=100&group=all").json()
    answered = {feature["id"] for feature in answer["features"]}
    assert len(answered) == len(shipped) - len(suspects)
    assert not answered & set(suspects)
    assert shipped_server.get(f"/api/v1/stations/{suspects[0]}").status_code == 200
