"""Modules joined into one script: a phone on a slow network waits for one file, not for ten.

Modules of ours import by name, without renaming, and export declarations. Each becomes the body
of a function that gives back what it exports; what it imports stands outside of it under the same
name. Tools that do this in general need Node, which running the service does not.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


def bundle(sources: Mapping[str, str], members: Sequence[str]) -> str:
    """One module with everything that ``members`` export; each stands behind those it imports.

    Raises :class:`ValueError` where one imports what does not stand before it, or where two
    export the same name.
    """
    before: set[str] = set()
    exported: list[str] = []
    parts: list[str] = []
    for name in members:
        late = set(_IMPORT.findall(sources[name])) - before
        if late:
            raise ValueError(f"{name} imports {sorted(late)}, which do not stand before it")
        names = [found[1] for found in _EXPORT.findall(sources[name])]
        body = _EXPORT.sub(r"\1", _IMPORT.sub("", sources[name]))
        parts.append(_as_function(body, names))
        exported += names
        before.add(name)
    if len(set(exported)) < len(exported):
        raise ValueError("two modules export the same name")
    return "".join(parts) + f"export {{ {', '.join(exported)} }};\n"


def importing_from(source: str, members: Sequence[str], joined: str) -> str:
    """A module that stays by itself, importing from the joined script what is in it now."""

    def moved(found: re.Match[str]) -> str:
        return found[0].replace(found[1], joined) if found[1] in members else found[0]

    return _IMPORT.sub(moved, source)


def _as_function(body: str, names: Sequence[str]) -> str:
    listed = ", ".join(names)
    head = f"const {{ {listed} }} = " if names else ""
    tail = f"return {{ {listed} }};\n" if names else ""
    return f"{head}(() => {{\n{body}\n{tail}}})();\n"
