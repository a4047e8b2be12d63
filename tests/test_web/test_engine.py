"""What a phone works out by itself, in a real browser, against the service and the library."""

import csv
from datetime import date, datetime, timedelta

import httpx
import numpy as np
import orjson
import pytest

from api.site import assets
from geo.cells import days_of_year
from geo.cells.schedule import schedule
from geo.geodesic import GEOD
from geo.hours import SHANGHAI, open_at, open_intervals, read_hours, state_at

YEAR = 2026
QUARTERS = [
    datetime(YEAR, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=15 * nth) for nth in range(35_040)
]
# With the holidays of May, or of autumn, and the workdays that make up for them.
MAY, AUTUMN = QUARTERS[96 * 115 : 96 * 132], QUARTERS[96 * 255 : 96 * 290]


@pytest.fixture(scope="module")
def phone(browser, demo_server):
    """A page of the service in a time zone far from China's, with the modules loaded."""
    context = browser.new_context(timezone_id="America/New_York")
    page = context.new_page()
    page.goto(demo_server.url + "/")
    page.evaluate(
        """async (url) => {
            self.geodesic = self.hours = self.search = await import(url);
        }""",
        "/" + assets.url(assets.COURIER),
    )
    yield page
    context.close()


def test_distances_and_bearings_are_those_of_the_ellipsoid(phone):
    random = np.random.default_rng(3)
    lon, lat = random.uniform(70, 140, (2, 400)), random.uniform(-10, 60, (2, 400))
    near = lon[0] + random.normal(0, 0.01, 400), lat[0] + random.normal(0, 0.01, 400)
    for to_lon, to_lat in ((lon[1], lat[1]), near):
        pairs = np.stack([lon[0], lat[0], to_lon, to_lat], axis=1).tolist()
        found = phone.evaluate(
            "pairs => pairs.map(([a, b, c, d]) => geodesic.inverse([a, b], [c, d]))", pairs
        )
        azimuth, _, distance = GEOD.inv(lon[0], lat[0], to_lon, to_lat)
        assert [each["distance_m"] for each in found] == pytest.approx(distance, abs=1e-4)
        turned = np.array([each["bearing_deg"] for each in found]) - azimuth % 360
        assert np.abs((turned + 180) % 360 - 180).max() < 1e-4


def _texts(root):
    with (root / "tests" / "fixtures" / "hours.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    return list(dict.fromkeys(texts))


def _specs(texts):
    """One text for each specification: equal ones need not be tried twice."""
    read = {text: read_hours(text).hours for text in texts}
    return list({hours.spec: text for text, hours in read.items() if hours}.values())


def _calendar(phone, *years):
    days = [orjson.loads(days_of_year(year)) for year in years]
    phone.evaluate("days => { self.calendar = new hours.Calendar(days); }", days)


def _states(phone, text, quarters):
    """``1``, ``0`` or ``?`` for each quarter-hour."""
    return phone.evaluate(
        """([table, start, count]) => {
            let states = "";
            for (let nth = 0; nth < count; nth += 1) {
                const open = hours.openAt(table, start + nth * 900e3, calendar);
                states += open === null ? "?" : Number(open);
            }
            return states;
        }""",
        [schedule(text, read_hours(text)), quarters[0].timestamp() * 1e3, len(quarters)],
    )


def _assert_equal_states(phone, texts, quarters):
    _calendar(phone, 2025, 2026)
    for text in _specs(texts):
        expected = _expected_states(read_hours(text).hours, quarters)
        assert _states(phone, text, quarters) == expected, text


def _expected_states(hours, quarters):
    intervals = open_intervals(hours, date(YEAR - 1, 12, 31), date(YEAR, 12, 31))
    if intervals is None:
        marks = {True: "1", False: "0", None: "?"}
        return "".join(marks[open_at(hours, moment)] for moment in quarters)
    starts = np.array([moment.timestamp() for moment in quarters])
    is_open = np.zeros(len(starts), dtype=bool)
    for start, end in intervals:
        is_open |= (starts >= start.timestamp()) & (starts < end.timestamp())
    return "".join(map(str, is_open.astype(int)))


WHOLE = pytest.param(QUARTERS, marks=pytest.mark.full, id="year")
SPANS = pytest.mark.parametrize(
    "quarters", [pytest.param(MAY, id="may"), pytest.param(AUTUMN, id="autumn"), WHOLE]
)


@SPANS
def test_every_string_has_the_same_state_in_every_quarter_hour(phone, root, quarters):
    texts = _texts(root)
    assert len(texts) > 100
    _assert_equal_states(phone, texts, quarters)


@SPANS
def test_every_real_string_has_the_same_state_in_every_quarter_hour(
    phone, root, shared_data, quarters
):
    path = shared_data / "real" / "opening_hours_strings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    real = {cell for row in rows[1:] for cell in row[:1]}
    assert len(real) > 30
    _assert_equal_states(phone, sorted(real - set(_texts(root))), quarters)


@pytest.mark.parametrize("years", [(2025, 2026), ()])
def test_openings_and_closings_are_the_same_to_the_minute(phone, root, years):
    """With the year's days, and without: then what depends on them is unknown on both sides."""
    _calendar(phone, *years)
    random = np.random.default_rng(11)
    first = datetime(YEAR if years else 2031, 1, 1, tzinfo=SHANGHAI)
    for text in _specs(_texts(root)):
        reading = read_hours(text)
        moments = [first + timedelta(minutes=int(m)) for m in random.integers(0, 495_000, 25)]
        found = phone.evaluate(
            "([table, at]) => at.map((ms) => hours.stateAt(table, ms, calendar))",
            [schedule(text, reading), [m.timestamp() * 1e3 for m in moments]],
        )
        for moment, state in zip(moments, found, strict=True):
            expected = state_at(reading, moment)
            where = f"{text} {moment}"
            assert state["state"] == expected.state, where
            for end in ("opens_at", "closes_at"):
                wanted = getattr(expected, end)
                assert state[end] == (wanted.timestamp() * 1e3 if wanted else None), (where, end)
            assert state["closes_in_min"] == expected.closes_in_min, where


def test_the_reason_of_special_days_is_told(phone):
    _calendar(phone, 2026)
    text = "周一至周五 09:00-17:00"

    def state(day):
        at = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=10)
        table = schedule(text, read_hours(text))
        return phone.evaluate(
            "([table, ms]) => hours.stateAt(table, ms, calendar)", [table, at.timestamp() * 1e3]
        )

    national = state(date(2026, 10, 1))
    assert (national["state"], national["reason"]) == ("closed", "holiday")
    assert national["name"]["zh"]
    ordinary = state(date(2026, 11, 25))
    assert (ordinary["state"], ordinary["reason"]) == ("open", None)


