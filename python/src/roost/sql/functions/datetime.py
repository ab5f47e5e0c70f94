# SPDX-License-Identifier: Apache-2.0
"""Dates, times, timestamps and intervals.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.errors.base import PySparkValueError
from roost.sql.column import Column, _wrong
from roost.sql.functions.base import decimal_default, default, deprecated, given, maybe, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Tuple, Union

    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "add_months",
    "convert_timezone",
    "curdate",
    "current_date",
    "current_timestamp",
    "current_timezone",
    "date_add",
    "date_diff",
    "date_format",
    "date_from_unix_date",
    "date_part",
    "date_sub",
    "date_trunc",
    "dateadd",
    "datediff",
    "datepart",
    "day",
    "dayname",
    "dayofmonth",
    "dayofweek",
    "dayofyear",
    "extract",
    "from_unixtime",
    "from_utc_timestamp",
    "hour",
    "last_day",
    "localtimestamp",
    "make_date",
    "make_dt_interval",
    "make_interval",
    "make_time",
    "make_timestamp_ltz",
    "make_ym_interval",
    "minute",
    "month",
    "monthname",
    "months_between",
    "next_day",
    "now",
    "quarter",
    "second",
    "timestamp_add",
    "timestamp_diff",
    "timestamp_micros",
    "timestamp_millis",
    "timestamp_seconds",
    "time_diff",
    "time_trunc",
    "to_date",
    "to_timestamp_ltz",
    "to_timestamp_ntz",
    "to_unix_timestamp",
    "to_utc_timestamp",
    "trunc",
    "try_make_interval",
    "try_make_timestamp_ltz",
    "try_to_timestamp",
    "try_to_date",
    "unix_date",
    "unix_micros",
    "unix_millis",
    "unix_seconds",
    "weekday",
    "weekofyear",
    "window_time",
    "year",
    "current_time",
    "to_time",
    "try_to_time",
    "to_timestamp",
    "unix_timestamp",
    "window",
    "session_window",
    "make_timestamp",
    "try_make_timestamp",
    "make_timestamp_ntz",
    "try_make_timestamp_ntz",
    "years",
    "months",
    "days",
    "hours",
    "bucket",
]


def add_months(start: ColumnOrName, months: Union[ColumnOrName, int]) -> Column:
    """The date some months later."""
    return call("add_months", start, number(months))


def convert_timezone(sourceTz: Optional[Column], targetTz: Column, sourceTs: ColumnOrName) -> Column:
    """A timestamp without zone, from one zone to another."""
    if sourceTz is None:
        return call("convert_timezone", targetTz, sourceTs)
    return call("convert_timezone", sourceTz, targetTz, sourceTs)


def curdate() -> Column:
    """Today's date, when the query begins."""
    return call("curdate")


def current_date() -> Column:
    """Today's date, when the query begins."""
    return call("current_date")


def current_timestamp() -> Column:
    """The moment the query begins."""
    return call("current_timestamp")


def current_timezone() -> Column:
    """The name of the session's zone."""
    return call("current_timezone")


def date_add(start: ColumnOrName, days: Union[ColumnOrName, int]) -> Column:
    """The date some days later."""
    return call("date_add", start, number(days))


def date_diff(end: ColumnOrName, start: ColumnOrName) -> Column:
    """How many days lie between two dates."""
    return call("date_diff", end, start)


def date_format(date: ColumnOrName, format: str) -> Column:
    """The date or timestamp as text in a pattern."""
    return call("date_format", date, lit(format))


def date_from_unix_date(days: ColumnOrName) -> Column:
    """The date some days after 1970-01-01."""
    return call("date_from_unix_date", days)


def date_part(field: Column, source: ColumnOrName) -> Column:
    """A field of a date, timestamp or interval."""
    return call("date_part", field, source)


def date_sub(start: ColumnOrName, days: Union[ColumnOrName, int]) -> Column:
    """The date some days earlier."""
    return call("date_sub", start, number(days))


def date_trunc(format: str, timestamp: ColumnOrName) -> Column:
    """The timestamp with everything below a unit set to its start."""
    return call("date_trunc", lit(format), timestamp)


