"""Every city measured on Dask: one task for each, the stations once for each process.

A task is a function of its city alone, so that one whose process was killed is done again
elsewhere, with the same answer.
"""

import ctypes
import tempfile
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, cast

import dask
import pyarrow as pa
from distributed import Client, KilledWorker, LocalCluster, as_completed, get_worker
from distributed.comm.core import CommClosedError
from distributed.diagnostics.plugin import WorkerPlugin

from geo.batch.figures import CityRows, city_rows
from geo.errors import SetupError
from geo.places import Place, Places, load_places
from geo.planning.parameters import Parameters
from geo.snapshot import Snapshot
from geo.snapshot.file import file_name

# A city whose process dies is done elsewhere; one that kills so many by itself is given up.
_DEATHS: Final = 5
# A process keeps no results, so there is nothing to spill or to wait for: at the limit it ends.
_SETTINGS: Final[Mapping[str, Any]] = {
    "distributed.scheduler.allowed-failures": _DEATHS,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
}
_MEMORY_OF_ONE: Final = "1GB"
_CONNECT_S: Final = 5

Progress = Callable[[str, int, int], None]


class Stations(WorkerPlugin):
    """The stations and the places, in each process once; in one that is begun anew, too."""

    def __init__(self, content: bytes, digest: str) -> None:
        self.name = _plugin_name(digest)
        self._content, self._digest = content, digest
        self._snapshot: Snapshot | None = None

    def setup(self, worker: Any) -> None:  # noqa: ANN401, ARG002  Dask's own
        """Load, when the process begins."""
        with tempfile.TemporaryDirectory(prefix="yizhan-nation-") as folder:
            path = Path(folder) / file_name(self._digest)
            path.write_bytes(self._content)
            self._snapshot = Snapshot.open(path)
        load_places()
        _trim()

    def rows(self, adcode: str, radius_m: float) -> CityRows:
        """The figures of one city."""
        if self._snapshot is None:
            raise RuntimeError("the process has no stations")
        try:
            return city_rows(self._snapshot, load_places(), adcode, radius_m)
        finally:
            _trim()


def _trim() -> None:
    """Give memory back before the next city asks for its own: allocators keep it by themselves."""
    pa.default_memory_pool().release_unused()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def _plugin_name(digest: str) -> str:
    """A name for each catalogue: a scheduler may serve several at a time."""
    return f"yizhan-{digest}"


@contextmanager
def cluster(*, scheduler: str | None = None, workers: int = 2) -> Iterator[Client]:
    """A client of the scheduler at an address, else of so many processes of this machine.

    Raises :class:`SetupError` if nothing answers there, or other software.
    """
    if scheduler is None:
        with (
            dask.config.set(_SETTINGS),
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                memory_limit=_MEMORY_OF_ONE,
                host="127.0.0.1",
                # Its pages cannot be left out: nobody else shall reach them.
                dashboard_address="127.0.0.1:0",
                worker_dashboard_address="127.0.0.1:0",
            ) as local,
            Client(local) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout=_CONNECT_S)
    except (OSError, ValueError) as error:
        raise SetupError(
            f"连不上 Dask 调度器 {scheduler}", f"no Dask scheduler answers at {scheduler}"
        ) from error
    with client:
        _require_same_software(client)
        yield client


def measure_nation(
    client: Client,
    snapshot: Snapshot,
    cities: Sequence[Place],
    *,
    radius_m: float,
    progress: Progress = lambda _name, _done, _of: None,
) -> list[CityRows]:
    """The rows of some cities, by adcode.

    ``progress`` is told the city that is done, how many are, and of how many. Raises
    :class:`InputError` for a radius that is none, :class:`SetupError` if the processes are lost.
    """
    Parameters(radii_m=(radius_m,))
    found: dict[str, CityRows] = {}
    try:
        client.register_plugin(Stations(snapshot.path.read_bytes(), snapshot.digest))
        for rows in _measured(client, snapshot, cities, radius_m):
            found[rows.city["adcode"]] = rows
            progress(rows.city["name"], len(found), len(cities))
    except KilledWorker as error:
        raise SetupError(
            "一个城市的计算进程一再中止，多半是内存不足",
            "the processes that computed a city ended again and again: likely out of memory",
        ) from error
    except (CommClosedError, CancelledError) as error:
        raise SetupError(
            "与 Dask 调度器的连接中断", "the connection to the Dask scheduler was lost"
        ) from error
    finally:
        with suppress(CommClosedError):
            client.unregister_worker_plugin(_plugin_name(snapshot.digest))
    return [found[adcode] for adcode in sorted(found)]


def _measured(
    client: Client, snapshot: Snapshot, cities: Sequence[Place], radius_m: float
) -> Iterator[CityRows]:
    """The longest tasks are begun first, so that none is left over at the end."""
    ordered = sorted(cities, key=lambda each: _cost(snapshot, each), reverse=True)
    name = _plugin_name(snapshot.digest)
    futures = [client.submit(_rows, name, each.adcode, radius_m, pure=False) for each in ordered]
    for future, rows in as_completed(futures, with_results=True):
        future.release()
        yield rows


def all_cities(places: Places) -> Sequence[Place]:
    """Every city of China, by adcode."""
    return [city for province in places.provinces for city in places.cities_of(province)]


def _rows(plugin: str, adcode: str, radius_m: float) -> CityRows:
    """One task."""
    stations = cast("Stations", get_worker().plugins[plugin])
    return stations.rows(adcode, radius_m)


def _cost(snapshot: Snapshot, city: Place) -> tuple[int, float]:
    """What a city takes grows with its stations, then with its land."""
    return snapshot.by_city.get(city.adcode, 0), city.area_km2


def _require_same_software(client: Client) -> None:
    own = version("yizhan")
    try:
        others = set(client.run(version, "yizhan").values())
    except PackageNotFoundError:
        others = {"–"}
    if not others:
        raise SetupError(
            "这个 Dask 调度器没有工作进程", "this Dask scheduler has no workers to compute with"
        )
    if others != {own}:
        shown = ", ".join(sorted(others))
        raise SetupError(
            f"Dask 工作进程的 yizhan 版本是 {shown}，这里是 {own}",
            f"the workers of Dask have yizhan {shown}, this is {own}",
        )