def _find(phone, origins, within_m, facility):
    """What the phone finds for each position, a cell asked for once."""
    return phone.evaluate(
        """async ([origins, within_m, facility]) => {
            const get = async (path) => {
                const answer = await fetch(`/cells/${path}`);
                if (!answer.ok) throw new Error(`${answer.status} ${path}`);
                return answer.json();
            };
            const kept = new Map();
            const once = (path) => {
                if (!kept.has(path)) kept.set(path, get(path));
                return kept.get(path);
            };
            const source = {
                cities: () => once("cities.json"),
                index: (city) => once(`cities/${city}.json`),
                cell: (key, address) => once(`13/${key}.${address}.json`),
                here: (key) => once(`here/${key}.json`),
            };
            const rank = ({ facilities }) => {
                if (!facility) return 0;
                if (facilities === null) return 1;
                return facilities.includes(facility) ? 0 : null;
            };
            const asked = { k: 5, within_m: within_m || Infinity, rank, told: () => {} };
            const answers = [];
            for (const origin of origins) {
                const found = await search.nearest(source, origin, asked);
                answers.push(found.map(({ station, distance_m }) => [station.id, distance_m]));
            }
            return answers;
        }""",
        [origins, within_m, facility],
    )


def _asked(client, origin, within_m, facility):
    query = {"lon": origin[0], "lat": origin[1], "k": 5, "group": "all"}
    if within_m is not None:
        query["within_m"] = within_m
    if facility:
        query["facility"] = facility
    features = client.get("/api/v1/nearest", params=query).raise_for_status().json()["features"]
    return [(f["properties"]["id"], f["properties"]["distance_m"]) for f in features]


PROVINCE = (110.4, 116.6), (31.4, 36.3)
ONE_CITY = (113.3, 114.1), (34.5, 35.0)


@pytest.mark.parametrize(
    ("box", "count", "within_m", "facility"),
    [
        (ONE_CITY, 120, None, None),
        pytest.param(ONE_CITY, 900, None, None, marks=pytest.mark.full),
        (PROVINCE, 40, None, None),
        (ONE_CITY, 60, 20_000, "hot_water"),
    ],
)
def test_random_positions_find_the_same_stations_in_the_same_order(
    phone, demo_server, box, count, within_m, facility
):
    random = np.random.default_rng(count)
    origins = np.stack([random.uniform(*axis, count) for axis in box], axis=1).tolist()
    answers = _find(phone, origins, within_m, facility)
    with httpx.Client(base_url=demo_server.url, timeout=30) as client:
        for origin, found in zip(origins, answers, strict=True):
            expected = _asked(client, origin, within_m, facility)
            assert [each[0] for each in found] == [each[0] for each in expected], origin
            assert [each[1] for each in found] == pytest.approx(
                [each[1] for each in expected], abs=0.06
            )


def test_from_afar_the_same_stations_are_found(phone, demo_server):
    origins = [(0.0, 51.5), (-74.0, 40.7), (116.4, 39.9), (87.6, 43.8)]
    answers = _find(phone, origins, None, None)
    with httpx.Client(base_url=demo_server.url, timeout=30) as client:
        for origin, found in zip(origins, answers, strict=True):
            expected = _asked(client, origin, None, None)
            assert [each[0] for each in found] == [each[0] for each in expected]
