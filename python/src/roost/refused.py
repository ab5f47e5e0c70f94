# SPDX-License-Identifier: Apache-2.0
"""PySpark's modules that roost does not have, made of their names.

Libraries and suites import ``pyspark.pandas``, ``pyspark.ml`` or ``pyspark.sql.streaming`` at the top, to
ask ``isinstance`` or to derive a class, and most of their code never goes there.  So the names are
here, and only using one is refused: a class when an object of it is made, a function when it is called,
with an error that says what there is instead.

``refused_api.txt`` is the one table of these names; ``scripts/refused_api.py`` writes it and says what its
lines mean.  It is read when the first such module is asked for.  Names become objects when they are
looked up, so modules that import each other in a ring are no matter, and all ways to a name lead to
one object.
"""

from __future__ import annotations

from abc import ABCMeta
from importlib import import_module
from types import GenericAlias, ModuleType

from roost.errors.base import PySparkNotImplementedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple, Type

    Entries = Dict[str, Tuple[str, str]]

# What to use instead, by the beginning of the name.
_ADVICE = {
    "pyspark.pandas": "Use pandas itself: DataFrame.toPandas(), createDataFrame(frame), applyInPandas, mapInPandas.",
    "pyspark.ml": "Train on DataFrame.toPandas() or toArrow() with a library of Python's.",
    "pyspark.mllib": "Train on DataFrame.toPandas() or toArrow() with a library of Python's.",
    "pyspark.streaming": "Queries are finite here: test a stream's steps on a DataFrame of spark.read.",
    "pyspark.sql.streaming": "Queries are finite here: test a stream's steps on a DataFrame of spark.read.",
    "pyspark.sql.plot": "Plot DataFrame.toPandas().",
    "_jdf": "There is no JVM: a DataFrame's schema, explain() and its other public methods tell what there is.",
    "_jc": "There is no JVM: a Column's public methods tell what there is.",
    "_jvm": "There is no JVM, and so no class of Java's.",
    "_jsc": "There is no JVM: SparkContext's public methods and spark.conf tell what there is.",
    "_jsparkSession": "There is no JVM: SparkSession's public methods tell what there is.",
}


class RefusedAttribute(PySparkNotImplementedError, AttributeError):
    """An attribute that PySpark has and roost has not, so that ``hasattr`` says so."""


def refusal(
    feature: str, name: Optional[str] = None, kind: Type[PySparkNotImplementedError] = PySparkNotImplementedError
) -> PySparkNotImplementedError:
    """The error that says that a feature is not there, and what to use instead.

    Parameters
    ----------
    feature : str
        what the program asked for
    name : str, optional
        where PySpark has it, when the feature does not say it itself
    kind : type, optional
        the class of the error
    """
    parts = (name or feature).split(".")
    beginnings = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    advice = next((f" {_ADVICE[beginning]}" for beginning in beginnings if beginning in _ADVICE), "")
    return kind(
        message=f"{feature} is not implemented.{advice}",
        errorClass="NOT_IMPLEMENTED",
        messageParameters={"feature": feature},
    )


def _refuse(cls: type, *args: Any, **kwargs: Any) -> Any:
    raise refusal(f"{cls.__module__}.{cls.__qualname__}")


def _function(home: str, name: str) -> Callable[..., Any]:
    """A function, or a class's member, that refuses to be called."""

    def refused(*args: Any, **kwargs: Any) -> Any:
        raise refusal(f"{home}.{name}")

    refused.__name__ = refused.__qualname__ = name
    refused.__module__ = home
    return refused


def _register(name: str) -> Callable[[Any], Any]:
    """Programs extend refused classes while they are imported; what never exists needs no extension."""
    return lambda extension: extension


