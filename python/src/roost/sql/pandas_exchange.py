# SPDX-License-Identifier: Apache-2.0
"""To and from pandas, numpy and whatever speaks Arrow's C interface.

pandas columns become what PySpark makes of them: whole numbers with nulls become floats, booleans
with nulls objects, dates and decimals objects, timestamps ``datetime64[ns]`` in the session's zone.
pyarrow is used where values come from it; nothing here needs it otherwise.
"""

from __future__ import annotations

from roost._core import Schema, import_stream
from roost.errors.base import PySparkValueError
from roost.sql.plans import encode_type
from roost.sql.row import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional

    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession
    from roost.sql.types import DataType, StructType

_INTEGERS = {"ByteType": "int8", "ShortType": "int16", "IntegerType": "int32", "LongType": "int64"}
_PLAIN = {str, int, bool, bytes, type(None)}  # what stays as it is
_FLOATS = {"FloatType": "float32", "DoubleType": "float64"}


# ---- out


def to_pandas(session: SparkSession, result: Any) -> Any:
    """The rows of a result as a pandas DataFrame."""
    try:
        import pandas as pd
    except ImportError as error:
        raise _needs("Pandas", "2.2.0") from error
    from roost.sql.pandas_by_arrow import is_by_arrow

    if not result.schema.names:
        return pd.DataFrame(index=range(len(result.rows())), columns=pd.Index([], dtype="object"))
    struct = result.schema.type()
    by_arrow = is_by_arrow(session)
    found = result.columns(Schema(result.schema.bytes, by_arrow))
    shown = _Shown(session, by_arrow)
    # Names may repeat, so they are set afterwards.
    frame = pd.DataFrame({i: shown.array(found[i], field.dataType) for i, field in enumerate(struct.fields)})
    frame.columns = list(struct.names)
    return frame


class _Shown:
    """Columns of a result, as the extension hands them over, as arrays for a pandas DataFrame."""

    def __init__(self, session: SparkSession, by_arrow: bool) -> None:
        from roost.sql.pandas_nested import Cells

        self._by_arrow = by_arrow
        self._zone = session._time_zone()
        self._zones = _Zones(session, self._zone)
        self._cells = Cells(session)

    def array(self, column: Any, data_type: DataType) -> Any:
        """A numpy array of a pair of bytearrays, or of a list."""
        import pandas as pd

        from roost.sql.pandas_nested import is_nested
        from roost.sql.pandas_numbers import array_of_numbers

        if isinstance(column, tuple):
            return array_of_numbers(*column, data_type, self._zone, self._by_arrow)
        values = self._zones.shown(column, data_type)
        convert = self._cells.converter(data_type) if is_nested(data_type) else None
        if convert is not None:
            values = [None if value is None else convert(value) for value in values]
        return pd.Series(values, dtype="object").to_numpy()


class _Zones:
    """Timestamps between this process's zone, in which Python has them, and the session's, in which pandas does."""

    def __init__(self, session: SparkSession, name: Optional[str] = None) -> None:
        """`name` of the session's zone, where it is known: the session is not asked then."""
        self._session = session
        self._name = name
        self._asked = False
        self._zone: Any = None

    def shown(self, values: List[Any], data_type: DataType) -> List[Any]:
        """Values of this process as the session's."""
        return self._moved(values, data_type, lambda v: v.astimezone(self._zone).replace(tzinfo=None))

    def meant(self, values: List[Any], data_type: DataType) -> List[Any]:
        """The session's values as this process's; those with a zone of their own stay as they are."""
        return self._moved(
            values,
            data_type,
            lambda v: v if v.tzinfo else v.replace(tzinfo=self._zone).astimezone().replace(tzinfo=None),
        )

    def _moved(self, values: List[Any], data_type: DataType, move: Callable[[Any], Any]) -> List[Any]:
        change = self._change(data_type, move)
        return values if change is None else [None if v is None else change(v) for v in values]

    def _change(self, data_type: DataType, move: Callable[[Any], Any]) -> Optional[Callable[[Any], Any]]:
        """What becomes of a value; None: nothing."""
        from roost.sql.types import ArrayType, MapType, StructType, TimestampType

        if isinstance(data_type, TimestampType):
            return (lambda v: move(v) if hasattr(v, "tzinfo") else v) if self._differs() else None
        if isinstance(data_type, ArrayType):
            element = self._change(data_type.elementType, move)
            return element and (lambda v: [None if item is None else element(item) for item in v])
        if isinstance(data_type, MapType):
            key = self._change(data_type.keyType, move) or (lambda v: v)
            value = self._change(data_type.valueType, move)
            return value and (lambda v: {key(k): None if i is None else value(i) for k, i in v.items()})
        if isinstance(data_type, StructType):
            fields = [self._change(field.dataType, move) for field in data_type.fields]
            return (lambda v: _changed(v, data_type.names, fields)) if any(fields) else None
        return None

    def _differs(self) -> bool:
        if not self._asked:
            self._asked = True
            self._zone = _other_zone(self._name or self._session._time_zone())
        return self._zone is not None


