# SPDX-License-Identifier: Apache-2.0
"""Data sources written in Python: readers and writers for ``format(...)`` that a program brings.

``spark.dataSource.register(Cls)`` makes a format known; ``spark.read.format(name).load()`` reads all
partitions at once, in this process, and ``df.write.format(name).save()`` hands rows to the writer.
Streams are not offered, so their classes are only there to be named; the engine applies all filters itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import UserDict
from dataclasses import dataclass

from roost.errors.base import (
    AnalysisException,
    PySparkAssertionError,
    PySparkNotImplementedError,
    PySparkRuntimeError,
    PySparkTypeError,
    PythonException,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple, Type, Union

    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession
    from roost.sql.types import Row, StructType

__all__ = [
    "DataSource",
    "DataSourceArrowWriter",
    "DataSourceReader",
    "DataSourceRegistration",
    "DataSourceStreamArrowWriter",
    "DataSourceStreamReader",
    "DataSourceStreamWriter",
    "DataSourceWriter",
    "EqualNullSafe",
    "EqualTo",
    "Filter",
    "GreaterThan",
    "GreaterThanOrEqual",
    "In",
    "InputPartition",
    "IsNotNull",
    "IsNull",
    "LessThan",
    "LessThanOrEqual",
    "Not",
    "SimpleDataSourceStreamReader",
    "StringContains",
    "StringEndsWith",
    "StringStartsWith",
    "WriterCommitMessage",
]


def _not_there(feature: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": feature})


class CaseInsensitiveDict(UserDict):
    """Options, whose names have no case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.update(*args, **kwargs)

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key.lower(), value)

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(key.lower())

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key.lower())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and super().__contains__(key.lower())


class DataSource(ABC):  # noqa: B024 - a subclass overrides what it needs
    """A format; a subclass says its name, its columns, and how to read or write it."""

    def __init__(self, options: Dict[str, str]) -> None:
        self.options = options

    @classmethod
    def name(cls) -> str:
        """What ``format()`` calls it; the class's name by default."""
        return cls.__name__

    def schema(self) -> Union[StructType, str]:
        """The columns, where the reader is not told."""
        raise _not_there("schema")

    def reader(self, schema: StructType) -> DataSourceReader:
        """What reads it."""
        raise _not_there("reader")

    def writer(self, schema: StructType, overwrite: bool) -> DataSourceWriter:
        """What writes it."""
        raise _not_there("writer")

    def streamWriter(self, schema: StructType, overwrite: bool) -> DataSourceStreamWriter:
        """Streams are not offered."""
        raise _not_there("streamWriter")

    def simpleStreamReader(self, schema: StructType) -> SimpleDataSourceStreamReader:
        """Streams are not offered."""
        raise _not_there("simpleStreamReader")

    def streamReader(self, schema: StructType) -> DataSourceStreamReader:
        """Streams are not offered."""
        raise _not_there("streamReader")


class Filter:
    """A condition on a column that a reader may be asked to apply."""


@dataclass(frozen=True)
class _ColumnFilter(Filter):
    attribute: Tuple[str, ...]


@dataclass(frozen=True)
class _ValueFilter(_ColumnFilter):
    value: Any


class EqualTo(_ValueFilter):
    """column = value"""


class EqualNullSafe(_ValueFilter):
    """column <=> value"""


class GreaterThan(_ValueFilter):
    """column > value"""


class GreaterThanOrEqual(_ValueFilter):
    """column >= value"""


class LessThan(_ValueFilter):
    """column < value"""


class LessThanOrEqual(_ValueFilter):
    """column <= value"""


class In(_ValueFilter):
    """column IN (values)"""


class IsNull(_ColumnFilter):
    """column IS NULL"""


class IsNotNull(_ColumnFilter):
    """column IS NOT NULL"""


@dataclass(frozen=True)
class Not(Filter):
    """NOT condition"""

    child: Filter


