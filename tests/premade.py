"""Modules made once and imported by many forks: each fork imports as ever, but for the work of making the modules.

Before the fork, modules are imported and then hidden: nothing of them is in `sys.modules` or an attribute of a package.
In the fork, importing one imports what it imports itself, in the same order, and puts it where Python would. A module
that forgets an import fails in the fork as it does in a process that is started.
"""

from __future__ import annotations

import builtins
import pkgutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


@dataclass
class _Made:
    """A module, what its code left in it, and the imports that its code took, as `__import__` was given them."""

    spec: ModuleSpec
    module: ModuleType
    left: dict[str, Any] = field(default_factory=dict)
    imports: list[tuple[Any, ...]] = field(default_factory=list)


class _Finder(MetaPathFinder):
    """Finds the modules of a package where Python finds them, and has them loaded by what `loader` returns."""

    def __init__(self, package: str) -> None:
        self._package = package

    def loader(self, spec: ModuleSpec) -> Loader | None:
        """Return what loads a module in place of Python's own loader; None leaves it."""
        raise NotImplementedError

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec with the loader, where there is one."""
        if fullname.partition(".")[0] != self._package or fullname.endswith("__main__"):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or (loader := self.loader(spec)) is None:
            return None
        ours = ModuleSpec(fullname, loader, origin=spec.origin)
        ours.submodule_search_locations = spec.submodule_search_locations
        return ours


class _Making(_Finder, Loader):
    """Notes what modules import and leave behind while they are made."""

    def __init__(self, package: str) -> None:
        super().__init__(package)
        self.made: dict[str, _Made] = {}
        self._import = builtins.__import__
        self._running: list[_Made] = []
        self._specs: dict[str, ModuleSpec] = {}

    def loader(self, spec: ModuleSpec) -> Loader:
        """Return itself."""
        self._specs[spec.name] = spec
        return self

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        """Leave it to Python."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code under notice."""
        spec = module.__spec__ = self._specs[module.__name__]
        assert spec.loader is not None
        vars(module).update(__loader__=spec.loader, __file__=spec.origin, __cached__=spec.cached)
        made = _Made(spec, module)
        self._running.append(made)
        try:
            spec.loader.exec_module(module)
        finally:
            self._running.pop()
        made.left = dict(vars(module))
        self.made[module.__name__] = made

    def noting(
        self,
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import, and note it for the module whose code runs."""
        if self._running:
            self._running[-1].imports.append((name, globals_, None, fromlist, level))
        return self._import(name, globals_, locals_, fromlist or (), level)


class _Remaking(_Finder, Loader):
    """Puts modules that were made back, one at a time, as they are imported."""

    def __init__(self, package: str, made: dict[str, _Made]) -> None:
        super().__init__(package)
        self._made = made

    def loader(self, spec: ModuleSpec) -> Loader | None:
        """Return itself, for what was made of the same file."""
        made = self._made.get(spec.name)
        return self if made is not None and made.spec.origin == spec.origin else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return what was made."""
        return self._made[spec.name].module

    def exec_module(self, module: ModuleType) -> None:
        """Import what the module's code imports, and leave what it leaves."""
        made = self._made[module.__name__]
        for each in made.imports:
            builtins.__import__(*each)
        vars(module).update(made.left)


def premake(package: str, but: Iterable[str]) -> None:
    """Make the modules of a package, but for some and what lies in them, and have later imports take them."""
    leave = tuple(f"{package}.{each}" for each in but)
    making = _Making(package)
    sys.meta_path.insert(0, making)
    builtins.__import__ = making.noting  # type: ignore[assignment]  # it takes what it is given by position
    try:
        for each in _modules(import_module(package), leave):
            import_module(each)
    finally:
        builtins.__import__ = making._import  # noqa: SLF001
        sys.meta_path.remove(making)
    _hide(making.made)
    sys.meta_path.insert(0, _Remaking(package, making.made))


def _modules(package: ModuleType, leave: tuple[str, ...]) -> list[str]:
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    kept = [each for each in found if each.name not in leave and not each.name.endswith("__main__")]
    below = [_modules(import_module(each.name), leave) for each in kept if each.ispkg]
    return [each.name for each in kept] + [each for names in below for each in names]


def _hide(made: dict[str, _Made]) -> None:
    for name, each in made.items():
        del sys.modules[name]
        for added in vars(each.module).keys() - each.left.keys():
            del vars(each.module)[added]
