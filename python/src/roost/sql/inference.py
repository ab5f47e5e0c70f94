# SPDX-License-Identifier: Apache-2.0
"""Types from values: what ``createDataFrame`` does where no schema is given.

Rows of plain values go through the extension; this is for everything else, and for the errors.
"""

from __future__ import annotations

import datetime
from array import array
from decimal import Decimal
from functools import reduce

from roost.errors.base import PySparkTypeError
from roost.sql import types as t
from roost.sql.variant import VariantVal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple, Union

_type_mappings = {
    type(None): t.NullType,
    t.Geometry: t.GeometryType,
    t.Geography: t.GeographyType,
    bool: t.BooleanType,
    int: t.LongType,
    float: t.DoubleType,
    str: t.StringType,
    bytearray: t.BinaryType,
    bytes: t.BinaryType,
    Decimal: t.DecimalType,
    datetime.date: t.DateType,
    datetime.datetime: t.TimestampType,
    datetime.time: t.TimeType,
    datetime.timedelta: t.DayTimeIntervalType,
    VariantVal: t.VariantType,
}

# Elements of array.array, by their code: the least type that holds all of them.
def _bits_of(codes: str) -> Dict[str, int]:
    return {code: array(code).itemsize * 8 for code in codes}


def _int_size_to_type(bits: int) -> Optional[type]:
    """The least type of whole numbers that has so many bits."""
    kinds = ((8, t.ByteType), (16, t.ShortType), (32, t.IntegerType), (64, t.LongType))
    return next((kind for most, kind in kinds if bits <= most), None)


_array_signed_int_typecode_ctype_mappings = _bits_of("bhil")
_array_unsigned_int_typecode_ctype_mappings = _bits_of("BHIL")
_array_type_mappings = {"f": t.FloatType, "d": t.DoubleType, "u": t.StringType}
for _sign, _codes in enumerate(
    (_array_signed_int_typecode_ctype_mappings, _array_unsigned_int_typecode_ctype_mappings)
):
    for _code, _bits in _codes.items():
        _kind = _int_size_to_type(_bits + _sign)
        if _kind is not None:
            _array_type_mappings[_code] = _kind


def _from_numpy_type(nt: Any) -> Optional[t.DataType]:
    """The type of a numpy dtype, or None."""
    kinds = {
        "bool": t.BooleanType,
        "int8": t.ByteType,
        "int16": t.ShortType,
        "int32": t.IntegerType,
        "int64": t.LongType,
        "float32": t.FloatType,
        "float64": t.DoubleType,
    }
    if nt.name in kinds:
        return kinds[nt.name]()
    return t.StringType() if nt.kind == "U" else None


def _infer_type(
    obj: Any,
    infer_dict_as_struct: bool = False,
    infer_array_from_first_element: bool = False,
    infer_map_from_first_pair: bool = False,
    prefer_timestamp_ntz: bool = False,
) -> t.DataType:
    """The type of one value.

    >>> _infer_type([1, None])
    ArrayType(LongType(), True)
    """
    options = (
        infer_dict_as_struct,
        infer_array_from_first_element,
        infer_map_from_first_pair,
        prefer_timestamp_ntz,
    )
    if obj is None:
        return t.NullType()
    if hasattr(obj, "__UDT__"):
        return obj.__UDT__
    kind = type(obj)
    if kind is datetime.datetime and prefer_timestamp_ntz and obj.tzinfo is None:
        return t.TimestampNTZType()
    if kind is Decimal:
        return t.DecimalType(38, 18)
    if isinstance(obj, t.Geography):
        return t.GeographyType(obj.getSrid())
    if isinstance(obj, t.Geometry):
        return t.GeometryType(obj.getSrid())
    if kind in _type_mappings:
        return _type_mappings[kind]()
    if isinstance(obj, dict):
        return _infer_dict(obj, options)
    if isinstance(obj, list):
        if not obj:
            return t.ArrayType(t.NullType(), True)
        values = obj[:1] if infer_array_from_first_element else obj
        return t.ArrayType(reduce(_merge_type, (_infer_type(value, *options) for value in values)), True)
    if isinstance(obj, array):
        if obj.typecode in _array_type_mappings:
            return t.ArrayType(_array_type_mappings[obj.typecode](), False)
        raise _unsupported(f"array({obj.typecode})")
    try:
        return _infer_schema(obj, None, *options)
    except TypeError:
        raise _unsupported(type(obj).__name__) from None


