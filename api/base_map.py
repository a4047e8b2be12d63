"""What tells one content of a base map's folder from another, without reading it."""

from pathlib import Path

Stamp = tuple[tuple[str, int, int], ...]


def stamp_of(folder: Path) -> Stamp:
    """The name, bytes and time of change (ns) of each file."""
    stats = [(path.name, path.stat()) for path in sorted(folder.glob("*.geojson"))]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