def _changed(value: Any, names: List[str], fields: List[Any]) -> Any:
    """A struct, in any of its forms, with changed members."""
    members = [value.get(name) for name in names] if isinstance(value, dict) else value
    made = [each if each is None or change is None else change(each) for each, change in zip(members, fields)]
    return type(value)(zip(names, made)) if isinstance(value, dict) else Row(*names)(*made)


def _other_zone(name: str) -> Any:
    """A zone, unless it is this process's by name; of an offset as ``+08:00`` it is pandas' own."""
    import os
    from zoneinfo import ZoneInfo

    if os.environ.get("TZ") == name:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        import pandas as pd

        return pd.Timestamp(0, tz=name).tz


def to_series(values: List[Any], data_type: DataType) -> Any:
    """Values of a type as a pandas Series."""
    import numpy as np
    import pandas as pd

    kind = type(data_type).__name__
    if kind in _INTEGERS:
        if None not in values:
            return pd.Series(np.array(values, dtype=_INTEGERS[kind]))
        return pd.Series(np.array([np.nan if v is None else v for v in values], dtype="float64"))
    if kind in _FLOATS:
        return pd.Series(np.array([np.nan if v is None else v for v in values], dtype=_FLOATS[kind]))
    if kind == "BooleanType" and None not in values:
        return pd.Series(np.array(values, dtype="bool"))
    if kind in ("TimestampType", "TimestampNTZType"):
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"))).astype("datetime64[ns]")
    if kind == "DayTimeIntervalType":
        return pd.Series(pd.to_timedelta(pd.Series(values, dtype="object"))).astype("timedelta64[ns]")
    return pd.Series(values, dtype="object")


def to_argument(values: List[Any], data_type: DataType) -> Any:
    """Values of a type as the pandas Series that a function is given: lists are numpy arrays, structs dictionaries."""
    from roost.sql.types import ArrayType, MapType, StructType

    if isinstance(data_type, (ArrayType, MapType, StructType)):
        import pandas as pd

        return pd.Series([_nested_argument(v, data_type) for v in values], dtype="object")
    return to_series(values, data_type)


def _nested_argument(value: Any, data_type: DataType) -> Any:
    """A value inside such a Series."""
    import numpy as np

    from roost.sql.types import ArrayType, MapType, StructType

    if value is None:
        return None
    if isinstance(data_type, MapType):
        return {k: _nested_argument(v, data_type.valueType) for k, v in value.items()}
    if isinstance(data_type, StructType):
        return {f.name: _nested_argument(v, f.dataType) for v, f in zip(value, data_type.fields)}
    if not isinstance(data_type, ArrayType):
        return value
    element = data_type.elementType
    kind = type(element).__name__
    dtype = _INTEGERS.get(kind) or _FLOATS.get(kind) or ("bool" if kind == "BooleanType" else None)
    if dtype is not None and None not in value:
        return np.array(value, dtype=dtype)
    if dtype is not None and kind != "BooleanType":
        return np.array([np.nan if v is None else v for v in value], dtype=_FLOATS.get(kind, "float64"))
    made = np.empty(len(value), dtype="object")
    made[:] = [_nested_argument(v, element) for v in value]
    return made