class _Value:
    """A refused object: whatever is done with it is refused."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise refusal(f"{self._name}.{name}", kind=RefusedAttribute)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise refusal(self._name)


class _Module(ModuleType):
    """A module made of lines of the table."""

    def __init__(self, name: str, entries: Entries, is_package: bool) -> None:
        super().__init__(name, f"The names of PySpark's {name}; roost has none of it.")
        self._entries = entries
        self.__all__ = [entry for entry in entries if not entry.startswith("_")]
        if is_package:
            self.__path__: List[str] = []

    def __getattr__(self, name: str) -> Any:
        entry = self._entries.get(name)
        if entry is not None:
            value = self._make(name, *entry)
            setattr(self, name, value)
            return value
        if f"{self.__name__}.{name}" in _table():
            return import_module(f"{self.__name__}.{name}")
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *self._entries})

    def _make(self, name: str, kind: str, rest: str) -> Any:
        if kind == "from":
            return getattr(import_module(rest), name)
        if kind == "class":
            return self._make_class(name, *rest.split(" "))
        if kind == "def":
            return _function(self.__name__, name)
        if kind == "register":
            return _register
        return _Value(f"{self.__name__}.{name}")

    def _make_class(self, name: str, bases: str, members: str = "") -> type:
        made = {member: _function(f"{self.__name__}.{name}", member) for member in members.split(",") if member}
        made |= {"__module__": self.__name__, "__new__": _refuse, "__class_getitem__": classmethod(GenericAlias)}
        # An ABCMeta makes it, so that programs' own classes with one may derive from it.
        return ABCMeta(name, tuple(self._base(base) for base in bases.split(",") if base), made)

    def _base(self, name: str) -> type:
        import builtins

        home, _, short = name.rpartition(".")
        if home:
            return getattr(import_module(home), short)
        return getattr(self, name) if name in self._entries else getattr(builtins, name)


_modules: Dict[str, Entries] = {}  # the table, once it is read
_made: Dict[str, ModuleType] = {}  # a module is made once, so that its classes stay the same


def _table() -> Dict[str, Entries]:
    if not _modules:
        from importlib.resources import files

        entries: Entries = {}
        name = ""
        for line in files("roost").joinpath("refused_api.txt").read_text().splitlines():
            if not line.startswith(" "):
                entries = _modules[line] = {}
                continue
            if line.startswith("  "):
                entries[name] = ("class", f"{entries[name][1]} {line.strip()}")
                continue
            kind, name, *rest = line.split()
            if kind == "from":
                entries.update((handed_on, (kind, name)) for handed_on in rest[0].split(","))
            else:
                entries[name] = (kind, rest[0] if rest else "")
    return _modules


def lent(name: str, module: ModuleType) -> None:
    """Let a module of roost's give out what PySpark's of that name has besides: names that it imports from others."""
    own = vars(module).get("__getattr__")
    if isinstance(own, _Lender):
        own.names.add(name)
    elif not isinstance(module, _Module):
        module.__getattr__ = _Lender(name, own)  # type: ignore[method-assign]


class _Lender:
    """A module's ``__getattr__``: what it had, and then the table, by all names that the module goes by."""

    def __init__(self, name: str, own: Any) -> None:
        self.names = {name}
        self._own = own

    def __call__(self, attribute: str) -> Any:
        if self._own is not None:
            try:
                return self._own(attribute)
            except AttributeError:
                pass
        for name in self.names:
            if attribute in _table().get(name, ()):
                return getattr(find(name), attribute)
        return self._submodule(attribute)

    def _submodule(self, attribute: str) -> ModuleType:
        """``from pyspark.errors.exceptions import captured``: a module that has another name here."""
        from roost.compat import is_installed

        for name in self.names if is_installed() and not attribute.startswith("_") else ():
            try:
                return import_module(f"{name}.{attribute}")
            except ModuleNotFoundError:
                continue
        raise AttributeError(f"module {min(self.names)!r} has no attribute {attribute!r}")


def find(name: str) -> Optional[ModuleType]:
    """PySpark's module of that name, made of refused names; None for one that PySpark has not either."""
    table = _table()
    if name not in table:
        return None
    if name not in _made:
        _made[name] = _Module(name, table[name], any(other.startswith(name + ".") for other in table))
    return _made[name]
