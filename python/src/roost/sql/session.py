# SPDX-License-Identifier: Apache-2.0
"""SparkSession: where DataFrames come from.

A session is a number in the engine; here it is a thin object over ``roost._core.Session``.  Making
one costs no I/O: the first thing it is asked to do opens it.  There is a default session per
process and an active one per thread, as in PySpark; a forked child goes on with its parent's
session over connections of its own.
"""

from __future__ import annotations

import os
import sys
import threading

from roost._core import Client, Schema, lit, pb, trace_origins, unpack
from roost._core import Session as CoreSession
from roost.errors.base import (
    IllegalArgumentException,
    ParseException,
    PySparkRuntimeError,
)
from roost.sql.column import _wrong
from roost.sql.plans import next_plan_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Set, Tuple, Union

    from roost.context import SparkContext
    from roost.sql.catalog import Catalog
    from roost.sql.column import Column
    from roost.sql.conf import RuntimeConfig
    from roost.sql.dataframe import DataFrame
    from roost.sql.profiler import Profile
    from roost.sql.readwriter import DataFrameReader
    from roost.sql.types import DataType, StructType
    from roost.sql.udf import UDFRegistration

__all__ = ["SparkSession"]

_SQL, _RANGE, _WITH_RELATIONS, _HANDLE, _SUBQUERY_ALIAS = 10, 15, 41, 2000, 16
_SQL_COMMAND = 5
_DDL_PARSE, _JSON_TO_DDL = 11, 18
# What a builder is told that says where to connect, not how to behave.
_CONNECTION_OPTIONS = {"spark.remote", "spark.api.mode"}


def _submitted() -> Dict[str, str]:
    """The packages that ``PYSPARK_SUBMIT_ARGS`` names: some of them say what is there (Avro)."""
    arguments = os.environ.get("PYSPARK_SUBMIT_ARGS")
    if not arguments:
        return {}
    import shlex

    words = shlex.split(arguments)
    named = [after for word, after in zip(words, words[1:]) if word == "--packages"]
    named += [word.partition("=")[2] for word in words if word.startswith("--packages=")]
    return {"spark.jars.packages": ",".join(named)} if named else {}


def _text(value: Any) -> str:
    """A setting's value as text."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


class classproperty:
    """A property of the class itself."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __get__(self, instance: Any, owner: type) -> Any:
        return self._make(owner)


_clients: Dict[str, Client] = {}


def _client_of(address: str) -> Client:
    """The connections of this process to an engine; one set per address."""
    client = _clients.get(address)
    if client is None:
        from roost import __version__

        client = _clients.setdefault(address, Client(address, f"roost-python/{__version__}"))
    return client


