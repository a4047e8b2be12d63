"""Files that come into being under another name and are renamed when they are whole."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from geo.errors import SetupError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A draft beside ``path``, which takes its place at the end, if all went well.

    Raises :class:`SetupError` if it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
        os.close(handle)
        draft = Path(name)
        try:
            yield draft
            _sync(draft)
            draft.chmod(0o644)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, FileCreateError) as error:
        said = getattr(error, "strerror", None) or error
        raise SetupError(
            f"无法写入 {path.name}：{said}", f"cannot write {path.name}: {said}"
        ) from error


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
