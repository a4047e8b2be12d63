"""A population grid as GeoTIFF, such as WorldPop's: every pixel cut exactly at district borders."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from geo.demand.given import nothing_there
from geo.demand.model import Cells
from geo.demand.outlines import Lattice, mended
from geo.demand.squares import MOST_CELLS
from geo.demand.tiles import Tiles, tiled
from geo.demand.vector import without_crs
from geo.errors import InputError, SetupError, SourceError
from geo.places import Place, Places
from geo.plane import Plane
from geo.text import Text

if TYPE_CHECKING:
    from rasterio import DatasetReader

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Affine = tuple[float, float, float, float, float, float]

_MAGIC: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# Outlines are carried to the plane of the pixels, where longer edges would not be straight.
_EDGE_DEG: Final = 0.01
# With people or not; a hundred metres are fine for all but the deserts.
MOST_PIXELS: Final = 12_000_000
# Less than this share of a city is not worth a note.
_LITTLE: Final = 0.001


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where pixels lie: (u, v) at x = a·u + b·v + c, y = d·u + e·v + f of the system ``crs``."""

    crs: str
    affine: Affine

    def pixels(self, outline: BaseGeometry) -> BaseGeometry:
        """An outline in degrees, in columns and rows."""
        to_system = pyproj.Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)
        a, b, c, d, e, f = self.affine
        determinant = a * e - b * d

        def to_pixels(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
            x, y = to_system.transform(lon, lat)
            x, y = x - c, y - f
            return (e * x - b * y) / determinant, (a * y - d * x) / determinant

        convert: Any = to_pixels  # the stubs know the interleaved form alone
        shape: BaseGeometry = shapely.transform(
            shapely.segmentize(outline, _EDGE_DEG), convert, interleaved=False
        )
        return shape

    def lon_lat(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Columns and rows in degrees."""
        to_degrees = pyproj.Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        a, b, c, d, e, f = self.affine
        lon, lat = to_degrees.transform(a * u + b * v + c, d * u + e * v + f)
        return np.asarray(lon), np.asarray(lat)


@dataclass(frozen=True, slots=True)
class _Values:
    """The part of the raster around a city, from pixel ``col``, ``row`` on; NaN is no data."""

    col: int
    row: int
    values: Floats

    def of(self, tiles: Tiles) -> Floats:
        """The values of pixels, NaN beyond the raster."""
        col, row = tiles.col - self.col, tiles.row - self.row
        height, width = self.values.shape
        inside = (col >= 0) & (col < width) & (row >= 0) & (row < height)
        found = np.full(len(tiles), np.nan)
        found[inside] = self.values[row[inside], col[inside]]
        return found


def is_raster(path: Path) -> bool:
    """Whether a file is a TIFF by its first bytes."""
    with path.open("rb") as file:
        return file.read(4) in _MAGIC


def read_raster(
    path: Path, places: Places, city: Place, plane: Plane
) -> tuple[Cells, Sequence[Text]]:
    """The pixels of the first band inside the city, and what is to be said of them.

    A pixel's value is the number of its people; of a pixel on a border each district has the
    share of its area. Raises :class:`SetupError` without rasterio, :class:`SourceError` and
    :class:`InputError`.
    """
    frame, values, notes = _read(path, places.outline(city.adcode, "city"))
    adcodes = tuple(place.adcode for place in places.districts_of(city))
    tiles = [tiled(frame.pixels(places.outline(code, "district")), 1.0) for code in adcodes]
    people = [values.of(each) * each.area for each in tiles]
    notes = (*notes, *_without_data(tiles, people))
    kept = [np.nan_to_num(each) > 0.0 for each in people]
    count = sum(int(each.sum()) for each in kept)
    if not count:
        raise nothing_there()
    _require_few(count, MOST_CELLS)
    filled = [each.take(at) for each, at in zip(tiles, kept, strict=True)]
    return _cells(
        frame, plane, adcodes, filled, [p[k] for p, k in zip(people, kept, strict=True)]
    ), notes


def _read(path: Path, city: BaseGeometry) -> tuple[_Frame, _Values, tuple[Text, ...]]:
    try:
        import rasterio.errors  # noqa: PLC0415  (an optional extra)
        from rasterio.windows import Window  # noqa: PLC0415
    except ImportError as error:
        raise SetupError(
            '读取 GeoTIFF 需要 rasterio，请运行 pip install "yizhan[raster]"',
            'a GeoTIFF needs rasterio: pip install "yizhan[raster]"',
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            with rasterio.open(path, driver="GTiff") as dataset:
                frame = _frame(dataset, path.name)
                _require_few(int(frame.pixels(city).area), MOST_PIXELS)
                west, north, east, south = _window(frame, city, dataset)
                window = Window(west, north, east - west, south - north)
                values = dataset.read(1, window=window, masked=True).astype(np.float64)
                bands = dataset.count
    except rasterio.errors.RasterioError as error:
        raise SourceError(
            f"{path.name} 无法读取：GeoTIFF 不完整或已损坏",
            f"{path.name} cannot be read: the GeoTIFF is cut off or damaged",
            reason="damaged",
        ) from error
    _require_values(values.compressed())
    note = Text(f"只读取 {bands} 个波段中的第一个", f"only the first of {bands} bands was read")
    return frame, _Values(west, north, values.filled(np.nan)), (note,) * (bands > 1)


def _frame(dataset: "DatasetReader", name: str) -> _Frame:
    if dataset.crs is None or dataset.transform.is_identity:
        raise without_crs(name)
    definition = dataset.crs.to_wkt()
    try:
        pyproj.Transformer.from_crs("EPSG:4326", definition, always_xy=True)
    except ProjError:
        raise without_crs(name) from None
    return _Frame(definition, tuple(dataset.transform)[:6])


def _window(
    frame: _Frame, city: BaseGeometry, dataset: "DatasetReader"
) -> tuple[int, int, int, int]:
    """The pixels around the city. Raises :class:`InputError` where it lies beside the raster."""
    low_u, low_v, high_u, high_v = frame.pixels(city).bounds
    west, east = max(0, int(low_u)), min(dataset.width, int(high_u) + 1)
    north, south = max(0, int(low_v)), min(dataset.height, int(high_v) + 1)
    if not (west < east and north < south):
        raise InputError(
            "demand",
            zh="栅格不在该市范围内",
            en="the raster does not reach the city",
            value=None,
            expected=Text("覆盖该市的人口栅格", "a population grid that covers the city"),
        )
    return west, north, east, south


def _require_values(values: Floats) -> None:
    """Raise :class:`InputError` for negative or infinite people: NaN is no data."""
    bad = values[(values < 0.0) | np.isinf(values)]
    if len(bad):
        raise InputError(
            "demand",
            zh=f"栅格有 {len(bad):,} 个像元为负数或无穷大，如 {bad[0]:g}",
            en=f"the raster has {len(bad):,} negative or infinite pixel(s), such as {bad[0]:g}",
            value=f"{bad[0]:g}",
            expected=Text(
                "把它声明为无数据：gdal_edit.py -a_nodata",
                "declare it as no data: gdal_edit.py -a_nodata",
            ),
        )


def _require_few(count: int, most: int) -> None:
    if count > most:
        raise InputError(
            "demand",
            zh=f"市内有 {count:,} 个像元，超过上限 {most:,}",
            en=f"{count:,} pixels lie in the city, more than {most:,}",
            value=str(count),
            expected=Text("较粗的栅格（按总数重采样）", "a coarser grid (resampled by sum)"),
        )


def _without_data(tiles: Sequence[Tiles], people: Sequence[Floats]) -> tuple[Text, ...]:
    area = sum(each.area.sum() for each in tiles)
    unknown = sum(each.area[np.isnan(own)].sum() for each, own in zip(tiles, people, strict=True))
    share = float(unknown / area)
    if share < _LITTLE:
        return ()
    return (
        Text(
            f"全市面积的 {share:.1%} 没有栅格数据，按无人计",
            f"{share:.1%} of the city's area has no data and counts as nobody",
        ),
    )


def _cells(
    frame: _Frame,
    plane: Plane,
    adcodes: Sequence[str],
    tiles: Sequence[Tiles],
    people: Sequence[Floats],
) -> Cells:
    col, row, shape = (
        np.concatenate([getattr(each, name) for each in tiles]) for name in ("col", "row", "shape")
    )
    u, v = (np.concatenate(axis) for axis in zip(*(each.centres() for each in tiles), strict=True))
    lon, lat = frame.lon_lat(u, v)
    cut = np.flatnonzero(~shapely.is_missing(shape))
    return Cells(
        lon=lon,
        lat=lat,
        people=np.concatenate(people),
        size_m=_sides(frame, plane, col, row),
        district=np.repeat(np.arange(len(tiles)), [len(each) for each in tiles]),
        adcodes=adcodes,
        outlines=Lattice(
            crs=frame.crs,
            affine=frame.affine,
            col=col,
            row=row,
            span=np.ones(len(col), dtype=np.int64),
            clipped=_clipped(frame, shape, cut),
        ),
    )


def _clipped(frame: _Frame, shape: NDArray[np.object_], cut: Ints) -> Mapping[int, BaseGeometry]:
    to_degrees: Any = frame.lon_lat
    parts = mended(shapely.transform(shape[cut], to_degrees, interleaved=False))
    return dict(zip(cut.tolist(), parts, strict=True))


def _sides(frame: _Frame, plane: Plane, col: Ints, row: Ints) -> Floats:
    """The root of the area of each pixel, taken in the middle of its row."""
    rows, which = np.unique(row, return_inverse=True)
    middle = np.full(len(rows), int(np.median(col)))
    one = np.ones(len(rows), dtype=np.int64)
    lattice = Lattice(frame.crs, frame.affine, middle, rows, one, {})
    shapes = plane.shapes(lattice.take(np.arange(len(rows))))
    sides: Floats = np.sqrt(shapely.area(shapes))[which]
    return sides
