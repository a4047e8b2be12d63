"""The commands, as a shell runs them."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

YIZHAN = Path(sys.executable).with_name("yizhan")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    home = tmp_path_factory.mktemp("cli")

    def call(*arguments, stdin: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [YIZHAN, *arguments],
            env=os.environ | {"YIZHAN_HOME": str(home), "COLUMNS": "200"},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return call


def test_nearest_prints_a_table_and_json(run):
    table = run("nearest", "113.665,34.757", "--datum", "gcj02", "-k", "3").stdout
    assert "金水工会杜岭户外劳动者爱心驿站" in table
    assert "公布 639 个，其中已知 82 个" in table
    again = run("nearest", "113.665 34.757", "--datum", "gcj02", "-k", "3", "--json")
    answer = json.loads(again.stdout)
    assert next(feature["id"] for feature in answer["features"]) == "410105-0001"
    assert len(answer["features"]) == 3


def test_errors_are_one_sentence_and_code_2(run):
    swapped = run("nearest", "34.757123,113.665123", code=2)
    assert "写反" in swapped.stderr
    assert "757" not in swapped.stderr
    assert "Traceback" not in swapped.stderr
    assert "rest_station" in run("nearest", "113.6,34.7", "--kind", "palace", code=2).stderr
    assert "gcj02" in run("convert", "113.6,34.7", "--from", "cgcs", code=2).stderr


def test_convert(run):
    lon, lat = map(float, run("convert", "113.66,34.75", "--from", "gcj02").stdout.split(","))
    assert (lon, lat) == pytest.approx((113.6539159, 34.7511355), abs=1e-6)
    as_json = json.loads(run("convert", "113.66,34.75", "--from", "gcj02", "--json").stdout)
    assert as_json == {"lon": lon, "lat": lat, "datum": "wgs84"}


def test_convert_keeps_every_row_of_a_csv(run):
    text = '名称,经度,纬度\r\n"甲,乙",113.66,34.75\r\n丙,x,1\r\n丁\r\n'
    done = run("convert", "--from", "gcj02", stdin="\ufeff" + text, code=1)
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["名称", "经度", "纬度", "lon_wgs84", "lat_wgs84"]
    assert rows[1] == ["甲,乙", "113.66", "34.75", "113.6539159", "34.7511355"]
    assert rows[2] == ["丙", "x", "1", "", ""]
    assert rows[3][0] == "丁"
    assert "3" in done.stderr
    assert run("convert", "--from", "gcj02", stdin="a,b\n1,2\n", code=2).stderr


def test_place(run):
    found = json.loads(run("place", "113.66,34.75", "--json").stdout)
    assert found["city"] == {"adcode": "410100", "name": "郑州市", "name_en": "Zhengzhou"}
    assert found["district"]["name"] == "二七区"
    assert "410103" in run("place", "113.66,34.75").stdout
    assert "outside" in run("place", "126.98,37.57").stdout


def test_map_of_a_city_and_of_a_province(run, tmp_path):
    run("map", "郑州", "-o", str(tmp_path / "one"))
    assert (tmp_path / "one" / "410100.html").is_file()
    assert (tmp_path / "one" / "index.html").is_file()
    assert list((tmp_path / "one" / "assets").glob("leaflet-*.js"))
    run("map", "--province", "宁夏", "-o", str(tmp_path / "all"))
    assert len(list((tmp_path / "all").glob("64*.html"))) == 5
    assert "郑州" in run("map", "郑洲市", "-o", str(tmp_path / "none"), code=2).stderr
    run("map", "-o", str(tmp_path / "none"), code=2)
