"""Seeded points that lie as stations do, and a service's home with the synthetic nation."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.places import load_places
from geo.snapshot import Snapshot, SnapshotFolder
from geo.synth import write_catalogue
from geo.validation import read_catalogue

Floats = NDArray[np.float64]

PROVINCE, NATION = 11_500, 186_100


def clustered(count: int, seed: int) -> tuple[Floats, Floats]:
    """Points in clusters of some 200 over Henan, as towns spread them."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform((110.5, 31.5), (116.5, 36.3), (max(count // 200, 1), 2))
    points = centres[rng.integers(0, len(centres), count)] + rng.normal(0, 0.05, (count, 2))
    return points[:, 0].copy(), points[:, 1].copy()


def nation(folder: Path) -> Snapshot:
    """The synthetic nation of 186,100 stations as the current snapshot of a home."""
    return _synthetic(folder, [each.adcode for each in load_places().provinces], NATION)


def province(folder: Path) -> Snapshot:
    """Henan with 11,500 synthetic stations as the current snapshot of a home."""
    return _synthetic(folder, ["410000"], PROVINCE)


def _synthetic(folder: Path, provinces: Sequence[str], stations: int) -> Snapshot:
    places = load_places()
    lists = folder / "stations"
    write_catalogue(lists / "synthetic.csv", places, provinces=provinces, stations=stations, seed=1)
    catalogue = read_catalogue(lists, places)
    return SnapshotFolder(folder / "snapshots").publish(catalogue.stations, catalogue.info)
