# SPDX-License-Identifier: Apache-2.0
"""SparkContext and SparkConf, as far as programs that only use DataFrames ask for them."""

from __future__ import annotations

import os
import threading
import uuid
from itertools import count

from roost.files import SparkFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Optional, Tuple

    from roost.accumulators import Accumulator
    from roost.broadcast import Broadcast
    from roost.rdd import RDD
    from roost.sql.session import SparkSession
    from roost.status import StatusTracker

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

    def setSparkHome(self, value: str) -> SparkConf:
        """Accepted; there is no such folder."""
        return self.set("spark.home", value)

    def setExecutorEnv(self, key: Optional[str] = None, value: Optional[str] = None, pairs: Any = None) -> SparkConf:
        """Accepted; there are no executors."""
        for name, text in [(key, value)] if pairs is None else pairs:
            self.set(f"spark.executorEnv.{name}", text)
        return self

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


_system_properties: Dict[str, str] = {}


_LOG_LEVELS = ("ALL", "DEBUG", "ERROR", "WARN", "INFO", "OFF", "FATAL", "TRACE")


class SparkContext:
    """The parts of a SparkContext that mean something without a cluster.

    RDDs are lists in this process (`roost.rdd`).  Everything else is refused by name.
    """

    PACKAGE_EXTENSIONS = (".zip", ".egg", ".jar")

    _active_spark_context: Optional[SparkContext] = None

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
        self._begin(builder.getOrCreate())

    def _begin(self, session: SparkSession) -> None:
        self._session = session
        session._context = SparkContext._active_spark_context = self
        self._numbers = count()
        self._properties = threading.local()
        self._checkpoint_folder: Optional[str] = None
        self._archives: List[str] = []

    def _next_rdd_id(self) -> int:
        return next(self._numbers)

    def _forget(self) -> None:
        if SparkContext._active_spark_context is self:
            SparkContext._active_spark_context = None

    @classmethod
    def _of(cls, session: SparkSession) -> SparkContext:
        if session._context is None:
            cls.__new__(cls)._begin(session)
        return session._context

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

    def __repr__(self) -> str:
        return f"<SparkContext master={self.master} appName={self.appName}>"

    @property
    def master(self) -> str:
        """What the program called the engine."""
        return self._session._master

    @property
    def version(self) -> str:
        """The version of Spark whose behaviour this is."""
        return self._session.version

    @property
    def defaultParallelism(self) -> int:
        """In how many pieces data is divided: the number of ``local[4]``."""
        import re

        threads = re.fullmatch(r"local\[(\d+)(?:, *\d+)?\]", self.master)
        return int(threads.group(1)) if threads else 1

    @property
    def defaultMinPartitions(self) -> int:
        """In how many pieces files are divided at least."""
        return min(self.defaultParallelism, 2)

    @property
    def environment(self) -> Dict[str, str]:
        """Variables for the processes of functions; they run in this one."""
        return self._session._worker_environment

    @property
    def uiWebUrl(self) -> Optional[str]:
        """There is no web page."""
        return None

    @property
    def startTime(self) -> int:
        """Not kept."""
        return 0

    # ---- values of this process

    def parallelize(self, c: Iterable[Any], numSlices: Optional[int] = None) -> RDD:
        """An RDD of values."""
        from roost.rdd import RDD, dealt, split

        pieces = numSlices or self.defaultParallelism
        if isinstance(c, range):
            return RDD(lambda: split(c, pieces), self, pieces)
        values = list(c)
        return RDD(lambda: dealt(values, pieces), self, pieces)

    def emptyRDD(self) -> RDD:
        """An RDD without values."""
        from roost.rdd import RDD

        return RDD(lambda: [], self, 0)

    def range(self, start: int, end: Optional[int] = None, step: int = 1, numSlices: Optional[int] = None) -> RDD:
        """An RDD of whole numbers."""
        return self.parallelize(range(start) if end is None else range(start, end, step), numSlices)

    def union(self, rdds: List[RDD]) -> RDD:
        """The values of several RDDs."""
        from functools import reduce

        return reduce(lambda a, b: a.union(b), rdds)

    def textFile(self, name: str, minPartitions: Optional[int] = None, use_unicode: bool = True) -> RDD:
        """An RDD of the lines of text files."""
        from roost.rdd import RDD, files_of, lines_of, split

        files_of(name)
        pieces = minPartitions or self.defaultMinPartitions
        return RDD(lambda: split(lines_of(name), pieces), self, pieces)

    def wholeTextFiles(self, path: str, minPartitions: Optional[int] = None, use_unicode: bool = True) -> RDD:
        """An RDD of pairs of a text file's name and its text."""
        from roost.rdd import RDD, files_of

        names = files_of(path)
        return RDD(lambda: [[(f"file:{name}", open(name, encoding="utf-8").read()) for name in names]], self, 1)

    def binaryFiles(self, path: str, minPartitions: Optional[int] = None) -> RDD:
        """An RDD of pairs of a file's name and its bytes."""
        from roost.rdd import RDD, files_of

        names = files_of(path)
        return RDD(lambda: [[(f"file:{name}", open(name, "rb").read()) for name in names]], self, 1)

    def binaryRecords(self, path: str, recordLength: int) -> RDD:
        """An RDD of pieces of files, so many bytes each."""

        def pieces(pair: Tuple[str, bytes]) -> List[bytes]:
            return [pair[1][at : at + recordLength] for at in range(0, len(pair[1]), recordLength)]

        return self.binaryFiles(path).flatMap(pieces)

    def pickleFile(self, name: str, minPartitions: Optional[int] = None) -> RDD:
        """The RDD that ``saveAsPickleFile`` wrote."""
        import pickle

        from roost.rdd import RDD, files_of

        names = files_of(name)
        return RDD(lambda: [pickle.loads(open(file, "rb").read()) for file in names], self, len(names))

    def runJob(
        self, rdd: RDD, partitionFunc: Any, partitions: Optional[List[int]] = None, allowLocal: bool = False
    ) -> List[Any]:
        """What a function makes of the lists of some numbers, one after the other."""
        found = rdd.mapPartitions(partitionFunc)._lists()
        return [value for i in (range(len(found)) if partitions is None else partitions) for value in found[i]]

    def broadcast(self, value: Any) -> Broadcast:
        """A value for functions; they run in this process."""
        from roost.broadcast import Broadcast

        return Broadcast(value)

    def accumulator(self, value: Any, accum_param: Any = None) -> Accumulator:
        """A value that functions add to."""
        from roost.accumulators import Accumulator

        return Accumulator(value, accum_param)

    # ---- settings

    def addJobTag(self, tag: str) -> None:
        """Mark the queries that follow."""
        self._session.addTag(tag)

    def removeJobTag(self, tag: str) -> None:
        """Mark them no more."""
        self._session.removeTag(tag)

    def getJobTags(self) -> Any:
        """The marks."""
        return self._session.getTags()

    def clearJobTags(self) -> None:
        """Mark queries no more."""
        self._session.clearTags()

    def cancelAllJobs(self) -> None:
        """End the session's queries."""
        self._session.interruptAll()

    def cancelJobsWithTag(self, tag: str) -> None:
        """End queries that are marked so."""
        self._session.interruptTag(tag)

    def cancelJobGroup(self, groupId: str) -> None:
        """Accepted; tags of the session do this."""

    def setInterruptOnCancel(self, interruptOnCancel: bool) -> None:
        """Accepted; queries that are cancelled end at once."""

    def getLocalProperty(self, key: str) -> Optional[str]:
        """A property that this thread has set."""
        return self._properties.__dict__.get(key)

    def setLocalProperty(self, key: str, value: Optional[str]) -> None:
        """Set a property for this thread; None takes it away."""
        self._properties.__dict__.pop(key, None)
        if value is not None:
            self._properties.__dict__[key] = value

    def setJobDescription(self, value: str) -> None:
        """Describe what this thread asks for."""
        self.setLocalProperty("spark.job.description", value)

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Name and describe what this thread asks for; tags of the session cancel it."""
        self.setLocalProperty("spark.jobGroup.id", groupId)
        self.setJobDescription(description)
        self.setLocalProperty("spark.job.interruptOnCancel", str(interruptOnCancel).lower())

    def statusTracker(self) -> StatusTracker:
        """Tells of jobs; there are none."""
        from roost.status import StatusTracker

        return StatusTracker()

    def show_profiles(self) -> None:
        """Nothing is profiled."""

    def dump_profiles(self, path: str) -> None:
        """Nothing is profiled."""

    @classmethod
    def setSystemProperty(cls, key: str, value: str) -> None:
        """Set a property of the process."""
        _system_properties[key] = value

    @classmethod
    def getSystemProperty(cls, key: str) -> Optional[str]:
        """A property of the process."""
        return _system_properties.get(key)

    @property
    def resources(self) -> Dict[str, Any]:
        """Accelerators; there are none."""
        return {}

    def sparkUser(self) -> str:
        """Who runs this."""
        import getpass

        return getpass.getuser()

    def setLogLevel(self, logLevel: str) -> None:
        """Checked, and otherwise without effect: the daemon's log has its own level."""
        if str(logLevel).upper() not in _LOG_LEVELS:
            from roost.errors.base import IllegalArgumentException

            raise IllegalArgumentException(
                f"requirement failed: Supplied level {logLevel} did not match one of: {','.join(_LOG_LEVELS)}"
            )

    def setCheckpointDir(self, dirName: Optional[str]) -> None:
        """The folder of checkpoints, which need none: a folder of this application's below it, as in PySpark."""
        if dirName is None or "://" in dirName.replace("file://", "", 1):
            self._checkpoint_folder = dirName
            return
        folder = os.path.abspath(dirName[len("file:") :] if dirName.startswith("file:") else dirName)
        self._checkpoint_folder = f"file:{folder}/{uuid.uuid4()}"
        os.makedirs(self._checkpoint_folder[len("file:") :], exist_ok=True)

    def getCheckpointDir(self) -> Optional[str]:
        """The application's folder below the one that `setCheckpointDir` was told."""
        return self._checkpoint_folder

    def addPyFile(self, path: str) -> None:
        """Lets this process, in which functions run, import a module, or the modules of an archive."""
        import importlib
        import os
        import sys

        copy = SparkFiles._add(path, False)
        place = copy if copy.endswith((".zip", ".egg", ".jar")) else os.path.dirname(copy)
        if place not in sys.path:
            sys.path.insert(1, place)
        importlib.invalidate_caches()

    def addFile(self, path: str, recursive: bool = False) -> None:
        """Copies a file, or a folder, to where `SparkFiles.get` finds it."""
        SparkFiles._add(path, recursive)

    @property
    def listFiles(self) -> List[str]:
        """The paths of the copies."""
        return SparkFiles._list()

    def addArchive(self, path: str) -> None:
        """Unpacks an archive to where `SparkFiles.get` finds it."""
        SparkFiles._unpack(path)
        self._archives.append(path)

    @property
    def listArchives(self) -> List[str]:
        """The archives that were added."""
        return list(self._archives)

    def getConf(self) -> SparkConf:
        """The settings."""
        return SparkConf().setAll(list(self._session.conf.getAll.items()))

    def stop(self) -> None:
        """End the session."""
        self._session.stop()

    @property
    def _conf(self) -> SparkConf:
        return self.getConf()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ("_jvm", "_jsc"):
            return getattr(self._session, name)
        from roost.refused import RefusedAttribute, refusal

        raise refusal(f"SparkContext.{name}", kind=RefusedAttribute)


def __getattr__(name: str) -> Any:
    """What programs import from here besides, and modules of its own have."""
    if name not in ("Accumulator", "Broadcast", "RDD", "StorageLevel", "StatusTracker", "TaskContext"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import roost

    return getattr(roost, name)
