# SPDX-License-Identifier: Apache-2.0
"""``createDataFrame``: rows of this process as a DataFrame.

The extension does the work for rows of plain values: it finds the types, checks the values and
writes columns, in one pass each.  What it does not know comes back, is looked at here (and may be
an error), is converted to plain values, and goes to the extension again.  The rows are sent with
the first request that needs them; until then nothing is asked of the engine.
"""

from __future__ import annotations

from functools import lru_cache

from roost._core import Schema, encode_rows, infer, shapes
from roost.errors.base import PySparkTypeError, PySparkValueError
from roost.sql.column import _wrong
from roost.sql.plans import encode_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Sequence, Tuple

    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession
    from roost.sql.types import StructType

# What infer() answers: numbers of fields of DataType.
_INFERRED = {
    1: "NullType",
    2: "BinaryType",
    3: "BooleanType",
    7: "LongType",
    9: "DoubleType",
    10: "DecimalType",
    11: "StringType",
    14: "DateType",
    15: "TimestampType",
    19: "DayTimeIntervalType",
}


def create_data_frame(
    session: SparkSession, data: Any, schema: Any, sampling_ratio: Optional[float], verify: bool
) -> DataFrame:
    """See `SparkSession.createDataFrame`."""
    from roost.sql.dataframe import DataFrame

    if isinstance(data, DataFrame):
        raise PySparkTypeError(
            errorClass="INVALID_TYPE", messageParameters={"arg_name": "data", "arg_type": "DataFrame"}
        )
    text = schema if isinstance(schema, str) else None
    if text is not None:
        schema = _parsed(session, text)
    elif isinstance(schema, (list, tuple)):
        schema = [name.decode() if isinstance(name, bytes) else name for name in schema]
    module = type(data).__module__.partition(".")[0]
    if module in ("pandas", "pyarrow", "numpy") or hasattr(data, "__arrow_c_stream__"):
        from roost.sql.pandas_exchange import from_foreign

        return from_foreign(session, data, schema, verify)
    if type(data).__name__ == "RDD":
        return _from_rdd(session, data, schema, sampling_ratio, verify)
    return _from_rows(session, list(data), schema, verify)


def _parsed(session: SparkSession, text: str) -> Any:
    """The type that a schema's text means; texts are remembered, because tests say the same ones often."""
    known = _texts.get(text)
    if known is None:
        if len(_texts) > 1000:
            _texts.clear()
        known = _texts[text] = encode_type(session._parse_ddl(text))
    return Schema(known).type()


_texts: dict = {}


def _from_rdd(
    session: SparkSession, data: Any, schema: Any, sampling_ratio: Optional[float], verify: bool
) -> DataFrame:
    """The values of an RDD; where no types are given, its first rows or a sample say them."""
    from roost.sql.inference import _has_nulltype, _infer_schema, _merge_type

    rows = data.collect()
    if schema is not None and not isinstance(schema, list):
        return _from_rows(session, rows, schema, verify)
    first = data.first()
    if hasattr(first, "__len__") and len(first) == 0:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    settings, labels = _inference_settings(session), list(schema) if schema else None
    if sampling_ratio is not None:
        sampled = data if sampling_ratio >= 0.99 else data.sample(False, float(sampling_ratio))
        struct = sampled.map(lambda row: _infer_schema(row, labels, *settings)).reduce(_merge_type)
    else:
        struct = _infer_schema(first, labels, *settings)
        for row in rows[1:100]:
            if not _has_nulltype(struct):
                break
            struct = _merge_type(struct, _infer_schema(row, labels, *settings))
        if _has_nulltype(struct):
            raise PySparkValueError(errorClass="CANNOT_DETERMINE_TYPE", messageParameters={})
    return _from_shape(session, _of_width(rows, len(struct.fields)), _Shape(struct, schema), False)


