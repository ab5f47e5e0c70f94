# SPDX-License-Identifier: Apache-2.0
"""SparkContext and SparkConf, as far as programs that only use DataFrames ask for them."""

from __future__ import annotations

from roost.errors.base import PySparkNotImplementedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from roost.sql.session import SparkSession

__all__ = ["SparkConf", "SparkContext"]


class SparkConf:
    """Settings, collected before a session is made."""

    def __init__(self, loadDefaults: bool = True, _jvm: Any = None, _jconf: Any = None) -> None:
        self._values: Dict[str, str] = {}

    def set(self, key: str, value: Any) -> SparkConf:
        """Set a value."""
        self._values[key] = str(value)
        return self

    def setIfMissing(self, key: str, value: Any) -> SparkConf:
        """Set a value unless there is one."""
        self._values.setdefault(key, str(value))
        return self

    def setMaster(self, value: str) -> SparkConf:
        """Accepted; there is one engine."""
        return self.set("spark.master", value)

    def setAppName(self, value: str) -> SparkConf:
        """Name the application."""
        return self.set("spark.app.name", value)

    def setAll(self, pairs: List[Tuple[str, Any]]) -> SparkConf:
        """Set values."""
        for key, value in pairs:
            self.set(key, value)
        return self

    def get(self, key: str, defaultValue: Optional[str] = None) -> Optional[str]:
        """A value, or a default."""
        return self._values.get(key, defaultValue)

    def getAll(self) -> List[Tuple[str, str]]:
        """All values."""
        return list(self._values.items())

    def contains(self, key: str) -> bool:
        """Whether there is a value."""
        return key in self._values

    def toDebugString(self) -> str:
        """The values, one on each line."""
        return "\n".join(f"{key}={value}" for key, value in sorted(self._values.items()))


class SparkContext:
    """The parts of a SparkContext that mean something without RDDs.

    Everything else is refused by name.
    """

    _active: Optional[SparkContext] = None

    def __init__(
        self, master: Optional[str] = None, appName: Optional[str] = None, conf: Optional[SparkConf] = None, **_: Any
    ) -> None:
        from roost.sql.session import SparkSession

        builder = SparkSession.builder
        if conf is not None:
            builder.config(conf=conf)
        if master:
            builder.master(master)
        if appName:
            builder.appName(appName)
        self._session = builder.getOrCreate()
        SparkContext._active = self

    @classmethod
    def _of(cls, session: SparkSession) -> SparkContext:
        context = cls.__new__(cls)
        context._session = session
        return context

    @classmethod
    def getOrCreate(cls, conf: Optional[SparkConf] = None) -> SparkContext:
        """The context of the session there is, or of a new one."""
        return cls(conf=conf)

    @property
    def appName(self) -> str:
        """The name of the application."""
        return self._session._options.get("spark.app.name", "roost")

    @property
    def applicationId(self) -> str:
        """A name for the application that is unlike any other."""
        return f"roost-{self._session.session_id}"

    @property
    def master(self) -> str:
        """What the engine would be called."""
        return "local[1]"

    @property
    def version(self) -> str:
        """The version of Spark whose behaviour this is."""
        return self._session.version

    @property
    def defaultParallelism(self) -> int:
        """One engine, one thread."""
        return 1

    @property
    def defaultMinPartitions(self) -> int:
        """One engine, one thread."""
        return 1

    @property
    def uiWebUrl(self) -> Optional[str]:
        """There is no web page."""
        return None

    @property
    def startTime(self) -> int:
        """Not kept."""
        return 0

    def setLogLevel(self, logLevel: str) -> None:
        """Accepted; the daemon's log has its own level."""

    def setJobDescription(self, value: str) -> None:
        """Accepted; there are no jobs."""

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Accepted; tags of the session do this."""

    def setLocalProperty(self, key: str, value: str) -> None:
        """Accepted; there are no jobs."""

    def setCheckpointDir(self, dirName: str) -> None:
        """Accepted; checkpoints need no folder."""

    def addPyFile(self, path: str) -> None:
        """Accepted: functions run in this process."""

    def addFile(self, path: str, recursive: bool = False) -> None:
        """Accepted: functions run in this process."""

    def getConf(self) -> SparkConf:
        """The settings."""
        return SparkConf().setAll(list(self._session.conf.getAll.items()))

    def stop(self) -> None:
        """End the session."""
        self._session.stop()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"SparkContext.{name}"}
        )