def _needs(package: str, version: str) -> ImportError:
    from roost.errors.base import PySparkImportError

    return PySparkImportError(
        errorClass="PACKAGE_NOT_INSTALLED",
        messageParameters={"package_name": package, "minimum_version": version},
    )


# ---- in


def from_foreign(session: SparkSession, data: Any, schema: Any, verify: bool) -> DataFrame:
    """A DataFrame of a pandas DataFrame, a numpy array, or anything with ``__arrow_c_stream__``."""
    module = type(data).__module__.partition(".")[0]
    if module == "pandas":
        return _from_pandas(session, data, schema, verify)
    if module == "numpy":
        return _from_numpy(session, data, schema, verify)
    return _from_arrow(session, data, schema)


def _from_numpy(session: SparkSession, data: Any, schema: Any, verify: bool) -> DataFrame:
    import pandas as pd

    if data.ndim not in (1, 2):
        raise PySparkValueError(
            errorClass="INVALID_NDARRAY_DIMENSION", messageParameters={"dimensions": "1 or 2"}
        )
    width = 1 if data.ndim == 1 else data.shape[1]
    names = ["value"] if width == 1 else [f"_{i}" for i in range(1, width + 1)]
    if schema is None:
        schema = _struct_of_array(session, data.dtype, names)
    return _from_pandas(session, pd.DataFrame(data), schema, verify)


def _struct_of_array(session: SparkSession, dtype: Any, names: List[str]) -> Any:
    """The columns of a numpy array; their names alone, where Arrow or the values say the type."""
    from roost.sql.inference import _from_numpy_type
    from roost.sql.pandas_by_arrow import is_by_arrow
    from roost.sql.types import StructField, StructType

    kind = None if is_by_arrow(session) else _from_numpy_type(dtype)
    return names if kind is None else StructType([StructField(name, kind) for name in names])


def _from_pandas(session: SparkSession, frame: Any, schema: Any, verify: bool) -> DataFrame:
    """Columns become lists of plain values; types come from the dtypes, or from the values."""
    from roost.sql.ingest import _check_names, _from_rows, from_struct
    from roost.sql.types import DataType, StructField, StructType

    if len(frame.columns) == 0 and schema is None:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    from roost.sql.pandas_by_arrow import frame_by_arrow, is_by_arrow

    if is_by_arrow(session):
        made = frame_by_arrow(session, frame, schema)
        if made is not None:
            return made
    columns = [plain_values(_as_record(frame.iloc[:, i])) for i in range(len(frame.columns))]
    if isinstance(schema, StructType):  # columns beyond its own are left out
        zones = _Zones(session)
        columns = [zones.meant(values, field.dataType) for values, field in zip(columns, schema.fields)]
    rows = list(zip(*columns)) if columns else []
    if isinstance(schema, StructType):
        return from_struct(session, rows, schema, verify)
    if isinstance(schema, DataType):
        return _from_rows(session, rows, schema, verify)
    names = list(schema) if schema is not None else [str(name) for name in frame.columns]
    types = [_type_of_dtype(_as_record(frame.iloc[:, i]).dtype) for i in range(len(frame.columns))]
    if not rows:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    if None not in types:
        _check_names(names, len(types))
        names += [f"_{i}" for i in range(len(names) + 1, len(types) + 1)]
        fields = [StructField(name, kind, True) for name, kind in zip(names, types)]
        zones = _Zones(session)
        rows = list(zip(*[zones.meant(values, kind) for values, kind in zip(columns, types)]))
        return from_struct(session, rows, StructType(fields), False)
    return _from_rows(session, rows, names, verify)


def _as_record(series: Any) -> Any:
    """Of numbers that may be missing (Int64, Float64) floats, with NaN for what is: so pandas makes records of them."""
    masked = not hasattr(series.dtype, "str") and getattr(series.dtype, "kind", "O") in "iuf"
    return series.astype("float64") if masked and series.isna().any() else series


