# SPDX-License-Identifier: Apache-2.0
"""``import pyspark`` answered by roost.

While it is installed, a finder at the front of ``sys.meta_path`` answers for ``pyspark`` and what is
below it: ``pyspark.sql.types`` is the very module ``roost.sql.types``, so that classes are the same
whichever name a program uses.  Rows and exceptions are pickled under roost's names; types, and classes
that nobody pickles, say that they are PySpark's, because libraries look at ``__module__`` to tell what
they were given, and write names of types.  Nothing else in ``sys.modules`` is touched, and a PySpark that is installed comes
back with :func:`uninstall_as_pyspark`.  PySpark's modules that have no counterpart are made of their
names (``roost.refused``).
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Iterable, Optional, Sequence

__all__ = ["install_as_pyspark", "uninstall_as_pyspark"]

# Modules of PySpark whose names differ here, or that only hold names of others.
_ALIASES = {
    "pyspark": "roost.as_pyspark",
    "pyspark.version": "roost.as_pyspark",
    "pyspark.sql.dataframe": "roost.sql.dataframe",
    "pyspark.sql.classic": "roost.sql",
    "pyspark.sql.connect": "roost.sql",
    "pyspark.sql.connect.functions.builtin": "roost.sql.functions",
    "pyspark.sql.functions.builtin": "roost.sql.functions",
    "pyspark.sql.pandas.functions": "roost.sql.vectorized",
    "pyspark.sql.pandas.group_ops": "roost.sql.cogroup",
    "pyspark.sql.pandas.types": "roost.sql.arrow",
    "pyspark.sql.variant_utils": "roost.sql.variant_codec",
    "pyspark.errors.exceptions": "roost.errors",
    "pyspark.errors.exceptions.base": "roost.errors.base",
    "pyspark.errors.exceptions.captured": "roost.errors",
    "pyspark.errors.exceptions.connect": "roost.errors",
    "pyspark.cloudpickle": "cloudpickle",
    "pyspark.conf": "roost.context",
    "pyspark.context": "roost.context",
    "pyspark.files": "roost.files",
    "pyspark.core": "roost",
    "pyspark.core.broadcast": "roost.broadcast",
    "pyspark.core.context": "roost.context",
    "pyspark.core.files": "roost.files",
    "pyspark.core.rdd": "roost.rdd",
    "pyspark.core.status": "roost.status",
    "pyspark.resultiterable": "roost.rdd_pairs",
    "pyspark.statcounter": "roost.rdd_numbers",
}

# Modules whose `__name__` libraries ask for, and classes, that are PySpark's by name while it is installed.
_RENAMED_MODULES = ("roost.sql", "roost.sql.functions", "roost.sql.types")
_RENAMED = {
    "roost.sql.catalog": ("Catalog",),
    "roost.sql.column": ("Column",),
    "roost.sql.conf": ("RuntimeConfig",),
    "roost.sql.dataframe": ("DataFrame",),
    "roost.sql.group": ("GroupedData",),
    "roost.sql.readwriter": ("DataFrameReader", "DataFrameWriter", "DataFrameWriterV2"),
    "roost.sql.session": ("SparkSession", "SparkSession.Builder"),
    "roost.sql.tvf": ("TableValuedFunction",),
    "roost.sql.window": ("Window", "WindowSpec"),
}


def _rename(to: str) -> None:
    for home, names in _RENAMED.items():
        module = import_module(home)
        for name in names:
            found: Any = module
            for part in name.split("."):
                found = getattr(found, part)
            found.__module__ = to + home[len("roost") :]
    types = import_module("roost.sql.types")
    for found in vars(types).values():
        if isinstance(found, type) and issubclass(found, types.DataType):
            found.__module__ = to + ".sql.types"
    for home in _RENAMED_MODULES:
        import_module(home).__name__ = to + home[len("roost") :]


def _one_api(name: str) -> str:
    """PySpark's classic API and that of Spark Connect are one here: the last part of the name says which module."""
    for api in (".sql.classic.", ".sql.connect."):
        if name.startswith(api):
            return ".sql." + name[len(api) :]
    return name


