# SPDX-License-Identifier: Apache-2.0
"""Dates, times, timestamps and intervals."""

from __future__ import annotations

import datetime

from roost.errors.base import PySparkRuntimeError
from roost.sql.types.base import AtomicType, DataTypeSingleton, _WithoutPythonValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional


_EPOCH_ORDINAL = 719163  # datetime.date(1970, 1, 1).toordinal()


class DatetimeType(AtomicType):
    """Dates and times."""


class DateType(DatetimeType, metaclass=DataTypeSingleton):
    """A date; internally days since 1970-01-01."""

    EPOCH_ORDINAL = _EPOCH_ORDINAL

    def needConversion(self) -> bool:
        return True

    def toInternal(self, d: Optional[datetime.date]) -> Optional[int]:
        return None if d is None else d.toordinal() - _EPOCH_ORDINAL

    def fromInternal(self, v: Optional[int]) -> Optional[datetime.date]:
        return None if v is None else datetime.date.fromordinal(v + _EPOCH_ORDINAL)


class AnyTimeType(DatetimeType):
    """Times of day of any precision."""


class TimeType(AnyTimeType):
    """A time of day; internally nanoseconds since midnight.

    Parameters
    ----------
    precision : int
        digits after the seconds' point
    """

    def __init__(self, precision: int = 6) -> None:
        self.precision = precision

    def needConversion(self) -> bool:
        return True

    def toInternal(self, t: Optional[datetime.time]) -> Optional[int]:
        if t is None:
            return None
        return ((t.hour * 60 + t.minute) * 60 + t.second) * 1_000_000_000 + t.microsecond * 1000

    def fromInternal(self, nano: Optional[int]) -> Optional[datetime.time]:
        if nano is None:
            return None
        seconds, nano = divmod(nano, 1_000_000_000)
        minutes, second = divmod(seconds, 60)
        return datetime.time(minutes // 60, minutes % 60, second, nano // 1000)

    def simpleString(self) -> str:
        return f"time({self.precision})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"TimeType({self.precision})"

    def _tree_name(self) -> str:
        return self.simpleString()


class TimestampType(DatetimeType, metaclass=DataTypeSingleton):
    """A moment; internally microseconds since 1970-01-01 UTC, in Python a datetime in local time."""

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: Optional[datetime.datetime]) -> Optional[int]:
        if dt is None:
            return None
        if dt.tzinfo:
            import calendar

            seconds = calendar.timegm(dt.utctimetuple())
        else:
            import time

            seconds = int(time.mktime(dt.timetuple()))
        return seconds * 1_000_000 + dt.microsecond

    def fromInternal(self, ts: Optional[int]) -> Optional[datetime.datetime]:
        if ts is None:
            return None
        return datetime.datetime.fromtimestamp(ts // 1_000_000).replace(microsecond=ts % 1_000_000)


class TimestampNTZType(DatetimeType, metaclass=DataTypeSingleton):
    """A date and time on the wall, in no particular zone."""

    @classmethod
    def typeName(cls) -> str:
        return "timestamp_ntz"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: Optional[datetime.datetime]) -> Optional[int]:
        if dt is None:
            return None
        import calendar

        return calendar.timegm(dt.timetuple()) * 1_000_000 + dt.microsecond

    def fromInternal(self, ts: Optional[int]) -> Optional[datetime.datetime]:
        if ts is None:
            return None
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=ts)


class AnsiIntervalType(AtomicType):
    """Intervals of standard SQL: a first and a last field, such as day to second."""

    _fields: Dict[int, str] = {}

    def __init__(self, startField: Optional[int] = None, endField: Optional[int] = None) -> None:
        if startField is None and endField is None:
            startField, endField = min(self._fields), max(self._fields)
        elif endField is None:
            endField = startField
        if startField not in self._fields or endField not in self._fields:
            raise PySparkRuntimeError(
                errorClass="INVALID_INTERVAL_CASTING",
                messageParameters={"start_field": str(startField), "end_field": str(endField)},
            )
        self.startField = startField
        self.endField = endField

    def simpleString(self) -> str:
        first, last = self._fields[self.startField], self._fields[self.endField]
        return f"interval {first}" if first == last else f"interval {first} to {last}"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.startField}, {self.endField})"

    def _tree_name(self) -> str:
        return self.simpleString()


class DayTimeIntervalType(AnsiIntervalType):
    """A span of days and time; internally microseconds, in Python a timedelta."""

    DAY = 0
    HOUR = 1
    MINUTE = 2
    SECOND = 3
    _fields = {DAY: "day", HOUR: "hour", MINUTE: "minute", SECOND: "second"}
    _inverted_fields = {name: number for number, name in _fields.items()}

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: Optional[datetime.timedelta]) -> Optional[int]:
        return None if dt is None else (dt.days * 86400 + dt.seconds) * 1_000_000 + dt.microseconds

    def fromInternal(self, micros: Optional[int]) -> Optional[datetime.timedelta]:
        return None if micros is None else datetime.timedelta(microseconds=micros)


class YearMonthIntervalType(_WithoutPythonValue, AnsiIntervalType):
    """A span of years and months; internally months."""

    YEAR = 0
    MONTH = 1
    _fields = {YEAR: "year", MONTH: "month"}
    _inverted_fields = {name: number for number, name in _fields.items()}


class CalendarIntervalType(_WithoutPythonValue, metaclass=DataTypeSingleton):
    """A span of months, days and microseconds that are kept apart."""

    @classmethod
    def typeName(cls) -> str:
        return "interval"