def _from_rows(session: SparkSession, rows: List[Any], schema: Any, verify: bool) -> DataFrame:
    from roost.sql.types import DataType, StructType

    if schema is None or isinstance(schema, list):
        shape = _inferred(session, rows, schema)
        # The types are the values' own, so there is nothing to verify.
        return _from_shape(session, _of_width(rows, len(shape.struct.fields)), shape, False)
    elif isinstance(schema, StructType):
        struct = schema
    elif isinstance(schema, DataType):
        struct = StructType().add("value", schema)
        rows = _wrapped(rows, schema, verify)
    else:
        raise _wrong("NOT_LIST_OR_NONE_OR_STRUCT", "schema", schema)
    return from_struct(session, rows, struct, verify)


def _wrapped(rows: List[Any], data_type: Any, verify: bool) -> List[Tuple[Any]]:
    """Single values as rows of one column; checked here, so that errors call the column ``value``."""
    if verify:
        from roost.sql.verify import _make_type_verifier

        check = _make_type_verifier(data_type, name="field value")
        for value in rows:
            check(value)
    return [(value,) for value in rows]


class _Shape:
    """What is made of a schema once for all its rows: the struct, its codec, and its text for the engine."""

    __slots__ = ("struct", "codec", "text")

    def __init__(self, struct: StructType, names: Optional[List[str]] = None) -> None:
        """`names` for the first columns, instead of the struct's."""
        self.struct = struct
        self.codec = Schema(encode_type(struct))
        self.text = _named(struct, names).json()


def from_struct(session: SparkSession, rows: List[Any], struct: StructType, verify: bool) -> DataFrame:
    """A DataFrame of rows whose types are known."""
    return _from_shape(session, rows, _Shape(struct), verify)


def _from_shape(session: SparkSession, rows: List[Any], shape: _Shape, verify: bool) -> DataFrame:
    batches = encode_rows(shape.codec, rows)
    if isinstance(batches, int):
        if not verify:
            from roost.sql.unverified import frame_of

            return frame_of(session, rows, shape.struct, shape.text)
        batches = _encode_slowly(rows, shape, batches)
    return session._frame(session._core.data(shape.text, batches))


def _encode_slowly(rows: List[Any], shape: _Shape, first: int) -> Any:
    """The batches of rows that need converting, or what is wrong with them; the extension stopped at `first`."""
    from roost.sql.inference import _create_converter

    _verify_rows(shape.struct, rows, first)
    convert = _create_converter(shape.struct)
    batches = encode_rows(shape.codec, [convert(row) for row in rows])
    if isinstance(batches, int):
        raise unfitting(shape.struct, rows[batches])
    return batches


def unfitting(struct: StructType, row: Any) -> PySparkTypeError:
    """The error about a row that cannot be one of the struct; raised, where it is about a decimal."""
    from roost.sql.worker import accepted

    accepted(struct)(row)
    return PySparkTypeError(
        errorClass="CANNOT_ACCEPT_OBJECT_IN_TYPE",
        messageParameters={"data_type": str(struct), "obj_name": str(row), "obj_type": type(row).__name__},
    )


def _verify_rows(struct: StructType, rows: List[Any], first: int) -> None:
    """Raises what is wrong with rows, from the first that the extension stopped at."""
    from roost.sql.verify import _make_type_verifier

    check = _make_type_verifier(struct)
    for row in rows[first:]:
        check(row)


def _inferred(session: SparkSession, rows: List[Any], names: Optional[List[str]]) -> _Shape:
    """The shape of rows without a schema; `names` for the columns, as far as they go."""
    if not rows:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    kinds = infer(rows)
    if kinds is None or 1 in kinds or 15 in kinds:
        return _inferred_by_shapes(session, rows, names)
    labels = list(names or ())
    _check_names(labels, len(kinds))
    labels += [f"_{i}" for i in range(len(labels) + 1, len(kinds) + 1)]
    if all(type(label) is str for label in labels):
        return _plain_shape(tuple(labels), tuple(kinds))
    return _plain_shape.__wrapped__(labels, kinds)


