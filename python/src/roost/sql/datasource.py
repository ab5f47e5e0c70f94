# SPDX-License-Identifier: Apache-2.0
"""Data sources written in Python: readers and writers for ``format(...)`` that a program brings.

``spark.dataSource.register(Cls)`` makes a format known to ``spark.read.format(name)`` and
``df.write.format(name)``; `datasource_worker.py` does the work with it.  Streams are not offered, so their
classes are only there to be named; the engine applies all filters itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import UserDict
from dataclasses import dataclass

from roost.errors.base import PySparkNotImplementedError, PySparkTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple, Type, Union

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