def dateadd(start: ColumnOrName, days: Union[ColumnOrName, int]) -> Column:
    """The date some days later."""
    return call("dateadd", start, number(days))


def datediff(end: ColumnOrName, start: ColumnOrName) -> Column:
    """How many days lie between two dates."""
    return call("datediff", end, start)


def datepart(field: Column, source: ColumnOrName) -> Column:
    """A field of a date, timestamp or interval."""
    return call("datepart", field, source)


def day(col: ColumnOrName) -> Column:
    """The day of the month."""
    return call("day", col)


def dayname(col: ColumnOrName) -> Column:
    """The short name of the day of the week."""
    return call("dayname", col)


def dayofmonth(col: ColumnOrName) -> Column:
    """The day of the month."""
    return call("dayofmonth", col)


def dayofweek(col: ColumnOrName) -> Column:
    """The day of the week, from 1 for Sunday."""
    return call("dayofweek", col)


def dayofyear(col: ColumnOrName) -> Column:
    """The day of the year."""
    return call("dayofyear", col)


def extract(field: Column, source: ColumnOrName) -> Column:
    """A field of a date, timestamp or interval."""
    return call("extract", field, source)


def from_unixtime(timestamp: ColumnOrName, format: str = "yyyy-MM-dd HH:mm:ss") -> Column:
    """Seconds since 1970 as text in a pattern, in the session's zone."""
    return call("from_unixtime", timestamp, lit(format))


def from_utc_timestamp(timestamp: ColumnOrName, tz: Union[Column, str]) -> Column:
    """A timestamp read as UTC, shown in a zone."""
    return call("from_utc_timestamp", timestamp, lit(tz))


def hour(col: ColumnOrName) -> Column:
    """The hour of the day."""
    return call("hour", col)


def last_day(date: ColumnOrName) -> Column:
    """The last day of the month."""
    return call("last_day", date)


def localtimestamp() -> Column:
    """The wall clock's date and time, when the query begins."""
    return call("localtimestamp")


def make_date(year: ColumnOrName, month: ColumnOrName, day: ColumnOrName) -> Column:
    """The date of a year, month and day."""
    return call("make_date", year, month, day)


def make_dt_interval(
    days: Optional[ColumnOrName] = None,
    hours: Optional[ColumnOrName] = None,
    mins: Optional[ColumnOrName] = None,
    secs: Optional[ColumnOrName] = None,
) -> Column:
    """An interval of days, hours, minutes and seconds."""
    return call(
        "make_dt_interval",
        default(days, 0),
        default(hours, 0),
        default(mins, 0),
        decimal_default(secs),
    )


def make_interval(
    years: Optional[ColumnOrName] = None,
    months: Optional[ColumnOrName] = None,
    weeks: Optional[ColumnOrName] = None,
    days: Optional[ColumnOrName] = None,
    hours: Optional[ColumnOrName] = None,
    mins: Optional[ColumnOrName] = None,
    secs: Optional[ColumnOrName] = None,
) -> Column:
    """An interval of years down to seconds."""
    return call(
        "make_interval",
        default(years, 0),
        default(months, 0),
        default(weeks, 0),
        default(days, 0),
        default(hours, 0),
        default(mins, 0),
        decimal_default(secs),
    )


def make_time(hour: ColumnOrName, minute: ColumnOrName, second: ColumnOrName) -> Column:
    """The time of an hour, minute and second."""
    return call("make_time", hour, minute, second)


def make_timestamp_ltz(
    years: ColumnOrName,
    months: ColumnOrName,
    days: ColumnOrName,
    hours: ColumnOrName,
    mins: ColumnOrName,
    secs: ColumnOrName,
    timezone: Optional[ColumnOrName] = None,
) -> Column:
    """The moment of a wall clock's date and time in a zone."""
    return given("make_timestamp_ltz", years, months, days, hours, mins, secs, timezone)


def make_ym_interval(years: Optional[ColumnOrName] = None, months: Optional[ColumnOrName] = None) -> Column:
    """An interval of years and months."""
    return call("make_ym_interval", default(years, 0), default(months, 0))


def minute(col: ColumnOrName) -> Column:
    """The minute of the hour."""
    return call("minute", col)


def month(col: ColumnOrName) -> Column:
    """The month of the year."""
    return call("month", col)


