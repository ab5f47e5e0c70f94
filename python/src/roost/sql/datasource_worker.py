# SPDX-License-Identifier: Apache-2.0
"""Reads and writes by data sources written in Python.

``load()`` asks the source for its columns.  Its partitions are planned and read whenever a query wants the
rows, in this process, by a function on the single row of a relation.  ``save()`` hands rows to the writer.
"""

from __future__ import annotations

from roost._core import Schema, encode_rows
from roost.errors.base import (
    AnalysisException,
    PySparkAssertionError,
    PySparkRuntimeError,
    PythonException,
)
from roost.sql.datasource import (
    CaseInsensitiveDict,
    DataSourceArrowWriter,
    DataSourceReader,
    DataSourceWriter,
    InputPartition,
    WriterCommitMessage,
)
from roost.sql.worker import accepted, failure_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple, Type

    from roost.sql.dataframe import DataFrame
    from roost.sql.datasource import DataSource
    from roost.sql.session import SparkSession
    from roost.sql.types import StructType

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
        failure = AnalysisException(
            errorClass="PYTHON_DATA_SOURCE_ERROR",
            messageParameters={**self._parameters, "msg": failure_text(error)},
        )
        failure._is_of_query = True
        raise failure from error


def _check_type(value: Any, wanted: type, expected: str, actual: Optional[str] = None) -> None:
    if not isinstance(value, wanted):
        raise PySparkAssertionError(
            errorClass="DATA_SOURCE_TYPE_MISMATCH",
            messageParameters={"expected": expected, "actual": actual or f"'{type(value).__name__}'"},
        )


# ---- reading


def read(session: SparkSession, source: Type[DataSource], options: Dict[str, Any], schema: Any) -> DataFrame:
    """The rows of all partitions, read when a query wants them."""
    with _step("create", "instance"):
        made = source(options=CaseInsensitiveDict(options))
        found = made.schema() if schema is None else schema
    struct = session._parse_ddl(found) if isinstance(found, str) else found
    return session.range(1)._map_by(Scan(session, made, struct), struct)


def path_options(paths: Sequence[str]) -> Dict[str, str]:
    """How a source is told what is to be loaded."""
    import json

    if len(paths) == 1:
        return {"path": paths[0]}
    return {"paths": json.dumps(paths, separators=(",", ":"))} if paths else {}


class Scan:
    """The function that reads a source.  The worker gives it no rows, but the encoded type of those it wants.

    Parameters
    ----------
    session : SparkSession
    source : DataSource
    struct : StructType
        the columns that the rows must have
    """

    reads_source = True

    def __init__(self, session: SparkSession, source: DataSource, struct: StructType) -> None:
        self._session = session
        self._source = source
        self._struct = struct
        self.__name__ = type(source).name()

    def __call__(self, result: bytes) -> List[Any]:
        """The batches of all rows."""
        with _step("initialize", "reader"):
            reader = self._reader()
        with _step("generate", "read partitions"):
            partitions = _partitions(reader)
        rows: List[Tuple] = []
        for partition in partitions:
            rows.extend(self._rows(reader.read(partition)))
        return _encode(rows, self._struct, result)

    def _reader(self) -> DataSourceReader:
        reader = self._source.reader(self._struct)
        _check_type(reader, DataSourceReader, "an instance of DataSourceReader")
        pushes = type(reader).pushFilters is not DataSourceReader.pushFilters
        if pushes and self._session.conf.get(_PUSHDOWN, "false") != "true":
            raise PySparkAssertionError(
                errorClass="DATA_SOURCE_PUSHDOWN_DISABLED",
                messageParameters={"type": type(reader).__name__, "conf": _PUSHDOWN},
            )
        return reader

    def _rows(self, found: Any) -> Iterator[Tuple]:
        """The rows of a partition, which are record batches if the first is one."""
        if not hasattr(found, "__next__"):
            raise self._wrong_return(found, "iterator")
        first = next(found, None)
        if first is None:
            return
        if not hasattr(first, "to_pylist") or not hasattr(first, "num_columns"):
            yield self._row(first)
            for row in found:
                yield self._row(row)
            return
        names = self._struct.names
        if first.num_columns != len(names):
            raise _wrong_schema(len(names), first.num_columns)
        if not set(names).issubset(first.schema.names):
            raise _wrong_schema(names, first.schema.names)
        for batch in (first, *found):
            yield from zip(*(column.to_pylist() for column in batch.columns))

    def _row(self, row: Any) -> Tuple:
        names = self._struct.names
        if hasattr(row, "__len__") and len(row) != len(names):
            raise _wrong_schema(len(names), len(row))
        if not isinstance(row, (list, tuple)):
            raise self._wrong_return(row, "tuple, list, `pyspark.sql.types.Row`, `pyarrow.RecordBatch`")
        fields = getattr(row, "__fields__", None)
        if fields is None:
            return tuple(row)
        if set(fields) != set(names):
            raise _wrong_schema(names, fields)
        return tuple(row[name] for name in names)

    def _wrong_return(self, found: Any, supported: str) -> PySparkRuntimeError:
        return PySparkRuntimeError(
            errorClass="DATA_SOURCE_INVALID_RETURN_TYPE",
            messageParameters={
                "type": type(found).__name__,
                "name": type(self._source).name(),
                "supported_types": supported,
            },
        )


