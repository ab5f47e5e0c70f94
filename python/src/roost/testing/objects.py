# SPDX-License-Identifier: Apache-2.0
"""Values for tests: points as a user-defined type, a zone with a fixed offset."""

from __future__ import annotations

import datetime

from roost.sql.types import ArrayType, DataType, DoubleType, UserDefinedType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List


class UTCOffsetTimezone(datetime.tzinfo):
    """A zone some hours from UTC."""

    def __init__(self, offset: float = 0) -> None:
        self._offset = datetime.timedelta(hours=offset)

    def utcoffset(self, dt: Any) -> datetime.timedelta:
        """The offset."""
        return self._offset

    def dst(self, dt: Any) -> datetime.timedelta:
        """The offset, too."""
        return self._offset


class ExamplePointUDT(UserDefinedType):
    """Points, stored as two numbers."""

    @classmethod
    def sqlType(cls) -> DataType:
        """Two numbers."""
        return ArrayType(DoubleType(), False)

    @classmethod
    def module(cls) -> str:
        """Where it is found."""
        return "pyspark.sql.tests"

    @classmethod
    def scalaUDT(cls) -> str:
        """The class that Spark pairs it with."""
        return "org.apache.spark.sql.test.ExamplePointUDT"

    def serialize(self, obj: Any) -> List[float]:
        """The numbers."""
        return [obj.x, obj.y]

    def deserialize(self, datum: Any) -> Any:
        """The point."""
        return ExamplePoint(datum[0], datum[1])


class ExamplePoint:
    """A point."""

    __UDT__: UserDefinedType = ExamplePointUDT()

    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y

    def __repr__(self) -> str:
        return f"ExamplePoint({self.x},{self.y})"

    def __str__(self) -> str:
        return f"({self.x},{self.y})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and (other.x, other.y) == (self.x, self.y)

    __hash__ = None  # type: ignore[assignment]


class PythonOnlyUDT(UserDefinedType):
    """Points that Python alone knows."""

    @classmethod
    def sqlType(cls) -> DataType:
        """Two numbers."""
        return ArrayType(DoubleType(), False)

    @classmethod
    def module(cls) -> str:
        """Where it is found."""
        return "__main__"

    def serialize(self, obj: Any) -> List[float]:
        """The numbers."""
        return [obj.x, obj.y]

    def deserialize(self, datum: Any) -> Any:
        """The point."""
        return PythonOnlyPoint(datum[0], datum[1])


class PythonOnlyPoint(ExamplePoint):
    """A point that Python alone knows."""

    __UDT__ = PythonOnlyUDT()


class MyObject:
    """A key and a value."""

    def __init__(self, key: Any, value: Any) -> None:
        self.key = key
        self.value = value