class StringStartsWith(_ValueFilter):
    """column LIKE 'value%'"""


class StringEndsWith(_ValueFilter):
    """column LIKE '%value'"""


class StringContains(_ValueFilter):
    """column LIKE '%value%'"""


class InputPartition:
    """A part of the data, read by one call of ``read``."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({given})"


class DataSourceReader(ABC):
    """Reads a source, partition by partition."""

    def pushFilters(self, filters: List[Filter]) -> Iterable[Filter]:
        """Which conditions the reader leaves to the engine; all of them by default."""
        return filters

    def partitions(self) -> Sequence[InputPartition]:
        """The parts to read."""
        raise _not_there("partitions")

    @abstractmethod
    def read(self, partition: InputPartition) -> Union[Iterator[Tuple], Iterator[Any]]:
        """The rows of a part: tuples, Rows, or Arrow record batches."""


class DataSourceStreamReader:
    """Streams are not offered."""


class SimpleDataSourceStreamReader:
    """Streams are not offered."""


@dataclass
class WriterCommitMessage:
    """What a writer says when it has written a part."""


class DataSourceWriter(ABC):
    """Writes rows to a source."""

    @abstractmethod
    def write(self, iterator: Iterator[Row]) -> WriterCommitMessage:
        """Write rows; answers for ``commit``."""

    def commit(self, messages: List[Optional[WriterCommitMessage]]) -> None:  # noqa: B027
        """All parts are written."""

    def abort(self, messages: List[Optional[WriterCommitMessage]]) -> None:  # noqa: B027
        """A part failed."""


class DataSourceArrowWriter(DataSourceWriter):
    """Writes Arrow record batches to a source."""

    @abstractmethod
    def write(self, iterator: Iterator[Any]) -> WriterCommitMessage:
        """Write record batches; answers for ``commit``."""


class DataSourceStreamWriter:
    """Streams are not offered."""


class DataSourceStreamArrowWriter(DataSourceStreamWriter):
    """Streams are not offered."""


class DataSourceRegistration:
    """Makes formats known, reached as ``spark.dataSource``."""

    def __init__(self, sparkSession: SparkSession) -> None:
        self.sparkSession = sparkSession

    def register(self, dataSource: Type[DataSource]) -> None:
        """Make a format known by its name.

        Examples
        --------
        >>> from roost.sql.datasource import DataSource, DataSourceReader
        >>> class Squares(DataSource):
        ...     def schema(self):
        ...         return "n int, square int"
        ...     def reader(self, schema):
        ...         return SquaresReader(int(self.options["upto"]))
        >>> class SquaresReader(DataSourceReader):
        ...     def __init__(self, end):
        ...         self.end = end
        ...     def read(self, partition):
        ...         yield from ((n, n * n) for n in range(self.end))
        >>> spark.dataSource.register(Squares)
        >>> spark.read.format("Squares").option("upTo", 3).load().collect()
        [Row(n=0, square=0), Row(n=1, square=1), Row(n=2, square=4)]
        """
        if not (isinstance(dataSource, type) and issubclass(dataSource, DataSource)):
            raise PySparkTypeError(
                errorClass="DATA_SOURCE_TYPE_MISMATCH",
                messageParameters={"expected": "a subclass of DataSource", "actual": f"'{dataSource}'"},
            )
        self.sparkSession._data_sources[dataSource.name().lower()] = dataSource


# ---- reading and writing

_PUSHDOWN = "spark.sql.python.filterPushdown.enabled"


class _step:
    """Part of the work with a source: what fails in it is an error about the source."""

    def __init__(self, action: str, what: str) -> None:
        self._parameters = {"action": action, "type": what}

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if not isinstance(error, Exception):
            return
        import traceback

        text = "".join(traceback.format_exception(kind, error, trace))
        raise AnalysisException(
            errorClass="PYTHON_DATA_SOURCE_ERROR", messageParameters={**self._parameters, "msg": text}
        ) from error


def read(session: SparkSession, source: Type[DataSource], options: Dict[str, Any], schema: Any) -> DataFrame:
    """The rows of all partitions, read now."""
    with _step("create", "instance"):
        made = source(options=CaseInsensitiveDict(options))
        struct = _struct(session, made.schema() if schema is None else schema)
    with _step("plan", "read"):
        reader = _reader_of(session, made, struct)
        partitions = _partitions(reader)
    rows: List[Tuple] = []
    try:
        for partition in partitions:
            rows.extend(_rows_of(reader.read(partition), struct))
    except Exception as error:
        from roost.sql.worker import failure_text

        raise PythonException(
            "\n  An exception was thrown from the Python worker. Please see the stack trace below.\n"
            + failure_text(error)
        ) from error
    return session.createDataFrame(rows, struct)


def _reader_of(session: SparkSession, source: DataSource, struct: StructType) -> DataSourceReader:
    reader = source.reader(struct)
    if not isinstance(reader, DataSourceReader):
        raise PySparkTypeError(
            errorClass="DATA_SOURCE_TYPE_MISMATCH",
            messageParameters={"expected": "an instance of DataSourceReader", "actual": f"'{type(reader).__name__}'"},
        )
    pushes = type(reader).pushFilters is not DataSourceReader.pushFilters
    if pushes and session.conf.get(_PUSHDOWN, "false") != "true":
        raise PySparkAssertionError(
            errorClass="DATA_SOURCE_PUSHDOWN_DISABLED",
            messageParameters={"type": type(reader).__name__, "conf": _PUSHDOWN},
        )
    return reader


def _partitions(reader: DataSourceReader) -> Sequence[Any]:
    try:
        return list(reader.partitions()) or [None]
    except NotImplementedError:
        return [None]


def _rows_of(found: Any, struct: StructType) -> Iterator[Tuple]:
    for item in found:
        if hasattr(item, "to_pylist"):
            yield from (tuple(row[name] for name in struct.names) for row in item.to_pylist())
        else:
            yield _row(item, struct)


def _struct(session: SparkSession, schema: Any) -> StructType:
    return session._parse_ddl(schema) if isinstance(schema, str) else schema


def _row(found: Any, struct: StructType) -> Tuple:
    if not isinstance(found, (tuple, list)):
        raise PySparkTypeError(
            errorClass="DATA_SOURCE_INVALID_RETURN_TYPE",
            messageParameters={
                "name": "read",
                "expected": "tuple, list, Row, pyarrow.RecordBatch",
                "type": type(found).__name__,
            },
        )
    if len(found) != len(struct.fields):
        raise PySparkRuntimeError(
            errorClass="DATA_SOURCE_RETURN_SCHEMA_MISMATCH",
            messageParameters={"expected": str(len(struct.fields)), "actual": str(len(found))},
        )
    names = getattr(found, "__fields__", None)
    if names is not None and set(names) == set(struct.names):
        return tuple(found[name] for name in struct.names)
    return tuple(found)


def write(df: DataFrame, source: Type[DataSource], options: Dict[str, Any], mode: Optional[str]) -> None:
    """All rows through the source's writer."""
    if mode not in ("append", "overwrite"):
        raise AnalysisException(
            errorClass="UNSUPPORTED_DATA_SOURCE_SAVE_MODE",
            messageParameters={"source": source.name(), "createMode": f'"{"ErrorIfExists" if mode is None else mode}"'},
        )
    with _step("initialize", "writer"):
        writer = source(options=CaseInsensitiveDict(options)).writer(df.schema, mode == "overwrite")
    rows: Any = iter(df.toArrow().to_batches()) if isinstance(writer, DataSourceArrowWriter) else iter(df.collect())
    try:
        messages = [writer.write(rows)]
    except Exception:
        writer.abort([None])
        raise
    writer.commit(messages)
