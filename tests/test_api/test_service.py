"""The rest of the API, and what holds for every answer."""

import re
import shutil
import subprocess
import sys

import httpx
import pytest

from api.schemas import Cities, City, Health, Meta, StationFeature


def test_station_by_id(street_server):
    response = street_server.get("/api/v1/stations/410105-0007?lang=en")
    station = StationFeature.model_validate_json(response.content)
    assert station.properties.facilities == []
    assert station.properties.facilities_known
    assert station.properties.kind_label == "Sanitation workers' station"
    assert station.properties.listed_on == "2026-07-01"
    assert station.properties.verified_on is None


def test_unknown_station_and_city_name_the_nearest(street_server):
    station = street_server.get("/api/v1/stations/410105-0099")
    assert station.status_code == 404
    assert "410105-0100" in station.json()["suggestions"]
    city = street_server.get("/api/v1/cities/郑洲市")
    assert city.status_code == 404
    assert any("郑州" in suggestion for suggestion in city.json()["suggestions"])


def test_cities_are_all_of_the_province_and_unknown_is_null(shipped_server):
    cities = Cities.model_validate_json(shipped_server.get("/api/v1/cities").content).cities
    assert len(cities) == 18
    by_code = {city.adcode: city for city in cities}
    assert by_code["410100"].stations == 82
    assert by_code["410100"].completeness.says["en"] == "82 known of 639 published"
    assert by_code["410200"].stations is None
    assert by_code["410200"].by_kind is None
    assert sum(city.population for city in cities) == 99365519


@pytest.mark.parametrize("name", ["410100", "郑州", "郑州市", "Zhengzhou"])
def test_city_by_code_or_name(shipped_server, name):
    city = City.model_validate_json(shipped_server.get(f"/api/v1/cities/{name}").content)
    assert city.adcode == "410100"
    assert city.by_kind == {"rest_station": 80, "sanitation_station": 2}
    assert len(city.districts) == 12
    assert city.answerable == 79


def test_a_district_is_not_a_city(shipped_server):
    assert shipped_server.get("/api/v1/cities/410105").status_code == 400


def test_meta_and_health(shipped_server, shipped):
    meta = Meta.model_validate_json(shipped_server.get("/api/v1/meta").content)
    assert meta.revision == meta.digest[:12]
    # The same stations as the first revision of a store, and as no revision of any.
    assert (meta.revision_number, shipped.info.revision) == (1, 0)
    assert (meta.stations, meta.answerable, meta.synthetic) == (82, 79, False)
    health = Health.model_validate_json(shipped_server.get("/health").content)
    assert health.status == "ok"
    assert health.problem is None


@pytest.mark.parametrize(
    "path", ["/api/v1/cities", "/api/v1/meta", "/api/v1/stations/410105-0001", "/", "/maps/"]
)
def test_etag_differs_per_coding_and_304_holds(street_server, path):
    plain = street_server.get(path, headers={"Accept-Encoding": "identity"})
    zipped = street_server.get(path, headers={"Accept-Encoding": "gzip"})
    assert plain.headers["etag"] != zipped.headers["etag"]
    assert plain.content == zipped.content
    assert "Accept-Encoding" in plain.headers["vary"]
    for tag in (
        plain.headers["etag"],
        f"W/{plain.headers['etag']}",
        f'"x", {plain.headers["etag"]}',
        "*",
    ):
        again = street_server.get(
            path, headers={"Accept-Encoding": "identity", "If-None-Match": tag}
        )
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == plain.headers["etag"]
        assert again.headers["access-control-allow-origin"] == "*"
    other = street_server.get(path, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_variants_have_etags_of_their_own(street_server):
    path = "/api/v1/stations/410105-0001"
    queries = ("", "?lang=en", "?geometry_datum=gcj02")
    assert len({street_server.get(path + query).headers["etag"] for query in queries}) == 3


@pytest.mark.parametrize(
    "path", ["/api/v1/nearest?lon=113.68&lat=34.775", "/api/v1/cities", "/health", "/nowhere", "/"]
)
def test_head_options_and_cors_on_every_status(street_server, path):
    got = street_server.get(path, headers={"Accept-Encoding": "identity"})
    head = httpx.head(street_server.url + path, headers={"Accept-Encoding": "identity"}, timeout=30)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))
    options = httpx.options(street_server.url + path)
    assert options.status_code == 204
    for response in (got, head, options, httpx.post(street_server.url + path)):
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
    assert httpx.post(street_server.url + "/health").status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/api/v1/cities", "/api/v1/meta", "/api/v1/stations/410105-0001", "/api/v1/cities/410100"],
)
def test_unknown_parameters_are_refused_everywhere(street_server, path):
    problem = street_server.get(f"{path}?page=2")
    assert problem.status_code == 400
    assert problem.json()["parameter"] == "page"


def test_openapi_documents_every_parameter(street_server):
    document = street_server.get("/openapi.json").json()
    parameters = {p["name"] for p in document["paths"]["/api/v1/nearest"]["get"]["parameters"]}
    assert parameters == {
        "lon", "lat", "k", "within_m", "kind", "group", "facility", "unknown_facilities",
        "open", "unknown_hours", "mode", "datum", "geometry_datum", "lang",
    }  # fmt: skip


def test_no_position_reaches_the_log(start_server, root):
    server = start_server(root / "tests" / "fixtures" / "catalogues" / "street")
    for query in (
        "lon=113.681234&lat=34.771234",
        "lat=34.771234&lon=113.681234",
        "lon=34.771234&lat=113.681234",
    ):
        server.get(f"/api/v1/nearest?{query}")
    server.get("/113.681234/34.771234")
    server.get("/api/v1/cities/113.681234,34.771234")
    log = server.log.read_text()
    assert log.count("/api/v1/nearest") >= 3
    assert not re.search(r"\d\.\d{3}|6812|7712", log)


def test_damaged_snapshot_is_refused_and_the_last_good_one_serves(start_server, root, tmp_path):
    stations = tmp_path / "stations"
    shutil.copytree(root / "tests" / "fixtures" / "catalogues" / "street", stations)
    first = start_server(stations)
    revision = first.get("/health").json()["revision"]
    # A new list that cannot be read: the old one serves, and health says why.
    (stations / "street.csv").write_bytes(b"\xff\xfe broken")
    second = start_server(stations, home=first.home)
    health = second.get("/health").json()
    assert (health["status"], health["revision"]) == ("degraded", revision)
    assert "street.csv" in health["problem"]["zh"]
    assert second.get("/api/v1/nearest?lon=113.68&lat=34.775").status_code == 200


def test_worker_needs_no_geopandas_before_the_first_map(street_server):
    code = """
import sys
from api.app import create_app
create_app()
heavy = {'geopandas', 'pandas', 'matplotlib', 'folium', 'scipy', 'typer', 'pypinyin'}
print(sorted(heavy & set(sys.modules)))
"""
    import os

    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"YIZHAN_HOME": str(street_server.home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_port_in_use_is_a_clear_error(street_server):
    import os

    run = subprocess.run(
        [
            shutil.which("yizhan", path=str(sys.prefix) + "/bin"),
            "serve",
            "--port",
            street_server.url.rsplit(":", 1)[1],
        ],
        env=os.environ | {"YIZHAN_HOME": str(street_server.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "--port" in run.stderr