class SparkSession:
    """The entry to DataFrames and SQL.

    Examples
    --------
    >>> from roost.sql import SparkSession
    >>> spark = SparkSession.builder.appName("demo").getOrCreate()
    >>> spark.range(3).count()
    3
    """

    class Builder:
        """Collects settings and makes a session, or finds the one there is."""

        def __init__(self) -> None:
            self._options: Dict[str, str] = {}

        def config(
            self, key: Any = None, value: Any = None, conf: Any = None, *, map: Optional[Dict[str, Any]] = None
        ) -> SparkSession.Builder:
            """Set an option, or several as a dictionary.

            Parameters
            ----------
            key : str, optional
            value : str, bool, int, float, optional
            conf : SparkConf, optional
            map : dict, optional
            """
            if conf is not None:
                for name, item in conf.getAll():
                    self._options[name] = _text(item)
            elif map is not None:
                for name, item in map.items():
                    self._options[name] = _text(item)
            else:
                self._options[key] = _text(value)
            return self

        def master(self, master: str) -> SparkSession.Builder:
            """Say into how many partitions data is divided: N of ``local[N]``. There is one engine anyway."""
            return self.config("spark.master", master)

        def remote(self, url: str) -> SparkSession.Builder:
            """Use the engine at an address: a path, ``unix:PATH``; or ``local``, the one of this process tree."""
            return self.config("spark.remote", url)

        def appName(self, name: str) -> SparkSession.Builder:
            """Name the application, for the log."""
            return self.config("spark.app.name", name)

        def enableHiveSupport(self) -> SparkSession.Builder:
            """Accepted for the sake of programs that say it; tables are kept without Hive."""
            return self

        def getOrCreate(self) -> SparkSession:
            """The session there is, with these options set, or a new one."""
            with SparkSession._lock:
                session = SparkSession.getActiveSession() or SparkSession._default()
                wanted = self._remote()
                if session is not None and (not wanted or _plain_address(wanted) == session._address):
                    session._apply(self._options)
                    return session
                return self.create()

        def _remote(self) -> Optional[str]:
            """The address of the engine that is meant; None for this process tree's, which PySpark calls local."""
            remote = self._options.get("spark.remote")
            return None if not remote or remote.startswith("local") else remote

        def create(self) -> SparkSession:
            """A new session, in an application of its own."""
            address = self._remote() or _engine_address()
            session = SparkSession(address, {**_submitted(), **self._options})
            SparkSession._set_current(session)
            return session

    builder = classproperty(lambda cls: cls.Builder())
    _lock = threading.RLock()
    _default_session: Optional[SparkSession] = None
    _active = threading.local()
    _of_old: Any = None  # the SQLContext that SQLContext.getOrCreate() gives

    def __new__(cls, address: Union[str, SparkContext], *args: Any, **kwargs: Any) -> SparkSession:
        """A new session; of a context, the one that it stands for."""
        return super().__new__(cls) if isinstance(address, str) else address._session

    def __init__(
        self,
        address: Union[str, SparkContext],
        options: Optional[Dict[str, str]] = None,
        *,
        application: Optional[str] = None,
        name: Optional[str] = None,
        clone_of: Optional[SparkSession] = None,
    ) -> None:
        options = dict(options or {})
        if not isinstance(address, str):
            self._apply(options)
            return
        self._address = _plain_address(address)
        self._eager = options.pop("spark.roost.analysis", "eager") != "lazy"
        self._master = clone_of._master if clone_of else options.get("spark.master", "local[1]")
        self._options = {k: v for k, v in options.items() if k not in _CONNECTION_OPTIONS}
        self._options["spark.master"] = self._master
        self._options.setdefault("spark.app.name", "pyspark-shell")
        self._core = CoreSession(
            _client_of(self._address),
            application,
            name or options.get("spark.app.name"),
            self._options,
            clone_of=clone_of._core.id if clone_of else 0,
        )
        self._stopped = False
        from roost.sql.conf import of_functions

        self._of_functions = dict(clone_of._of_functions) if clone_of else of_functions(options)
        if options.get("spark.python.sql.dataFrameDebugging.enabled") == "false":
            trace_origins(0)
        self._context: Optional[SparkContext] = clone_of._context if clone_of else None
        self._worker_environment: Dict[str, str] = {}
        self._tags = threading.local()
        self._observations: Dict[str, Any] = {}
        self._profile: Optional[Profile] = None
        self._data_sources: Dict[str, Any] = {} if clone_of is None else dict(clone_of._data_sources)
        self._held: List[Any] = []  # functions that views and registrations need
        # The last plans that were run, for the report of a failed test; None: not kept.
        self._recent: Any = None

    _instantiatedSession = classproperty(lambda cls: cls._default())

    # Which session is meant.
    @classmethod
    def _set_current(cls, session: SparkSession) -> None:
        with cls._lock:
            if cls._default() is None:
                cls._default_session = session
            if cls.getActiveSession() is None:
                cls._active.session = session

    @classmethod
    def _default(cls) -> Optional[SparkSession]:
        session = cls._default_session
        return session if session is not None and not session._stopped else None

    @classmethod
    def getActiveSession(cls) -> Optional[SparkSession]:
        """The session of this thread, or None."""
        session = getattr(cls._active, "session", None)
        return session if session is not None and not session._stopped else None

    @classmethod
    def active(cls) -> SparkSession:
        """The session of this thread, or else of the process; an error if there is none."""
        session = cls.getActiveSession() or cls._default()
        if session is None:
            raise PySparkRuntimeError(errorClass="NO_ACTIVE_OR_DEFAULT_SESSION", messageParameters={})
        return session

    @classmethod
    def _required(cls) -> SparkSession:
        """The session there is, or a new one: for functions that need an engine to answer."""
        return cls.getActiveSession() or cls._default() or cls.builder.getOrCreate()

    def newSession(self) -> SparkSession:
        """Another session of the same application: tables are shared, views and settings are not."""
        self._core.open()  # sessions open when they are first used; the new one names this one
        session = SparkSession(self._address, {}, clone_of=self)
        session._eager = self._eager
        return session

    def cloneSession(self, new_session_id: Optional[str] = None) -> SparkSession:
        """Another session with the settings of this one."""
        self._core.open()
        return SparkSession(self._address, self._options, clone_of=self)

    @property
    def session_id(self) -> str:
        """The number of the session in the engine, written as a UUID."""
        import uuid

        return str(uuid.UUID(int=self._core.id))

    @property
    def version(self) -> str:
        """The version of Spark whose behaviour this is."""
        return "4.1.1"

    @property
    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def stop(self) -> None:
        """End the session: its views and running queries go. Waits for nothing."""
        with SparkSession._lock:
            if SparkSession._default_session is self:
                SparkSession._default_session = None
            if getattr(SparkSession._active, "session", None) is self:
                SparkSession._active.session = None
        if not self._stopped:
            self._stopped = True
            self._core.close(False)
            self._held.clear()
            SparkSession._of_old = None
            if self._context is not None:
                self._context._forget()

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.stop()

    # Asking the engine.
    def _execute(self, what: Any, keep: Tuple) -> Any:
        """Run a Plan or an encoded one; the Result."""
        if self._recent is not None:
            self._recent.append((what, keep))
        functions = sys.modules.get("roost.sql.udf")
        if functions is not None and functions.has_functions():
            functions.begin_query(self)
        tags = getattr(self._tags, "names", None)
        result = self._core.execute(what, keep, None, tuple(tags) if tags else (), 0)
        if self._observations:
            from roost.sql.observation import observed_result

            return observed_result(self, result)
        return result

    def _fetched(self, df: DataFrame) -> DataFrame:
        """The same rows, held by the plan itself instead of read again."""
        result, batches = self._execute(df._plan, df._keep), []
        while (batch := result.batch()) is not None:
            batches.append(batch)
        return self._frame(self._core.data(df.schema.json(), batches))

    def _run_command(self, field: int, body: bytes, keep: Tuple = ()) -> List[Any]:
        """Run a command to its end; the rows it answers."""
        return self._execute(pb(2, pb(field, body)), keep).rows()

    def _command_frame(self, field: int, body: bytes, keep: Tuple) -> DataFrame:
        """A DataFrame of the rows that a command left in the engine."""
        return self._frame(self._core.plan(pb(2, pb(field, body)), keep, True))

    def _frame(self, plan: Any, plan_id: Optional[int] = None) -> DataFrame:
        from roost.sql.dataframe import DataFrame

        return DataFrame(plan, self, next_plan_id() if plan_id is None else plan_id)

    def _relation(self, field: int, body: bytes, keep: Tuple = (), columns: Sequence[Column] = ()) -> DataFrame:
        """The DataFrame of a relation without input; `keep` and what is in the columns live as long."""
        from roost.sql.frame.base import OUTER, with_subqueries

        plan_id = next_plan_id()
        relation, keep = with_subqueries(plan_id, field, body, columns, keep)
        if OUTER in keep:
            from roost.sql.dataframe import DataFrame

            made = DataFrame.__new__(DataFrame)
            made._set_open(relation, keep, self, plan_id)
            return made
        return self._frame(self._core.relation(relation, keep, self._eager), plan_id)

    def _analyze(self, field: int, body: bytes, keep: Tuple = ()) -> Dict[int, Any]:
        """The fields of the answer to an AnalyzePlanRequest."""
        return dict(unpack(self._core.analyze(pb(field, body), keep)))

    def _parse_ddl(self, text: str) -> DataType:
        """A type, a column list, or the inside of ``struct<...>`` (``a: int, b: string``)."""
        try:
            answer = self._analyze(_DDL_PARSE, pb(1, text))
        except ParseException:
            try:
                answer = self._analyze(_DDL_PARSE, pb(1, f"struct<{text}>"))
            except ParseException:
                answer = None
            if answer is None:
                raise
        return Schema(dict(unpack(answer[9]))[1]).type()

    def _to_ddl(self, struct: StructType) -> str:
        answer = self._analyze(_JSON_TO_DDL, pb(1, struct.json()))
        return dict(unpack(answer[16]))[1].decode()

    def _apply(self, options: Dict[str, str]) -> None:
        for key, value in options.items():
            if key == "spark.roost.analysis":
                self._eager = value != "lazy"
            elif key not in _CONNECTION_OPTIONS and self._options.get(key) != value:
                self._options[key] = value
                self.conf._set_quietly(key, value)

    def _time_zone(self) -> str:
        return self.conf.get("spark.sql.session.timeZone")

    def _eager_display(self) -> Tuple[bool, int, int]:
        """Whether and how a DataFrame shows itself in an interactive session."""
        conf = self.conf
        if conf.get("spark.sql.repl.eagerEval.enabled", "false") != "true":
            return False, 20, 20
        rows = int(conf.get("spark.sql.repl.eagerEval.maxNumRows", "20"))
        return True, rows, int(conf.get("spark.sql.repl.eagerEval.truncate", "20"))

    def _keep_for_views(self, plan: Any) -> None:
        """A view outlives its DataFrame, and so must the functions in its plan."""
        from roost.sql.udf import has_functions

        if has_functions():
            self._held.append(plan)

    # DataFrames.
    def createDataFrame(
        self,
        data: Any,
        schema: Any = None,
        samplingRatio: Optional[float] = None,
        verifySchema: bool = True,
    ) -> DataFrame:
        """A DataFrame of rows from this process.

        Parameters
        ----------
        data : iterable of Row, tuple, list, dict or value; pandas.DataFrame; numpy.ndarray; pyarrow.Table
        schema : StructType, DataType, str or list of str, optional
            types, or names alone; inferred from the data where nothing is said
        samplingRatio : float, optional
            the share of rows to infer types from
        verifySchema : bool
            whether values are checked against the types

        Examples
        --------
        >>> spark.createDataFrame([("Ada", 36)], "name string, age int").collect()
        [Row(name='Ada', age=36)]
        """
        from roost.sql.ingest import create_data_frame

        SparkSession._active.session = self
        return create_data_frame(self, data, schema, samplingRatio, verifySchema)

    def sql(self, sqlQuery: str, args: Any = None, **kwargs: Any) -> DataFrame:
        """The rows of a SQL query; commands run at once.

        Parameters
        ----------
        sqlQuery : str
        args : dict or list, optional
            values for the markers ``:name`` or ``?``
        kwargs : DataFrame, Column or value
            what ``{name}`` in the text stands for

        Examples
        --------
        >>> spark.sql("select id + :n as m from {t}", args={"n": 10}, t=spark.range(2)).collect()
        [Row(m=10), Row(m=11)]
        """
        named: Dict[str, Any] = {}
        positional: List[Any] = []
        if isinstance(args, dict):
            for name, value in args.items():
                assert isinstance(name, str)
                named[name] = lit(value)
        elif isinstance(args, (list, tuple)):
            positional = [lit(value) for value in args]
        elif args is not None:
            raise _wrong("INVALID_TYPE", "args", args)
        views: List[Tuple[DataFrame, str]] = []
        if kwargs:
            from roost.sql.sql_formatter import format_query

            sqlQuery, views = format_query(sqlQuery, kwargs)
        plan_id = next_plan_id()
        relation = pb(1, pb(2, plan_id), _SQL, pb(1, sqlQuery, 4, named, 5, positional))
        keep: Tuple = ()
        if views:
            references = [pb(_SUBQUERY_ALIAS, pb(1, frame._input, 2, name)) for frame, name in views]
            keep = tuple(held for frame, _ in views for held in frame._keep)
            relation = pb(_WITH_RELATIONS, pb(1, relation, 2, references))
        command = pb(2, pb(_SQL_COMMAND, pb(6, relation)))
        return self._frame(self._core.plan(command, keep, True), plan_id)

    def table(self, tableName: str) -> DataFrame:
        """The rows of a table or view."""
        if not isinstance(tableName, str):
            raise _wrong("NOT_STR", "tableName", tableName)
        return self.read.table(tableName)

    def range(
        self, start: int, end: Optional[int] = None, step: int = 1, numPartitions: Optional[int] = None
    ) -> DataFrame:
        """Numbers from `start` up to but without `end`, in a column ``id``."""
        if end is None:
            start, end = 0, start
        parts = None if numPartitions is None else int(numPartitions)
        return self._relation(_RANGE, pb(1, int(start), 2, int(end), 3, int(step), 4, parts))

    @property
    def read(self) -> DataFrameReader:
        """Reads files and tables."""
        from roost.sql.readwriter import DataFrameReader

        return DataFrameReader(self)

    @property
    def tvf(self) -> Any:
        """Table-valued functions."""
        from roost.sql.tvf import TableValuedFunction

        return TableValuedFunction(self)

    # What a session has.
    @property
    def conf(self) -> RuntimeConfig:
        """The settings."""
        from roost.sql.conf import RuntimeConfig

        return RuntimeConfig(self)

    @property
    def catalog(self) -> Catalog:
        """Databases, tables, views and functions."""
        from roost.sql.catalog import Catalog

        return Catalog(self)

    @property
    def profile(self) -> Profile:
        """Where the time of Python functions goes; `spark.sql.pyspark.udf.profiler` says whether it is measured."""
        from roost.sql.profiler import Profile, ProfilerCollector

        if self._profile is None:
            self._profile = Profile(ProfilerCollector())
        return self._profile

    @property
    def udf(self) -> UDFRegistration:
        """Registers Python functions for SQL."""
        from roost.sql.udf import UDFRegistration

        return UDFRegistration(self)

    @property
    def udtf(self) -> Any:
        """Registers Python table functions for SQL."""
        from roost.sql.udtf import UDTFRegistration

        return UDTFRegistration(self)

    @property
    def sparkContext(self) -> Any:
        """What programs ask a SparkContext for, as far as it means something here."""
        from roost.context import SparkContext

        return SparkContext._of(self)

    @property
    def readStream(self) -> Any:
        """Streams are not offered."""
        from roost.refused import refusal

        raise refusal("readStream", "pyspark.sql.streaming")

    @property
    def client(self) -> Any:
        """PySpark's client of a server; there is none, as in PySpark without Spark Connect."""
        raise PySparkRuntimeError(
            errorClass="ONLY_SUPPORTED_WITH_SPARK_CONNECT", messageParameters={"feature": "SparkSession.client"}
        )

    @property
    def streams(self) -> Any:
        """Streams are not offered."""
        from roost.refused import refusal

        raise refusal("streams", "pyspark.sql.streaming")

    @property
    def dataSource(self) -> Any:
        """Registers data sources written in Python."""
        from roost.sql.datasource import DataSourceRegistration

        return DataSourceRegistration(self)

    def __getattr__(self, name: str) -> Any:
        if name in ("_jsc", "_jconf", "_jvm", "_jsparkSession", "_sc", "_hadoop"):
            from roost.jvm.session import session_attribute

            return session_attribute(self, name)
        raise AttributeError(f"'SparkSession' object has no attribute '{name}'")

    # Cancelling.
    def addTag(self, tag: str) -> None:
        """Mark this thread's queries, so that `interruptTag` can end them."""
        _check_tag(tag)
        self._tags.names = (getattr(self._tags, "names", None) or set()) | {tag}

    def removeTag(self, tag: str) -> None:
        """Take a mark away again."""
        _check_tag(tag)
        self._tags.names = (getattr(self._tags, "names", None) or set()) - {tag}

    def getTags(self) -> Set[str]:
        """The marks of this thread's queries."""
        return set(getattr(self._tags, "names", None) or ())

    def clearTags(self) -> None:
        """Take all marks away."""
        self._tags.names = set()

    def interruptAll(self) -> List[str]:
        """Cancel all running queries of the session."""
        self._core.cancel(None, None)
        return []

    def interruptTag(self, tag: str) -> List[str]:
        """Cancel the running queries with this mark."""
        self._core.cancel(None, tag)
        return []

    def interruptOperation(self, op_id: str) -> List[str]:
        """Cancel one query."""
        if not op_id.isdecimal():
            raise IllegalArgumentException("executionId must be a number in string form.")
        self._core.cancel(op_id, None)
        return []

    def registerProgressHandler(self, handler: Any) -> None:
        """Accepted; queries report no progress."""

    def removeProgressHandler(self, handler: Any) -> None:
        """Accepted; queries report no progress."""

    def clearProgressHandlers(self) -> None:
        """Accepted; queries report no progress."""

    def addArtifacts(self, *path: str, pyfile: bool = False, archive: bool = False, file: bool = False) -> None:
        """Accepted: functions run in this process, which has the files already."""
        if sum((pyfile, archive, file)) > 1:
            from roost.errors.base import PySparkValueError

            raise PySparkValueError(
                errorClass="INVALID_MULTIPLE_ARGUMENT_CONDITIONS",
                messageParameters={
                    "arg_names": "'pyfile', 'archive' and/or 'file'",
                    "condition": "True together",
                },
            )

    addArtifact = addArtifacts

    def copyFromLocalToFs(self, local_path: str, dest_path: str) -> None:
        """Copy a file; both sides are this machine's."""
        import shutil

        os.makedirs(os.path.dirname(dest_path) or ".", exist_ok=True)
        shutil.copy(local_path, dest_path)


def _check_tag(tag: str) -> None:
    if not isinstance(tag, str) or not tag:
        raise IllegalArgumentException("Spark job tag cannot be an empty string.")
    if "," in tag:
        raise IllegalArgumentException("Spark job tag cannot contain ','.")


def _plain_address(address: str) -> str:
    """An address as the library takes it."""
    return address[5:] if address.startswith("unix:") else address


def _engine_address() -> str:
    """Where the engine of this process tree is; starts one if there is none."""
    address = os.environ.get("ROOST_ADDRESS")
    if address:
        return address
    from roost.server import private_address

    return private_address()
