# SPDX-License-Identifier: Apache-2.0
"""``spark._jvm``: packages and classes by name.

As with py4j, any name below ``_jvm`` is a package until it turns out to be a class; what is no class
here fails when it is called, with the TypeError that libraries expect where a JAR is missing.
"""

from __future__ import annotations

from importlib import import_module

from roost.errors.base import PySparkNotImplementedError
from roost.jvm.base import JavaObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["JavaPackage"]

# The classes that are here: Java's name, and where it is made.
_CLASSES = {
    "PythonSQLUtils": "roost.jvm.packages.PythonSQLUtils",
    "org.apache.spark.sql.api.python.PythonSQLUtils": "roost.jvm.packages.PythonSQLUtils",
    "SparkSession": "roost.jvm.session.Sessions",
    "org.apache.spark.sql.SparkSession": "roost.jvm.session.Sessions",
    "java.lang.System": "roost.jvm.packages.System",
    "java.net.URI": "roost.jvm.hadoop.URI",
    "java.util.UUID": "roost.jvm.packages.UUID",
    "org.apache.hadoop.fs.FileSystem": "roost.jvm.hadoop.FileSystem",
    "org.apache.hadoop.fs.LocalFileSystem": "roost.jvm.hadoop.FileSystem",
    "org.apache.hadoop.fs.Path": "roost.jvm.hadoop.Path",
    "org.apache.log4j.Level": "roost.jvm.log4j.Level",
    "org.apache.log4j.LogManager": "roost.jvm.log4j.LogManager",
    "org.apache.log4j.Logger": "roost.jvm.log4j.LogManager",
    "org.apache.logging.log4j.Level": "roost.jvm.log4j.Level",
    "org.apache.logging.log4j.LogManager": "roost.jvm.log4j.LogManager",
    "org.apache.logging.log4j.core.config.Configurator": "roost.jvm.log4j.Configurator",
}


class _NoClassError(PySparkNotImplementedError, TypeError):
    """A class of Java's was used that is not here; py4j raises a TypeError."""


class JavaPackage:
    """A package of Java's, or something that is taken for one."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self._name}.{name}" if self._name else name
        home, _, made = _CLASSES.get(full, "").rpartition(".")
        return getattr(import_module(home), made) if home else JavaPackage(full)

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        from roost.refused import refusal

        raise refusal(
            f"_jvm.{self._name} ('JavaPackage' object is not callable)", name="_jvm", kind=_NoClassError
        )


class PythonSQLUtils:
    """What PySpark itself asks of Spark."""

    @staticmethod
    def explainString(execution: Any, mode: str) -> str:
        """What `explain` prints of a query."""
        return execution.explainString(mode)


class System:
    """java.lang.System."""

    @staticmethod
    def currentTimeMillis() -> int:
        """Milliseconds since 1970."""
        import time

        return time.time_ns() // 1_000_000

    @staticmethod
    def nanoTime() -> int:
        """Nanoseconds since some time."""
        import time

        return time.perf_counter_ns()

    @staticmethod
    def getenv(name: str) -> Any:
        """A variable of the environment."""
        import os

        return os.environ.get(name)

    @staticmethod
    def getProperty(name: str, default: Any = None) -> Any:
        """A property of the JVM; as there is none, the default."""
        return default


class UUID(JavaObject):
    """java.util.UUID."""

    _name = "java.util.UUID"

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    @staticmethod
    def randomUUID() -> UUID:
        """A name unlike any other."""
        import uuid

        return UUID(str(uuid.uuid4()))