def monthname(col: ColumnOrName) -> Column:
    """The short name of the month."""
    return call("monthname", col)


def months_between(date1: ColumnOrName, date2: ColumnOrName, roundOff: bool = True) -> Column:
    """How many months lie between two dates, with a fraction; rounded to eight digits by default."""
    return call("months_between", date1, date2, lit(roundOff))


def next_day(date: ColumnOrName, dayOfWeek: str) -> Column:
    """The first date after this one that is a certain day of the week."""
    return call("next_day", date, lit(dayOfWeek))


def now() -> Column:
    """The moment the query begins."""
    return call("now")


def quarter(col: ColumnOrName) -> Column:
    """The quarter of the year."""
    return call("quarter", col)


def second(col: ColumnOrName) -> Column:
    """The second of the minute."""
    return call("second", col)


def timestamp_add(unit: str, quantity: ColumnOrName, ts: ColumnOrName) -> Column:
    """The timestamp some units later."""
    return call("timestampadd", lit(unit), quantity, ts)


def timestamp_diff(unit: str, start: ColumnOrName, end: ColumnOrName) -> Column:
    """How many units lie between two timestamps."""
    return call("timestampdiff", lit(unit), start, end)


def timestamp_micros(col: ColumnOrName) -> Column:
    """The moment some microseconds after 1970."""
    return call("timestamp_micros", col)


def timestamp_millis(col: ColumnOrName) -> Column:
    """The moment some milliseconds after 1970."""
    return call("timestamp_millis", col)


def timestamp_seconds(col: ColumnOrName) -> Column:
    """The moment some seconds after 1970."""
    return call("timestamp_seconds", col)


def time_diff(unit: ColumnOrName, start: ColumnOrName, end: ColumnOrName) -> Column:
    """How many units lie between two times of day."""
    return call("time_diff", unit, start, end)


def time_trunc(unit: ColumnOrName, time: ColumnOrName) -> Column:
    """The time of day with everything below a unit set to zero."""
    return call("time_trunc", unit, time)


def to_date(col: ColumnOrName, format: Optional[str] = None) -> Column:
    """The date of a text, in a pattern, or of a timestamp."""
    return given("to_date", col, maybe(format))


def to_timestamp_ltz(timestamp: ColumnOrName, format: Optional[ColumnOrName] = None) -> Column:
    """The moment that a text stands for, in a pattern."""
    return given("to_timestamp_ltz", timestamp, format)


def to_timestamp_ntz(timestamp: ColumnOrName, format: Optional[ColumnOrName] = None) -> Column:
    """The wall clock's date and time that a text stands for, in a pattern."""
    return given("to_timestamp_ntz", timestamp, format)


def to_unix_timestamp(timestamp: ColumnOrName, format: Optional[ColumnOrName] = None) -> Column:
    """Seconds since 1970 of a time, or of a text in a pattern."""
    return given("to_unix_timestamp", timestamp, format)


def to_utc_timestamp(timestamp: ColumnOrName, tz: Union[Column, str]) -> Column:
    """A timestamp read in a zone, shown as UTC."""
    return call("to_utc_timestamp", timestamp, lit(tz))


def trunc(date: ColumnOrName, format: str) -> Column:
    """The date with everything below a unit set to its start."""
    return call("trunc", date, lit(format))


def try_make_interval(
    years: Optional[ColumnOrName] = None,
    months: Optional[ColumnOrName] = None,
    weeks: Optional[ColumnOrName] = None,
    days: Optional[ColumnOrName] = None,
    hours: Optional[ColumnOrName] = None,
    mins: Optional[ColumnOrName] = None,
    secs: Optional[ColumnOrName] = None,
) -> Column:
    """As `make_interval`, or null where it does not fit."""
    return call(
        "try_make_interval",
        default(years, 0),
        default(months, 0),
        default(weeks, 0),
        default(days, 0),
        default(hours, 0),
        default(mins, 0),
        decimal_default(secs),
    )


