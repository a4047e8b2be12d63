"""One revision of the catalogue: an immutable file with a digest, and the folder that keeps it."""

from geo.snapshot.folder import SnapshotFolder
from geo.snapshot.snapshot import Snapshot

__all__ = ["Snapshot", "SnapshotFolder"]