def _unsupported(name: str) -> PySparkTypeError:
    return PySparkTypeError(errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": name})


def _infer_dict(obj: dict, options: Tuple[bool, ...]) -> t.DataType:
    infer_dict_as_struct, _, infer_map_from_first_pair, _ = options
    if infer_dict_as_struct:
        struct = t.StructType()
        for key, value in obj.items():
            if key is not None and value is not None:
                struct.add(key, _infer_type(value, *options), True)
        return struct
    key_type: t.DataType = t.NullType()
    value_type: t.DataType = t.NullType()
    for key, value in obj.items():
        if infer_map_from_first_pair:
            if key is not None and value is not None:
                return t.MapType(_infer_type(key, *options), _infer_type(value, *options), True)
            continue
        if key is not None:
            key_type = _merge_type(key_type, _infer_type(key, *options))
        if value is not None:
            value_type = _merge_type(value_type, _infer_type(value, *options))
    return t.MapType(key_type, value_type, True)


def _infer_schema(
    row: Any,
    names: Optional[List[str]] = None,
    infer_dict_as_struct: bool = False,
    infer_array_from_first_element: bool = False,
    infer_map_from_first_pair: bool = False,
    prefer_timestamp_ntz: bool = False,
) -> t.StructType:
    """The type of a row: a dictionary, a tuple (perhaps with names), a list or an object.

    `names` is filled up with ``_1``, ``_2`` ... where a row is longer.
    """
    if isinstance(row, dict):
        items = sorted(row.items())
    elif isinstance(row, (tuple, list)):
        if hasattr(row, "__fields__"):
            items = list(zip(row.__fields__, tuple(row)))
        elif hasattr(row, "_fields"):
            items = list(zip(row._fields, tuple(row)))
        else:
            if names is None:
                names = []
            names.extend(f"_{i}" for i in range(len(names) + 1, len(row) + 1))
            items = list(zip(names, row))
    elif hasattr(row, "__dict__"):
        items = sorted(row.__dict__.items())
    else:
        raise PySparkTypeError(
            errorClass="CANNOT_INFER_SCHEMA_FOR_TYPE", messageParameters={"data_type": type(row).__name__}
        )
    fields = []
    for name, value in items:
        try:
            kind = _infer_type(
                value,
                infer_dict_as_struct,
                infer_array_from_first_element,
                infer_map_from_first_pair,
                prefer_timestamp_ntz,
            )
        except TypeError:
            raise PySparkTypeError(
                errorClass="CANNOT_INFER_TYPE_FOR_FIELD", messageParameters={"field_name": name}
            ) from None
        fields.append(t.StructField(name, kind, True))
    return t.StructType(fields)


def _has_type(dt: t.DataType, dts: Union[type, Tuple[type, ...]]) -> bool:
    """Whether a type of these kinds is, or is inside, `dt`."""
    if isinstance(dt, dts):
        return True
    if isinstance(dt, t.StructType):
        return any(_has_type(field.dataType, dts) for field in dt.fields)
    if isinstance(dt, t.ArrayType):
        return _has_type(dt.elementType, dts)
    if isinstance(dt, t.MapType):
        return _has_type(dt.keyType, dts) or _has_type(dt.valueType, dts)
    return False


def _has_nulltype(dt: t.DataType) -> bool:
    """Whether some type in `dt` is still unknown."""
    return _has_type(dt, t.NullType)


def _merge_type(a: t.DataType, b: t.DataType, name: Optional[str] = None) -> Any:
    """The type that holds values of both.

    >>> _merge_type(t.NullType(), t.LongType())
    LongType()

    Raises
    ------
    PySparkTypeError
        when there is none
    """
    if isinstance(a, t.NullType):
        return b
    if isinstance(b, t.NullType):
        return a
    if {type(a), type(b)} == {t.TimestampType, t.TimestampNTZType}:
        return t.TimestampType()
    for kind in (t.GeometryType, t.GeographyType):
        if isinstance(a, kind) and isinstance(b, kind) and a.srid != b.srid:
            return kind("ANY")
    if isinstance(a, t.AtomicType) and isinstance(b, t.StringType):
        return b
    if isinstance(a, t.StringType) and isinstance(b, t.AtomicType):
        return a
    if type(a) is not type(b):
        raise PySparkTypeError(
            errorClass="CANNOT_MERGE_TYPE",
            messageParameters={"data_type1": type(a).__name__, "data_type2": type(b).__name__},
        )
    if isinstance(a, t.StructType):
        others = {field.name: field.dataType for field in b.fields}
        fields = [
            t.StructField(field.name, _merge_type(field.dataType, others.pop(field.name, t.NullType())))
            for field in a.fields
        ]
        fields.extend(t.StructField(field_name, kind) for field_name, kind in others.items())
        return t.StructType(fields)
    if isinstance(a, t.ArrayType):
        return t.ArrayType(_merge_type(a.elementType, b.elementType), True)
    if isinstance(a, t.MapType):
        return t.MapType(_merge_type(a.keyType, b.keyType), _merge_type(a.valueType, b.valueType), True)
    return a


def _create_converter(dataType: t.DataType) -> Any:
    """A function that turns rows of any kind (objects, dictionaries, numpy values) into plain values."""
    if isinstance(dataType, t.StructType):
        names = dataType.names
        converters = [_create_converter(field.dataType) for field in dataType.fields]

        def convert_row(row: Any) -> Any:
            if row is None:
                return None
            if isinstance(row, dict):
                values = [row.get(name) for name in names]
            elif isinstance(row, (tuple, list)):
                values = row
            elif hasattr(row, "__dict__"):
                values = [row.__dict__.get(name) for name in names]
            else:
                raise _unsupported(type(row).__name__)
            return tuple(convert(value) for convert, value in zip(converters, values))

        return convert_row
    if isinstance(dataType, t.ArrayType):
        element = _create_converter(dataType.elementType)
        return lambda values: [element(value) for value in values] if _is_sequence(values) else values
    if isinstance(dataType, t.MapType):
        key, value = _create_converter(dataType.keyType), _create_converter(dataType.valueType)
        return lambda pairs: None if pairs is None else {key(k): value(v) for k, v in pairs.items()}
    if isinstance(dataType, t.NullType):
        return lambda value: None
    if isinstance(dataType, (t.StringType, t.CharType, t.VarcharType)):
        return _text
    return _plain


def _text(value: Any) -> Any:
    """A value in a column of texts, as Python writes it; functions' results are written as Java does (``worker``)."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_sequence(value: Any) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, (str, dict))


def _plain(value: Any) -> Any:
    """A scalar as the extension takes it."""
    if type(value).__module__ == "numpy":
        value = value.item()
    if isinstance(value, int) and type(value) not in (int, bool):
        return int(value)
    return value