def _wrong_schema(expected: Any, actual: Any) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="DATA_SOURCE_RETURN_SCHEMA_MISMATCH",
        messageParameters={"expected": str(expected), "actual": str(actual)},
    )


def _partitions(reader: DataSourceReader) -> Sequence[Any]:
    try:
        partitions = reader.partitions()
    except NotImplementedError:
        return [None]
    _check_type(partitions, list, "'partitions' to return a list")
    kinds = ", ".join(f"'{type(partition).__name__}'" for partition in partitions)
    for partition in partitions:
        _check_type(partition, InputPartition, "elements in 'partitions' to be of type 'InputPartition'", kinds)
    return partitions or [None]


def _encode(rows: List[Tuple], struct: StructType, result: bytes) -> List[Any]:
    """Batches of the rows; values that are of another type are Arrow's to convert, or to refuse."""
    schema = Schema(result, True)
    batches = encode_rows(schema, rows)
    if not isinstance(batches, int):
        return batches
    columns = [_converted(values, field.dataType) for values, field in zip(zip(*rows), struct.fields)]
    batches = encode_rows(schema, list(zip(*columns)))
    if isinstance(batches, int):
        raise TypeError(f"row {batches} does not fit {struct.simpleString()}")
    return batches


def _converted(values: Sequence[Any], data_type: Any) -> Sequence[Any]:
    from roost.sql.arrow_batches import array_of_values, is_simple
    from roost.sql.types import CharType, StringType, VarcharType

    if isinstance(data_type, (StringType, CharType, VarcharType)) or not is_simple(data_type):
        convert = accepted(data_type)
        return [convert(value) for value in values]
    return array_of_values(list(values), data_type).to_pylist()


# ---- writing


def write(df: DataFrame, source: Type[DataSource], options: Dict[str, Any], mode: Optional[str]) -> None:
    """All rows through the source's writer."""
    if mode not in ("append", "overwrite"):
        raise AnalysisException(
            errorClass="UNSUPPORTED_DATA_SOURCE_SAVE_MODE",
            messageParameters={"source": source.name(), "createMode": f'"{mode or "ErrorIfExists"}"'},
        )
    with _step("initialize", "writer"):
        writer = source(options=CaseInsensitiveDict(options)).writer(df.schema, mode == "overwrite")
        _check_type(writer, DataSourceWriter, "an instance of DataSourceWriter")
    rows: Any = iter(df.toArrow().to_batches()) if isinstance(writer, DataSourceArrowWriter) else iter(df.collect())
    try:
        message = writer.write(rows)
        expected = "'WriterCommitMessage' as the return type of the `write` method"
        _check_type(message, WriterCommitMessage, expected, type(message).__name__)
    except Exception as error:
        writer.abort([None])
        raise PythonException(
            "\n  An exception was thrown from the Python worker. Please see the stack trace below.\n" + failure_text(error)
        ) from error
    writer.commit([message])
