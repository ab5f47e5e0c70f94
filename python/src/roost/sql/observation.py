# SPDX-License-Identifier: Apache-2.0
"""Observation: metrics that a query computes on its way."""

from __future__ import annotations

from roost._core import Schema, unpack
from roost.errors.base import PySparkAssertionError, PySparkTypeError, PySparkValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession

__all__ = ["Observation"]

_OBSERVED = 4  # of roost.Executed


class Observation:
    """Takes the metrics of ``DataFrame.observe`` when the query has run.

    Parameters
    ----------
    name : str, optional

    Examples
    --------
    >>> from roost.sql import Observation, functions as F
    >>> seen = Observation("seen")
    >>> _ = spark.range(5).observe(seen, F.count("*").alias("rows")).collect()
    >>> seen.get
    {'rows': 5}
    """

    def __init__(self, name: Optional[str] = None) -> None:
        if name is not None:
            if not isinstance(name, str):
                raise PySparkTypeError(
                    errorClass="NOT_STR",
                    messageParameters={"arg_name": "name", "arg_type": type(name).__name__},
                )
            if name == "":
                raise PySparkValueError(
                    errorClass="VALUE_NOT_NON_EMPTY_STR",
                    messageParameters={"arg_name": "name", "arg_value": name},
                )
        self._name = name
        self._session: Optional[SparkSession] = None
        self._values: Optional[Dict[str, Any]] = None

    def _attach(self, frame: DataFrame) -> str:
        if self._session is not None:
            raise PySparkAssertionError(errorClass="REUSE_OBSERVATION", messageParameters={})
        if self._name is None:
            import uuid

            self._name = str(uuid.uuid4())
        self._session = frame.sparkSession
        self._session._observations[self._name] = self
        return self._name

    @property
    def get(self) -> Dict[str, Any]:
        """The metrics by name; empty before a query has run."""
        if self._session is None:
            raise PySparkAssertionError(errorClass="NO_OBSERVE_BEFORE_GET", messageParameters={})
        return dict(self._values or {})


class observed_result:
    """A result that tells the session's observations their metrics when all rows are there."""

    def __init__(self, session: SparkSession, result: Any) -> None:
        self._session = session
        self._result = result

    def rows(self) -> Any:
        """All rows that are left."""
        rows = self._result.rows()
        self._tell()
        return rows

    def fetch(self) -> Any:
        """The rows of the next batch, or None at the end."""
        rows = self._result.fetch()
        if rows is None:
            self._tell()
        return rows

    def batch(self) -> Any:
        """The next batch, or None at the end."""
        batch = self._result.batch()
        if batch is None:
            self._tell()
        return batch

    def columns(self, schema: Any) -> Any:
        """All rows that are left, by column."""
        columns = self._result.columns(schema)
        self._tell()
        return columns

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)

    def _tell(self) -> None:
        summary = self._result.summary
        for field, message in unpack(summary) if summary else ():
            if field != _OBSERVED:
                continue
            parts = unpack(message)
            name = next((value.decode() for number, value in parts if number == 1), "")
            observation = self._session._observations.get(name)
            if observation is None or observation._values is not None:
                continue
            keys = [value.decode() for number, value in parts if number == 2]
            values = [literal_value(value) for number, value in parts if number == 3]
            observation._values = dict(zip(keys, values))


def _signed(number: int) -> int:
    return number - 2**64 if number >= 2**63 else number


def literal_value(message: bytes) -> Any:
    """The Python value of an encoded Literal."""
    import struct

    parts = [(field, value) for field, value in unpack(message) if field != 100]
    field, value = parts[0] if parts else (1, b"")
    if field == 1:
        return None
    if field == 3:
        return bool(value)
    if field in (4, 5, 6, 7):
        return _signed(value)
    if field == 10:
        return struct.unpack("<f", value.to_bytes(4, "little"))[0]
    if field == 11:
        return struct.unpack("<d", value.to_bytes(8, "little"))[0]
    if field == 12:
        from decimal import Decimal

        return Decimal(dict(unpack(value))[1].decode())
    if field == 13:
        return value.decode()
    if field in (16, 17, 18, 21):
        from roost.sql import types

        kind = {16: "DateType", 17: "TimestampType", 18: "TimestampNTZType", 21: "DayTimeIntervalType"}[field]
        return getattr(types, kind)().fromInternal(_signed(value))
    if field == 22:
        return [literal_value(item) for number, item in unpack(value) if number == 2]
    if field == 23:
        inner = unpack(value)
        keys = [literal_value(item) for number, item in inner if number == 3]
        return dict(zip(keys, [literal_value(item) for number, item in inner if number == 4]))
    if field == 24:
        from roost.sql.types import Row

        inner = unpack(value)
        names = next((Schema(kind).names for number, kind in inner if number == 1), [])
        return Row(*names)(*[literal_value(item) for number, item in inner if number == 2])
    return value