@lru_cache(maxsize=256)
def _plain_shape(labels: Sequence[str], kinds: Sequence[int]) -> _Shape:
    """The shape of columns that the extension found the types of; remembered, for tests make the same ones often."""
    from roost.sql import types

    fields = []
    for label, kind in zip(labels, kinds):
        data_type = types.DecimalType(38, 18) if kind == 10 else getattr(types, _INFERRED[kind])()
        fields.append(types.StructField(label, data_type, True))
    return _Shape(types.StructType(fields))


def _check_names(names: Sequence[str], width: int) -> None:
    """PySpark's error for more names than columns, which is what its indexing says."""
    if len(names) > width:
        raise IndexError("list index out of range")


def _inferred_by_shapes(session: SparkSession, rows: List[Any], names: Optional[List[str]]) -> _Shape:
    """Of rows that are made alike, one is looked at; what comes of it is remembered."""
    found = shapes(rows)
    if found is None:
        return _Shape(_inferred_slowly(rows, names, _inference_settings(session)), names)
    firsts, depends = found
    settings = _inference_settings(session) if depends else (False, False, False, False)
    if settings[0]:  # the keys of dictionaries are names then, which shapes do not have
        return _Shape(_inferred_slowly(rows, names, settings), names)
    key = (tuple(firsts), repr(names), settings)
    shape = _known_shapes.get(key)
    if shape is None:
        shape = _Shape(_inferred_slowly(list(firsts.values()), names, settings), names)
        if len(_known_shapes) >= 256:
            _known_shapes.clear()
        _known_shapes[key] = shape
    return shape


_known_shapes: dict = {}


def _inferred_slowly(
    rows: List[Any], names: Optional[List[str]], settings: Tuple[bool, bool, bool, bool]
) -> StructType:
    from functools import reduce

    from roost.sql.inference import _has_nulltype, _infer_schema, _merge_type

    first = rows[0]
    if first is None or not (isinstance(first, (tuple, list, dict)) or hasattr(first, "__dict__")):
        raise PySparkTypeError(
            errorClass="CANNOT_INFER_SCHEMA_FOR_TYPE", messageParameters={"data_type": type(first).__name__}
        )
    labels = list(names) if names else None
    struct = reduce(_merge_type, (_infer_schema(row, labels, *settings) for row in rows))
    if _has_nulltype(struct):
        raise PySparkValueError(errorClass="CANNOT_DETERMINE_TYPE", messageParameters={})
    return struct


def _inference_settings(session: SparkSession) -> Tuple[bool, bool, bool, bool]:
    values = session.conf._get_several(
        {
            "spark.sql.pyspark.inferNestedDictAsStruct.enabled": "false",
            "spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled": "false",
            "spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled": "false",
            "spark.sql.timestampType": "TIMESTAMP_LTZ",
        }
    )
    as_struct, from_element, from_pair = (value == "true" for value in values[:3])
    return as_struct, from_element, from_pair, values[3] == "TIMESTAMP_NTZ"


def _named(struct: StructType, names: Optional[List[str]]) -> StructType:
    """The struct with other names for its first columns."""
    if not names or names == struct.names:
        return struct
    _check_names(names, len(struct.fields))
    from roost.sql.types import StructField, StructType

    labels = [*names, *struct.names[len(names) :]]
    return StructType([StructField(label, f.dataType, f.nullable) for label, f in zip(labels, struct.fields)])


def _of_width(rows: List[Any], width: int) -> List[Any]:
    """The rows, unless there is one with too few or too many values."""
    if set(map(type, rows)) <= {tuple, list} and set(map(len, rows)) <= {width}:
        return rows
    for row in rows:
        if isinstance(row, (tuple, list)) and len(row) != width:
            from roost.sql.worker import length_mismatch

            raise length_mismatch(width, len(row))
    return rows