def _module(name: str) -> Optional[ModuleType]:
    """A module of roost's; None when there is none of that name."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not name.startswith(error.name):
            raise
        return None


class _Finder:
    """Finds roost's modules under another package's names."""

    def __init__(self, package: str, home: str) -> None:
        self._package = package
        self._home = home

    def find_spec(
        self, name: str, path: Optional[Sequence[str]] = None, target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        """The module of that name; an error for one that roost has not."""
        if name != self._package and not name.startswith(self._package + "."):
            return None
        module = _module(_ALIASES.get(name) or self._home + _one_api(name[len(self._package) :]))
        if module is None:
            from roost.refused import find

            module = find(name)
        if module is None:
            raise ModuleNotFoundError(f"roost has no {name!r}", name=name)
        return ModuleSpec(name, _Loader(name, module), is_package=hasattr(module, "__path__"))

    @staticmethod
    def find_distributions(context: Any) -> Iterable[Any]:
        """What ``importlib.metadata`` is told: there is a package pyspark."""
        if context.name is not None and context.name.lower() == "pyspark":
            yield _distribution()

    def invalidate_caches(self) -> None:
        """There are none."""


def _distribution() -> Any:
    """The package's description, as far as programs ask for it: its name and version."""
    from importlib.metadata import Distribution

    from roost.as_pyspark import __version__

    class PySpark(Distribution):
        def read_text(self, filename: str) -> Optional[str]:
            if filename != "METADATA":
                return None
            return f"Metadata-Version: 2.1\nName: pyspark\nVersion: {__version__}\n"

        def locate_file(self, path: Any) -> Any:
            raise FileNotFoundError(path)

    return PySpark()


class _Loader:
    """Hands out a module that is there already, unchanged."""

    def __init__(self, name: str, module: ModuleType) -> None:
        self._name = name
        self._module = module
        self._spec = getattr(module, "__spec__", None)
        self._loader = getattr(module, "__loader__", None)
        self._package = getattr(module, "__package__", None)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module itself."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do but to give the module its own description back, if it had one."""
        if self._spec is not None:
            module.__spec__ = self._spec
            module.__loader__ = self._loader
            module.__package__ = self._package
            from roost.refused import lent

            lent(self._name, module)


_finder = _Finder("pyspark", "roost")
# Behind all others: py4j itself is better, but it comes with PySpark.
_py4j_finder = _Finder("py4j", "roost.py4j")
_set_aside: Dict[str, Any] = {}


def is_installed() -> bool:
    """Whether ``import pyspark`` means roost."""
    return _finder in sys.meta_path


def install_as_pyspark() -> None:
    """Let ``import pyspark`` and its modules mean roost, until :func:`uninstall_as_pyspark`.

    Modules of a real PySpark that are imported already are set aside.

    Examples
    --------
    >>> import roost
    >>> roost.install_as_pyspark()
    >>> from pyspark.sql import SparkSession
    >>> SparkSession.__module__
    'pyspark.sql.session'
    >>> roost.uninstall_as_pyspark()
    """
    if is_installed():
        return
    for name in [n for n in sys.modules if n == "pyspark" or n.startswith("pyspark.")]:
        _set_aside[name] = sys.modules.pop(name)
    sys.meta_path.insert(0, _finder)
    sys.meta_path.append(_py4j_finder)
    _rename("pyspark")


def uninstall_as_pyspark() -> None:
    """Take :func:`install_as_pyspark` back; a PySpark that was set aside is there again."""
    if not is_installed():
        return
    sys.meta_path.remove(_finder)
    sys.meta_path.remove(_py4j_finder)
    _rename("roost")
    for name in [n for n in sys.modules if n == "pyspark" or n.startswith("pyspark.")]:
        del sys.modules[name]
    sys.modules.update(_set_aside)
    _set_aside.clear()
