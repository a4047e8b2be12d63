"""Every city on Dask: what is unknown stays so, and processes that die change nothing."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import geopandas
import psutil
import pyarrow.parquet as pq
import pytest
from distributed import Client

from geo.batch.dataset import write_dataset
from geo.batch.figures import CityRows, city_rows
from geo.batch.nation import all_cities, cluster, measure_nation
from geo.batch.totals import by_province, nation_document, total
from geo.census import city_people
from geo.coverage.land import land_of
from geo.coverage.measuring import Measurer
from geo.coverage.model import Threshold
from geo.coverage.scope import scope_of
from geo.demand import district_demand
from geo.errors import InputError, NotFoundError, SetupError, YizhanError
from geo.places import Place, Places
from geo.snapshot import Snapshot, SnapshotFolder
from geo.synth import write_catalogue
from geo.text import Text
from geo.validation import read_catalogue

RADIUS_M = 1000.0


def published(lists: Path, places: Places, home: Path) -> Snapshot:
    catalogue = read_catalogue(lists, places)
    return SnapshotFolder(home).publish(catalogue.stations, catalogue.info)


@pytest.fixture(scope="module")
def snapshot(root: Path, places: Places, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    lists = root / "tests" / "fixtures" / "catalogues" / "jiyuan"
    return published(lists, places, tmp_path_factory.mktemp("jiyuan"))


def synthetic(places: Places, folder: Path, stations: int, *provinces: str) -> Snapshot:
    path = folder / "lists" / "synthetic.csv"
    write_catalogue(path, places, provinces=provinces, stations=stations, seed=3)
    return published(path.parent, places, folder / "home")


def here(snapshot: Snapshot, places: Places, cities: list[Place]) -> list[CityRows]:
    """The undisturbed answer: one process, one city after another."""
    return [city_rows(snapshot, places, city.adcode, RADIUS_M) for city in cities]


def end_worker(client: Client) -> int:
    """Kill a process that computes, and say which it was."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    pids = set(client.run(lambda: __import__("os").getpid()).values())
    assert len(pids) == len(workers)
    pid = min(pids)
    psutil.Process(pid).kill()
    return pid


def measured_with_deaths(
    snapshot: Snapshot, cities: list[Place], *, after: set[int]
) -> tuple[list[CityRows], list[int]]:
    """The answer when a process is killed each time that so many cities are done."""
    killed: list[int] = []
    with cluster(workers=2) as client:

        def progress(_name: str, done: int, of: int) -> None:
            assert of == len(cities)
            if done in after:
                killed.append(end_worker(client))

        found = measure_nation(client, snapshot, cities, radius_m=RADIUS_M, progress=progress)
    return found, killed


@pytest.mark.full
def test_a_killed_process_does_not_change_the_answer(places: Places, tmp_path: Path):
    snapshot = synthetic(places, tmp_path, 2_000, "410000")
    cities = list(places.cities_of("410000"))
    found, killed = measured_with_deaths(snapshot, cities, after={2})
    assert len(killed) == 1
    assert not psutil.pid_exists(killed[0])
    # Every figure, to the last bit.
    assert repr(found) == repr(here(snapshot, places, cities))


@pytest.mark.full
def test_killed_processes_do_not_change_a_province(places: Places, tmp_path: Path):
    snapshot = synthetic(places, tmp_path, 11_500, "410000")
    cities = list(places.cities_of("410000"))
    undisturbed, _ = measured_with_deaths(snapshot, cities, after=set())
    found, killed = measured_with_deaths(snapshot, cities, after={1, 5, 9})
    assert len(set(killed)) == 3
    assert repr(found) == repr(undisturbed)


def test_figures_are_those_of_a_plan(snapshot: Snapshot, places: Places):
    """Large cells are enough for sums: the fine ones of a plan give the same."""
    row = city_rows(snapshot, places, "419001", RADIUS_M).city
    scope = scope_of(snapshot, places, "419001", reach_m=RADIUS_M)
    land = land_of(places, scope.place, district_demand(places, "419001"))
    measurer = Measurer(scope.lon, scope.lat, land, scope.place)
    whole = measurer.covered(scope.certain, scope.possible, Threshold(radius_m=RADIUS_M))[0]
    assert row["list_state"] == "partial"
    assert (row["stations"], row["synthetic"]) == (4, True)
    assert whole.people
    assert row["people_covered_low"] == pytest.approx(whole.people.low, rel=1e-9)
    assert row["area_covered_km2_high"] == pytest.approx(whole.area.high, rel=1e-9)
    assert 0 < row["area_backup_km2_low"] < row["area_covered_km2_low"] < row["area_km2"]