def try_make_timestamp_ltz(
    years: ColumnOrName,
    months: ColumnOrName,
    days: ColumnOrName,
    hours: ColumnOrName,
    mins: ColumnOrName,
    secs: ColumnOrName,
    timezone: Optional[ColumnOrName] = None,
) -> Column:
    """As `make_timestamp_ltz`, or null where there is no such time."""
    return given("try_make_timestamp_ltz", years, months, days, hours, mins, secs, timezone)


def try_to_timestamp(col: ColumnOrName, format: Optional[ColumnOrName] = None) -> Column:
    """As `to_timestamp`, or null where the text is none."""
    return given("try_to_timestamp", col, format)


def try_to_date(col: ColumnOrName, format: Optional[str] = None) -> Column:
    """As `to_date`, or null where the text is none."""
    return given("try_to_date", col, maybe(format))


def unix_date(col: ColumnOrName) -> Column:
    """How many days a date lies after 1970-01-01."""
    return call("unix_date", col)


def unix_micros(col: ColumnOrName) -> Column:
    """How many microseconds a timestamp lies after 1970."""
    return call("unix_micros", col)


def unix_millis(col: ColumnOrName) -> Column:
    """How many milliseconds a timestamp lies after 1970."""
    return call("unix_millis", col)


def unix_seconds(col: ColumnOrName) -> Column:
    """How many seconds a timestamp lies after 1970."""
    return call("unix_seconds", col)


def weekday(col: ColumnOrName) -> Column:
    """The day of the week, from 0 for Monday."""
    return call("weekday", col)


def weekofyear(col: ColumnOrName) -> Column:
    """The week of the year, as ISO counts them."""
    return call("weekofyear", col)


def window_time(windowColumn: ColumnOrName) -> Column:
    """The time that a window stands for, for a further window."""
    return call("window_time", windowColumn)


def year(col: ColumnOrName) -> Column:
    """The year."""
    return call("year", col)


def current_time(precision: Optional[int] = None) -> Column:
    """The time of day, when the query begins."""
    return given("current_time", maybe(precision))


def to_time(str: ColumnOrName, format: Optional[ColumnOrName] = None) -> Column:
    """The time of day that a text stands for, in a pattern."""
    return given("to_time", str, format)


def try_to_time(str: ColumnOrName, format: Optional[ColumnOrName] = None) -> Column:
    """As `to_time`, or null where the text is none."""
    return given("try_to_time", str, format)


def to_timestamp(col: ColumnOrName, format: Optional[str] = None) -> Column:
    """The timestamp that a text stands for, in a pattern."""
    return given("to_timestamp", col, maybe(format))


def unix_timestamp(timestamp: Optional[ColumnOrName] = None, format: str = "yyyy-MM-dd HH:mm:ss") -> Column:
    """Seconds since 1970 of a text in a pattern; without arguments, of the moment the query begins."""
    if timestamp is None:
        return call("unix_timestamp", call("current_timestamp"))
    return call("unix_timestamp", timestamp, lit(format))


def window(
    timeColumn: ColumnOrName,
    windowDuration: str,
    slideDuration: Optional[str] = None,
    startTime: Optional[str] = None,
) -> Column:
    """The windows of time that a timestamp falls in.

    Parameters
    ----------
    timeColumn : Column or str
    windowDuration : str
        an interval, such as ``"10 minutes"``
    slideDuration : str, optional
        how far the next window begins after this one; the duration by default
    startTime : str, optional
        how far the first window begins after 1970-01-01 00:00 UTC
    """
    durations = {"windowDuration": windowDuration}
    if slideDuration or startTime:
        durations["slideDuration"] = slideDuration or windowDuration
    if startTime:
        durations["startTime"] = startTime
    for name, value in durations.items():
        if not value or not isinstance(value, str):
            raise _wrong("NOT_STR", name, value)
    return call("window", timeColumn, *[lit(value) for value in durations.values()])


def session_window(timeColumn: ColumnOrName, gapDuration: Union[Column, str]) -> Column:
    """Windows of time that end when nothing came for a while."""
    if not isinstance(gapDuration, (str, Column)):
        raise _wrong("NOT_COLUMN_OR_STR", "gapDuration", gapDuration)
    return call("session_window", timeColumn, lit(gapDuration))


