"""The folder that --source names: which files of it are read, and that none outside of it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scanner.collect.iac.hcl.json_syntax import read_json
from scanner.collect.iac.hcl.tree import File
from scanner.errors import CodeError
from scanner.model.place import shown
from scanner.system.reading import MIB, read_bounded

LARGEST = 8 * MIB
"""Bytes of a file: two hundred thousand lines."""

_MOST = 5_000
"""Files in all."""

_ALL = 256 * MIB
"""Bytes of all files."""

_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")


class Folder:
    """What may be read: everything below `boundary`. `notes` are sentences on what was not."""

    def __init__(self, boundary: Path) -> None:
        try:
            self.boundary = boundary.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise CodeError(f"--source {boundary} cannot be read: {_why(error)}") from error
        if not self.boundary.is_dir():
            raise CodeError(f"--source {boundary} is no folder; name the one that the .tf files lie in")
        self.notes: list[str] = []
        self._files, self._bytes = 0, 0

    def inside(self, path: Path) -> Path | None:
        """Return where a path leads, None where that is outside or nowhere."""
        try:
            found = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        return found if found.is_relative_to(self.boundary) else None

    def files(self, folder: Path) -> Iterator[File]:
        """Yield what the files of Terraform in a folder hold, overrides last, as Terraform reads them."""
        try:
            names = [each.name for each in folder.iterdir()]
        except OSError as error:
            self.notes.append(f"{shown(folder)} cannot be read: {_why(error)}")
            return
        for name in sorted(filter(_is_code, names), key=lambda each: (is_override(each), each)):
            file = self._file(folder / name)
            if file is not None:
                yield file

    def _file(self, path: Path) -> File | None:
        name, real = shown(path), self.inside(path)
        if real is None:
            self.notes.append(f"{name} is a link that leads out of --source or nowhere, and is not read")
            return None
        try:
            text = read_bounded(real, min(LARGEST, max(_ALL - self._bytes, 0)), pipes=False)
        except OSError as error:
            self.notes.append(f"{name} cannot be read: {_why(error)}")
            return None
        self._files, self._bytes = self._files + 1, self._bytes + len(text)
        if self._files > _MOST:
            raise CodeError(f"--source holds more than {_MOST} files of Terraform; name the folder of the one module")
        found = read_json(name, text) if path.suffix == ".json" else _read_hcl(name, text)
        if found.broken:
            at = found.broken[0]
            self.notes.append(f"{name} is not whole: line {at.line} cannot be read; the rest of it is used")
        return found


def _read_hcl(name: str, text: bytes) -> File:
    from scanner.collect.iac.hcl.syntax import read_hcl  # noqa: PLC0415 - part of an extra

    return read_hcl(name, text)


def is_override(name: str) -> bool:
    """Tell whether a file changes blocks of others.

    https://developer.hashicorp.com/terraform/language/files/override
    """
    stem = next(name.removesuffix(each) for each in sorted(_SUFFIXES, key=len, reverse=True) if name.endswith(each))
    return stem == "override" or stem.endswith("_override")


def _is_code(name: str) -> bool:
    return name.endswith(_SUFFIXES) and not name.startswith((".", "#")) and not name.endswith("~")


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
