# SPDX-License-Identifier: Apache-2.0
"""``spark._jsparkSession`` and ``sc._jsc``: the session, and Hadoop's settings.

Hadoop's settings are kept and given back, because programs set keys of object stores before they
read local files; nothing here goes to such a store.
"""

from __future__ import annotations

from roost.jvm.base import JavaObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, Optional

    from roost.sql.session import SparkSession

__all__ = ["HadoopConfiguration", "JavaContext", "JavaSession", "Option", "Sessions", "session_attribute"]


class HadoopConfiguration(JavaObject):
    """Hadoop's settings: the session's ``spark.hadoop.`` options, and what a program sets here."""

    _name = "_jsc.hadoopConfiguration()"

    def __init__(self, session: SparkSession) -> None:
        prefix = "spark.hadoop."
        self._values: Dict[str, str] = {"fs.defaultFS": "file:///"}
        for key, value in session._options.items():
            if key.startswith(prefix):
                self._values[key[len(prefix) :]] = str(value)

    def get(self, name: str, defaultValue: Optional[str] = None) -> Optional[str]:
        """A value, or a default."""
        return self._values.get(name, defaultValue)

    def set(self, name: str, value: Any) -> None:
        """Set a value."""
        self._values[name] = str(value).lower() if isinstance(value, bool) else str(value)

    setBoolean = setInt = setLong = setDouble = setStrings = set

    def getBoolean(self, name: str, defaultValue: bool) -> bool:
        """A value that is true or false."""
        return {"true": True, "false": False}.get(self._values.get(name, "").lower(), defaultValue)

    def getInt(self, name: str, defaultValue: int) -> int:
        """A whole number."""
        return int(self._values.get(name, defaultValue))

    getLong = getInt

    def unset(self, name: str) -> None:
        """Forget a value."""
        self._values.pop(name, None)

    def size(self) -> int:
        """How many values there are."""
        return len(self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


class _ScalaContext(JavaObject):
    """``_jsc.sc()``."""

    _name = "_jsc.sc()"

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def applicationId(self) -> str:
        """A name for the application that is unlike any other."""
        return self._session.sparkContext.applicationId

    def appName(self) -> str:
        """The application's name."""
        return self._session.sparkContext.appName

    def master(self) -> str:
        """What the program called the engine."""
        return self._session.sparkContext.master

    def version(self) -> str:
        """The version of Spark whose behaviour this is."""
        return self._session.version

    def defaultParallelism(self) -> int:
        """In how many pieces data is divided."""
        return self._session.sparkContext.defaultParallelism

    def isStopped(self) -> bool:
        """Whether the session was stopped."""
        return self._session.is_stopped

    def setLogLevel(self, level: str) -> None:
        """Accepted; the daemon's log has its own level."""


class JavaContext(_ScalaContext):
    """``sc._jsc``."""

    _name = "_jsc"

    def sc(self) -> _ScalaContext:
        """The same, in Scala."""
        return _ScalaContext(self._session)

    def hadoopConfiguration(self) -> HadoopConfiguration:
        """Hadoop's settings, which last as long as the session."""
        return self._session._hadoop

    def getPersistentRDDs(self) -> Dict[int, Any]:
        """RDDs that are kept; none are."""
        return {}


class _Conf(JavaObject):
    """The session's settings."""

    _name = "_jsparkSession.conf()"

    def __init__(self, session: SparkSession) -> None:
        self._conf = session.conf

    def get(self, key: str, *default: str) -> Optional[str]:
        """A value, or a default."""
        return self._conf.get(key, *default)

    getConfString = get

    def set(self, key: str, value: Any) -> None:
        """Set a value."""
        self._conf.set(key, value)

    setConfString = set

    def unset(self, key: str) -> None:
        """Back to the default."""
        self._conf.unset(key)

    def isModifiable(self, key: str) -> bool:
        """Whether it can be set."""
        return self._conf.isModifiable(key)


class _State(JavaObject):
    """``_jsparkSession.sessionState()``."""

    _name = "_jsparkSession.sessionState()"

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def conf(self) -> _Conf:
        """The settings."""
        return _Conf(self._session)

    def newHadoopConf(self) -> HadoopConfiguration:
        """Hadoop's settings."""
        return self._session._hadoop


class _Catalog(JavaObject):
    """``_jsparkSession.catalog()``."""

    _name = "_jsparkSession.catalog()"

    def __init__(self, session: SparkSession) -> None:
        self._catalog = session.catalog

    def tableExists(self, *names: str) -> bool:
        """Whether there is a table or view: its name, or its database and name."""
        return self._catalog.tableExists(".".join(names))

    def databaseExists(self, name: str) -> bool:
        """Whether there is a database."""
        return self._catalog.databaseExists(name)

    def currentDatabase(self) -> str:
        """The current database."""
        return self._catalog.currentDatabase()

    def dropTempView(self, name: str) -> bool:
        """Drop a temporary view."""
        return self._catalog.dropTempView(name)

    def clearCache(self) -> None:
        """Forget all rows that are kept."""
        self._catalog.clearCache()


class JavaSession(JavaObject):
    """``spark._jsparkSession``."""

    _name = "_jsparkSession"

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def catalog(self) -> _Catalog:
        """Tables, views and databases."""
        return _Catalog(self._session)

    def conf(self) -> _Conf:
        """The settings."""
        return _Conf(self._session)

    def sessionState(self) -> _State:
        """What belongs to the session."""
        return _State(self._session)

    def sparkContext(self) -> _ScalaContext:
        """The application."""
        return _ScalaContext(self._session)

    def version(self) -> str:
        """The version of Spark whose behaviour this is."""
        return self._session.version

    def sql(self, query: str) -> Any:
        """A query's ``_jdf``."""
        return self._session.sql(query)._jdf

    def table(self, name: str) -> Any:
        """A table's ``_jdf``."""
        return self._session.table(name)._jdf

    def parseDataType(self, json: str) -> Any:
        """A data type from its JSON."""
        from json import loads

        from roost.jvm.frame import JavaType
        from roost.sql.types import _parse_datatype_json_value

        return JavaType(_parse_datatype_json_value(loads(json)))


class Option(JavaObject):
    """Scala's Option: something or nothing."""

    _name = "Option"

    def __init__(self, held: Any) -> None:
        self._held = held

    def isDefined(self) -> bool:
        """Whether there is something."""
        return self._held is not None

    nonEmpty = isDefined

    def isEmpty(self) -> bool:
        """Whether there is nothing."""
        return self._held is None

    def get(self) -> Any:
        """What there is."""
        if self._held is None:
            raise LookupError("None.get")
        return JavaSession(self._held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Option) and self._held is other._held

    def __hash__(self) -> int:
        return hash(self._held)


class Sessions:
    """The class SparkSession of Spark itself: which session is meant."""

    @staticmethod
    def getActiveSession() -> Option:
        """The session of this thread."""
        from roost.sql.session import SparkSession

        return Option(SparkSession.getActiveSession())

    @staticmethod
    def getDefaultSession() -> Option:
        """The session of the process."""
        from roost.sql.session import SparkSession

        return Option(SparkSession._default())


def session_attribute(session: SparkSession, name: str) -> Any:
    """A private attribute of a session that leads to the JVM."""
    from roost.jvm.packages import JavaPackage

    if name == "_hadoop":
        session._hadoop = HadoopConfiguration(session)
        return session._hadoop
    if name == "_jvm":
        return JavaPackage()
    if name == "_sc":
        return session.sparkContext
    kinds = {"_jsc": JavaContext, "_jconf": _Conf, "_jsparkSession": JavaSession}
    return kinds[name](session)