@pytest.mark.parametrize("adcode", ["710000", "810000", "820000"])
def test_without_a_census_figure_people_are_unknown(
    places: Places, tmp_path: Path, adcode: str, snapshot: Snapshot
):
    """A list of the nation does not speak of places that it leaves out either."""
    nation = synthetic(places, tmp_path, 40, *(each.adcode for each in places.provinces))
    for each in (snapshot, nation):
        city, districts = city_rows(each, places, adcode, RADIUS_M)
        assert city["list_state"] == "none"
        assert {row["people"] for row in [city, *districts]} == {None}
        for row in (city, *districts):
            assert {v for name, v in row.items() if "covered" in name or "ratio" in name} == {None}
            assert row["stations"] is None
            assert row["area_km2"] > 0


def test_units_without_an_outline_count_in_their_city(snapshot: Snapshot, places: Places):
    left = [c for c in all_cities(places) if city_people(places, c.adcode).remainder][:3]
    assert len(left) == 3
    for city, districts in here(snapshot, places, left):
        assert city["remainder_units"] > 0
        own = sum(row["people"] or 0 for row in districts)
        assert city["people"] == own + city["remainder_people"]


def test_sums_leave_out_what_is_unknown(snapshot: Snapshot, places: Places):
    cities = [*places.cities_of("410000"), *places.cities_of("710000")]
    found = here(snapshot, places, cities)
    of = by_province(found)
    assert of["710000"].people is of["710000"].people_ratio is of["710000"].area_ratio is None
    whole = total(row.city for row in found)
    assert (whole.cities, whole.measured, whole.unknown, whole.at_least) == (19, 1, 1, True)
    jiyuan = next(row.city for row in found if row.city["adcode"] == "419001")
    assert whole.people == jiyuan["people"]
    assert whole.people_ratio
    assert whole.people_ratio.low == pytest.approx(jiyuan["people_ratio_low"])
    known = sum(row.city["people"] or 0 for row in found)
    assert whole.people_unmeasured == known - jiyuan["people"]


def test_the_dataset_is_geoparquet_by_province(snapshot: Snapshot, places: Places, tmp_path: Path):
    cities = [*places.cities_of("410000"), *places.cities_of("710000")]
    found = here(snapshot, places, cities)
    about = nation_document(found, places, snapshot, radius_m=RADIUS_M)
    first, second = tmp_path / "a", tmp_path / "b"
    write_dataset(first, found, places, about)
    write_dataset(second, found, places, about)
    manifests = [(each / "files.sha256").read_bytes() for each in (first, second)]
    assert manifests[0] == manifests[1]
    read = geopandas.read_parquet(first / "cities" / "province=410000" / "part-0.parquet")
    assert read.crs == "OGC:CRS84"
    assert list(read["adcode"]) == [each.adcode for each in places.cities_of("410000")]
    row = read.set_index("adcode").loc["419001"]
    assert row["people_covered_low"] == found[-2].city["people_covered_low"]
    assert row.geometry.equals(places.outline("419001", "city"))
    everything = pq.read_table(first / "districts").to_pylist()
    assert {row["province"] for row in everything} == {410000, 710000}
    assert sum(row["people"] is None for row in everything if row["province"] == 710000) == 20
    assert json.loads((first / "nation.json").read_text())["nation"]["cities"] == 19


@pytest.mark.full
def test_a_scheduler_elsewhere(snapshot: Snapshot, places: Places):
    cities = [places.get("419001", "city")]
    with cluster(workers=1) as own:
        address = own.scheduler.address
        with cluster(scheduler=address) as client:
            found = measure_nation(client, snapshot, cities, radius_m=RADIUS_M)
            assert repr(found) == repr(here(snapshot, places, cities))
            # An error of a process elsewhere is the same sentence here.
            nobody = [Place(**{n: getattr(cities[0], n) for n in PLACE} | {"adcode": "999999"})]
            with pytest.raises(NotFoundError) as told:
                measure_nation(client, snapshot, nobody, radius_m=RADIUS_M)
            assert "999999" in str(told.value)
            with pytest.raises(InputError):
                measure_nation(client, snapshot, cities, radius_m=-1)
        own.retire_workers()
        with pytest.raises(SetupError, match="no workers"), cluster(scheduler=address):
            pass
    for absent in (address, "nonsense://"):
        with pytest.raises(SetupError, match="no Dask scheduler"), cluster(scheduler=absent):
            pass


PLACE = Place.__dataclass_fields__


@pytest.mark.parametrize(
    "make",
    [
        lambda: SetupError("没有", "missing"),
        lambda: NotFoundError("没有", "none", suggestions=["甲"]),
        lambda: InputError("a", zh="错", en="wrong", value="1", expected=Text("二", "two")),
    ],
)
def test_errors_are_whole_in_another_process(make: Callable[[], YizhanError]):
    error = make()
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))


def test_every_city_is_measured(places: Places):
    cities = all_cities(places)
    assert len({city.adcode for city in cities}) == len(cities) == 375
