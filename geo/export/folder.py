"""Folders that come into being under another name and are renamed when they are whole.

``files.sha256`` in each names its files with their checksums, in the form of sha256sum: by it a
folder of ours is known, and a file that somebody put there or changed since is never lost.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geo.errors import InputError, SetupError
from geo.text import Text

MANIFEST: Final = "files.sha256"
_READABLE: Final = 0o755


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A draft, which takes the place of ``folder`` at the end, if all went well.

    Raises :class:`InputError` as :func:`require_ours`, :class:`SetupError` if it cannot be
    written; whatever fails, the folder stays as it was, or absent.
    """
    folder = folder.absolute()
    require_ours(folder)
    home = next(each for each in folder.parents if each.exists())
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=home))
        try:
            yield draft
            _write_manifest(draft)
            draft.chmod(_READABLE)
            folder.parent.mkdir(parents=True, exist_ok=True)
            _replace(folder, draft)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise SetupError(
            f"无法写入文件夹 {folder.name}：{error.strerror}",
            f"cannot write the folder {folder.name}: {error.strerror}",
        ) from error


def require_ours(folder: Path) -> None:
    """Raises :class:`InputError` if anything in a folder would be lost by replacing it."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise _not_ours(folder, Text("是一个文件", "is a file"))
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    manifest = found.pop(MANIFEST, None)
    if manifest is None and any(folder.iterdir()):
        raise _not_ours(
            folder,
            Text(
                f"里有别的文件（没有 {MANIFEST}）", f"holds other files, and no {MANIFEST} of ours"
            ),
        )
    known = _read_manifest(manifest) if manifest else {}
    for name, path in sorted(found.items()):
        if known.get(name) != _sha256(path):
            raise _not_ours(
                folder,
                Text(
                    f"里的 {name} 不是我们写的，或已被改动",
                    f"holds {name}, which is not as we wrote it",
                ),
            )


def _write_manifest(folder: Path) -> None:
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}" for path in _files(folder)]
    manifest = folder / MANIFEST
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for path in _files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _read_manifest(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = (line.split("  ", 1) for line in lines if "  " in line)
    return {name: digest for digest, name in pairs}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(folder: Path, draft: Path) -> None:
    if not folder.exists():
        draft.rename(folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.rename(aside)  # takes the place of the empty folder
    try:
        draft.rename(folder)
    except BaseException:
        aside.rename(folder)
        raise
    shutil.rmtree(aside)


def _not_ours(folder: Path, what: Text) -> InputError:
    return InputError(
        "output",
        zh=f"输出文件夹 {folder.name} {what.zh}，不能覆盖",
        en=f"the output folder {folder.name} {what.en}, and is not replaced",
        value=folder.name[:80],
        expected=Text("一个新的或空的文件夹", "a new or an empty folder"),
    )