def _type_of_dtype(dtype: Any) -> Optional[DataType]:
    """The type of a column by its dtype: that of the Python values it becomes; None where these must say it."""
    from roost.sql.types import BooleanType, DayTimeIntervalType, DoubleType, LongType, TimestampType

    kind = getattr(dtype, "kind", "O")
    if kind == "M":
        return TimestampType()
    if kind == "m":
        return DayTimeIntervalType()
    if kind in "iu":
        return LongType()
    if not hasattr(dtype, "str"):  # a dtype of pandas' own, which may have nulls
        return None
    return {"b": BooleanType(), "f": DoubleType()}.get(kind)


def plain_values(series: Any) -> List[Any]:
    """The values of a pandas Series as plain Python values; missing ones as None, but NaN stays what it is."""
    import pandas as pd

    kind = getattr(series.dtype, "kind", "O")
    if kind in "biuf" and hasattr(series.dtype, "str"):
        return series.to_numpy().tolist()
    if kind == "M":
        if getattr(series.dtype, "tz", None) is None:
            return _datetimes(series.to_numpy())
        return [None if v is pd.NaT else v.to_pydatetime(warn=False) for v in series]
    if kind == "m":
        return [None if v is pd.NaT else v.to_pytimedelta() for v in series]
    values = series.astype("object").tolist()
    if isinstance(series.dtype, pd.StringDtype):  # what is missing may be NaN, which is no text
        return [value if isinstance(value, str) else None for value in values]
    if set(map(type, values)) <= _PLAIN:
        return values
    return [_plain(v) for v in values]


def _datetimes(moments: Any) -> List[Any]:
    """The values of a numpy array of moments; nanoseconds are cut off, by hand, as numpy's way fails for the first years."""
    import numpy as np

    if moments.dtype != "datetime64[ns]":
        return moments.astype("datetime64[us]").tolist()
    numbers = moments.view("int64")
    return np.where(np.isnat(moments), numbers, numbers // 1000).view("datetime64[us]").tolist()


def _plain(value: Any) -> Any:
    """A Python value for an element of an object column."""
    import pandas as pd

    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    if isinstance(value, pd.Timedelta):
        return value.to_pytimedelta()
    if type(value).__module__ == "numpy":
        return value.tolist() if getattr(value, "ndim", 0) else value.item()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _from_arrow(session: SparkSession, data: Any, schema: Any) -> DataFrame:
    from roost.sql.arrow import from_arrow_schema, to_arrow_schema, without_views
    from roost.sql.types import StructType

    try:
        import pyarrow as pa
    except ImportError as error:
        if not isinstance(schema, StructType):
            raise _needs("PyArrow", "15.0.0") from error
        return _imported(session, data, schema)
    table = without_views(data if isinstance(data, pa.Table) else pa.table(data))
    if isinstance(schema, list):
        table = table.rename_columns(schema)
    by_wall = session.conf.get("spark.sql.timestampType") == "TIMESTAMP_NTZ"
    struct = schema if isinstance(schema, StructType) else from_arrow_schema(table.schema, by_wall)
    zone = session._time_zone()
    table = _localized(_in_microseconds(table), struct, zone)
    return _imported(session, table.cast(to_arrow_schema(struct, zone)), struct)


def _localized(table: Any, struct: StructType, zone: str) -> Any:
    """Times without a zone that shall be moments are the session's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from roost.sql.types import TimestampType

    for place, field in enumerate(struct.fields[: table.num_columns]):
        kind = table.schema.field(place).type
        if isinstance(field.dataType, TimestampType) and pa.types.is_timestamp(kind) and kind.tz is None:
            moments = pc.assume_timezone(
                table.column(place), timezone=zone, ambiguous="latest", nonexistent="earliest"
            )
            table = table.set_column(place, table.schema.field(place).name, moments)
    return table


def _in_microseconds(table: Any) -> Any:
    """Nanoseconds are cut off, where a cast would complain of what it loses."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            table = table.set_column(place, field.name, pc.floor_temporal(table.column(place), unit="microsecond"))
    return table


def _imported(session: SparkSession, data: Any, struct: StructType) -> DataFrame:
    batches = import_stream(data.__arrow_c_stream__(), Schema(encode_type(struct)))
    return session._frame(session._core.data(struct.json(), batches))