def make_timestamp(
    years: Optional[ColumnOrName] = None,
    months: Optional[ColumnOrName] = None,
    days: Optional[ColumnOrName] = None,
    hours: Optional[ColumnOrName] = None,
    mins: Optional[ColumnOrName] = None,
    secs: Optional[ColumnOrName] = None,
    timezone: Optional[ColumnOrName] = None,
    date: Optional[ColumnOrName] = None,
    time: Optional[ColumnOrName] = None,
) -> Column:
    """The timestamp of fields, or of a date and a time of day; perhaps in a zone."""
    fields = (years, months, days, hours, mins, secs)
    return _from_fields_or_date("make_timestamp", fields, date, time, timezone)


def try_make_timestamp(
    years: Optional[ColumnOrName] = None,
    months: Optional[ColumnOrName] = None,
    days: Optional[ColumnOrName] = None,
    hours: Optional[ColumnOrName] = None,
    mins: Optional[ColumnOrName] = None,
    secs: Optional[ColumnOrName] = None,
    timezone: Optional[ColumnOrName] = None,
    date: Optional[ColumnOrName] = None,
    time: Optional[ColumnOrName] = None,
) -> Column:
    """As `make_timestamp`, or null where there is no such time."""
    fields = (years, months, days, hours, mins, secs)
    return _from_fields_or_date("try_make_timestamp", fields, date, time, timezone)


def make_timestamp_ntz(
    years: Optional[ColumnOrName] = None,
    months: Optional[ColumnOrName] = None,
    days: Optional[ColumnOrName] = None,
    hours: Optional[ColumnOrName] = None,
    mins: Optional[ColumnOrName] = None,
    secs: Optional[ColumnOrName] = None,
    date: Optional[ColumnOrName] = None,
    time: Optional[ColumnOrName] = None,
) -> Column:
    """The wall clock's date and time of fields, or of a date and a time of day."""
    fields = (years, months, days, hours, mins, secs)
    return _from_fields_or_date("make_timestamp_ntz", fields, date, time)


def try_make_timestamp_ntz(
    years: Optional[ColumnOrName] = None,
    months: Optional[ColumnOrName] = None,
    days: Optional[ColumnOrName] = None,
    hours: Optional[ColumnOrName] = None,
    mins: Optional[ColumnOrName] = None,
    secs: Optional[ColumnOrName] = None,
    date: Optional[ColumnOrName] = None,
    time: Optional[ColumnOrName] = None,
) -> Column:
    """As `make_timestamp_ntz`, or null where there is no such time."""
    fields = (years, months, days, hours, mins, secs)
    return _from_fields_or_date("try_make_timestamp_ntz", fields, date, time)


def _from_fields_or_date(
    name: str, fields: Tuple[Any, ...], date: Any, time: Any, timezone: Any = None
) -> Column:
    by_fields, by_date = fields[0] is not None, date is not None or time is not None
    if by_date if by_fields else any(f is not None for f in fields):
        raise PySparkValueError(
            errorClass="CANNOT_SET_TOGETHER",
            messageParameters={"arg_list": "years|months|days|hours|mins|secs and date|time"},
        )
    return call(name, *(fields if by_fields else (date, time)), *(() if timezone is None else (timezone,)))


def years(col: ColumnOrName) -> Column:
    """A partition for each year, for tables; use ``partitioning.years``."""
    deprecated("years", "4.0.0", "partitioning.years")
    return call("years", col)


def months(col: ColumnOrName) -> Column:
    """A partition for each month, for tables; use ``partitioning.months``."""
    deprecated("months", "4.0.0", "partitioning.months")
    return call("months", col)


def days(col: ColumnOrName) -> Column:
    """A partition for each day, for tables; use ``partitioning.days``."""
    deprecated("days", "4.0.0", "partitioning.days")
    return call("days", col)


def hours(col: ColumnOrName) -> Column:
    """A partition for each hour, for tables; use ``partitioning.hours``."""
    deprecated("hours", "4.0.0", "partitioning.hours")
    return call("hours", col)


def bucket(numBuckets: Union[Column, int], col: ColumnOrName) -> Column:
    """So many partitions by a hash, for tables; use ``partitioning.bucket``."""
    from roost.sql.functions import partitioning

    deprecated("bucket", "4.0.0", "partitioning.bucket")
    return partitioning.bucket(numBuckets, col)
