"""Modules of Terraform code as they lie on disk: where a resource of a plan or state is declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanner.collect.iac.hcl.folder import Folder, is_override
from scanner.collect.iac.hcl.packages import require_packages
from scanner.collect.iac.hcl.tree import Block, File, Remark
from scanner.errors import CodeError
from scanner.model.place import shown

_MARK = "//"
"""Between what may be read and the module in it, as in Terraform's own addresses of modules."""

_MODES = {"managed": "resource", "data": "data"}
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Found:
    """Where something is declared: in a block of its own, or, where its module is not here, in the block that calls it.

    `calls` are the module blocks on the way to it, the outermost first.
    """

    block: Block | None
    calls: tuple[Block, ...]

    @property
    def nearest(self) -> Block | None:
        """The innermost block that is here."""
        return self.block or (self.calls[-1] if self.calls else None)


class _Module:
    """The blocks of one folder."""

    def __init__(self, path: Path, files: Iterator[File]) -> None:
        self.path = path
        self.blocks: dict[tuple[str, ...], Block] = {}
        self.files: list[File] = []
        for file in files:
            self.files.append(file)
            for each in file.blocks:
                key = (each.kind, *each.labels)
                held = self.blocks.setdefault(key, each)
                if held is not each and is_override(file.name.rpartition("/")[2]):
                    # What an override says stands there; the block itself stands where it did.
                    held.body.attributes.update(each.body.attributes)
                    held.body.blocks.update(each.body.blocks)


class Code:
    """A root module below --source, and the local modules that it calls."""

    def __init__(self, source: str) -> None:
        """Read it. `source` is a folder, or BOUNDARY//MODULE. Raises CodeError for one that is not there."""
        require_packages()
        outer, mark, inner = source.partition(_MARK) if not source.startswith(_MARK) else (source, "", "")
        self._folder = Folder(Path(outer))
        root = self._folder.inside(self._folder.boundary / inner) if mark else self._folder.boundary
        if root is None or not root.is_dir():
            raise CodeError(f"--source {source}: there is no folder {inner} in {outer}")
        self._modules: dict[Path, _Module] = {}
        self._root = self._read(root)
        self._reach(self._root, 0)
        if not any(each.blocks for each in self._modules.values()):
            raise CodeError(f"--source {source} holds no Terraform; name the folder that the .tf files lie in")

    @property
    def notes(self) -> list[str]:
        """Sentences on what was not read."""
        return self._folder.notes

    @property
    def remarks(self) -> Iterator[Remark]:
        """Every comment that speaks to this program, each once however often its module is called."""
        yield from (remark for each in self._modules.values() for file in each.files for remark in file.remarks)

    def text_of(self, file: str) -> bytes:
        """Return what a file holds that a place is in."""
        return next((each.text for module in self._modules.values() for each in module.files if each.name == file), b"")

    def find(self, calls: tuple[str, ...], mode: str, kind: str, name: str) -> Found:
        """Return where a resource is declared that lies in the module that a chain of calls leads to."""
        module: _Module | None = self._root
        blocks: list[Block] = []
        for call in calls:
            held = module.blocks.get(("module", call)) if module is not None else None
            if module is None or held is None:
                return Found(None, tuple(blocks))
            blocks.append(held)
            module = self._called(module, held)
        held = module.blocks.get((_MODES.get(mode, mode), kind, name)) if module is not None else None
        return Found(held, tuple(blocks))

    def _read(self, path: Path) -> _Module:
        if path not in self._modules:
            self._modules[path] = _Module(path, self._folder.files(path))
        return self._modules[path]

    def _called(self, module: _Module, call: Block) -> _Module | None:
        path = self._target(module, call)
        return self._modules.get(path) if path is not None else None

    def _target(self, module: _Module, call: Block) -> Path | None:
        source = call.body.attributes.get("source")
        text = source.literal if source is not None else None
        if not isinstance(text, str) or not text.startswith(("./", "../")):
            return None
        return self._folder.inside(module.path / text)

    def _reach(self, module: _Module, deep: int) -> None:
        """Read the modules that one calls, each once, and tell of those that lie outside."""
        for key, block in module.blocks.items():
            source = block.body.attributes.get("source") if key[0] == "module" else None
            text = source.literal if source is not None else None
            if source is None or not isinstance(text, str) or not text.startswith(("./", "../")):
                continue
            path = self._target(module, block)
            if path is None or not path.is_dir():
                where = f"{source.place.file}:{source.place.line}"
                outer = f"{shown(self._folder.boundary)} or nowhere; --source OUTER//INNER names a folder with both"
                self.notes.append(f"{where}: module {key[-1]} is {text}, which leads out of {outer}")
            elif path not in self._modules and deep < _DEEPEST:
                self._reach(self._read(path), deep + 1)
