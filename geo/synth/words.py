"""The cells of synthetic stations: everything but where they are."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Final

import numpy as np

from geo.catalogue import SYNTHETIC
from geo.places import Place
from geo.synth.shares import Shares, dealt
from geo.vocabulary import vocabulary

_MARKET: Final = "odd_job_market"


def drawn_columns(
    count: int, shares: Shares, rng: np.random.Generator
) -> Mapping[str, Sequence[str]]:
    """The columns that are dealt out by the table of shares, each ``count`` cells long."""
    columns = {name: dealt(words, count, rng) for name, words in shares.columns.items()}
    columns["facilities"] = _facilities(count, shares, rng)
    markets = [at for at, kind in enumerate(columns["kind"]) if kind == _MARKET]
    for name, words in shares.market_columns.items():
        cells = [""] * count
        for at, word in zip(markets, dealt(words, len(markets), rng), strict=True):
            cells[at] = word
        columns[name] = cells
    return columns


def named_columns(
    plan: Sequence[tuple[Place, int]], kinds: Sequence[str], seed: int
) -> Mapping[str, Sequence[str]]:
    """The columns that follow from the plan; every one that names says "示意 / synthetic"."""
    labels = {code: term.label.zh for code, term in vocabulary().kinds.items()}
    stations = list(_serials(plan))
    source = f"{SYNTHETIC} (seed {seed})"
    return {
        "id": [f"{district.adcode}-S{serial:04d}" for district, serial in stations],
        "name": [
            f"示意·{district.name}{labels[kind]}{serial:04d} (synthetic)"
            for (district, serial), kind in zip(stations, kinds, strict=True)
        ],
        "address": [f"示意地址：{district.name} (synthetic)" for district, _ in stations],
        "district": [district.adcode for district, _ in stations],
        "source": [source] * len(stations),
        "synthetic": ["true"] * len(stations),
    }


def _serials(plan: Sequence[tuple[Place, int]]) -> Iterator[tuple[Place, int]]:
    return ((district, serial) for district, count in plan for serial in range(1, count + 1))


def _facilities(count: int, shares: Shares, rng: np.random.Generator) -> Sequence[str]:
    known = rng.permutation(count)[: round(shares.facilities_known * count)]
    has = np.zeros((count, len(shares.facilities)), dtype=bool)
    for at, share in enumerate(shares.facilities.values()):
        has[rng.permutation(known)[: round(share * count)], at] = True
    cells = np.full(count, "", dtype=object)
    codes = tuple(shares.facilities)
    cells[known] = [";".join(compress(codes, row)) or "none" for row in has[known].tolist()]
    listed: list[str] = cells.tolist()
    return listed
