# SPDX-License-Identifier: Apache-2.0
"""Data types, as ``pyspark.sql.types`` has them.

Types without parameters are singletons.  A type knows how it is written (``simpleString`` for
people, ``json`` for machines) and, for code that moves values by itself, how a Python value becomes
Spark's internal one and back (``toInternal``, ``fromInternal``); the fast way to and from rows is
the C extension's and does not come through here.

Beside this file: ``row.py`` (Row), ``inference.py`` (types from values), ``verify.py`` (values
against types), ``variant.py`` (VariantVal); their names can be had from here as well.
"""

from __future__ import annotations

import datetime
import re

from roost.errors.base import (
    IllegalArgumentException,
    PySparkIndexError,
    PySparkKeyError,
    PySparkNotImplementedError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)
from roost.sql.row import Row, _create_row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Union

__all__ = [
    "DataType",
    "NullType",
    "CharType",
    "StringType",
    "VarcharType",
    "BinaryType",
    "BooleanType",
    "DateType",
    "TimeType",
    "TimestampType",
    "TimestampNTZType",
    "DecimalType",
    "DoubleType",
    "Geography",
    "Geometry",
    "FloatType",
    "ByteType",
    "IntegerType",
    "LongType",
    "DayTimeIntervalType",
    "YearMonthIntervalType",
    "CalendarIntervalType",
    "Row",
    "ShortType",
    "ArrayType",
    "MapType",
    "StructField",
    "StructType",
    "VariantType",
    "VariantVal",
    "GeographyType",
    "GeometryType",
]

_UNLIMITED = 2**31 - 1
_COLLATIONS_METADATA_KEY = "__COLLATIONS"
_EPOCH_ORDINAL = 719163  # datetime.date(1970, 1, 1).toordinal()


class DataType:
    """Root of all data types."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, self.__class__) and self.__dict__ == other.__dict__

    def __ne__(self, other: Any) -> bool:
        return not self.__eq__(other)

    @classmethod
    def typeName(cls) -> str:
        """The name of this kind of type: ``integer``, ``array``."""
        return cls.__name__[:-4].lower()

    def simpleString(self) -> str:
        """The type as SQL writes it."""
        return self.typeName()

    def jsonValue(self) -> Union[str, Dict[str, Any]]:
        """The type as plain Python values, ready for JSON."""
        return self.typeName()

    def json(self) -> str:
        """The type as Spark's JSON."""
        import json

        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def needConversion(self) -> bool:
        """Whether Python values of this type differ from Spark's internal ones."""
        return False

    def toInternal(self, obj: Any) -> Any:
        """The internal value of a Python value."""
        return obj

    def fromInternal(self, obj: Any) -> Any:
        """The Python value of an internal value."""
        return obj

    @classmethod
    def fromDDL(cls, ddl: str) -> DataType:
        """Read a type from SQL text; a list of columns gives a struct.

        Parameters
        ----------
        ddl : str
            such as ``"decimal(10,2)"`` or ``"id bigint, name string"``

        Raises
        ------
        ParseException
            when the text is no type
        """
        return _parse_datatype_string(ddl)

    def _as_nullable(self) -> DataType:
        return self

    def _tree_name(self) -> str:
        """How printSchema names the type."""
        return self.typeName()

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        """The lines of printSchema below this type, `depth` levels at most."""
        return iter(())


class DataTypeSingleton(type):
    """Metaclass of types without parameters: there is one object of each."""

    _instances: Dict[type, DataType] = {}

    def __call__(cls) -> Any:
        found = cls._instances.get(cls)
        if found is None:
            found = cls._instances[cls] = super().__call__()
        return found


class NullType(DataType, metaclass=DataTypeSingleton):
    """The type of None alone."""

    @classmethod
    def typeName(cls) -> str:
        return "void"


class AtomicType(DataType):
    """Types that are not made of others."""


class NumericType(AtomicType):
    """Numbers."""


class IntegralType(NumericType, metaclass=DataTypeSingleton):
    """Whole numbers."""


class FractionalType(NumericType):
    """Numbers with a fraction."""


class StringType(AtomicType):
    """Text.

    Parameters
    ----------
    collation : str
        how texts are compared; bytes of UTF-8 by default
    """

    providerSpark = "spark"
    providerICU = "icu"
    providers = [providerSpark, providerICU]

    def __init__(self, collation: str = "UTF8_BINARY") -> None:
        self.collation = collation

    @classmethod
    def collationProvider(cls, collationName: str) -> str:
        """Who implements a collation: ``spark`` or ``icu``."""
        return cls.providerSpark if collationName.startswith("UTF8") else cls.providerICU

    def isUTF8BinaryCollation(self) -> bool:
        """Whether texts are compared by their bytes."""
        return self.collation == "UTF8_BINARY"

    def simpleString(self) -> str:
        return "string" if self.isUTF8BinaryCollation() else f"string collate {self.collation}"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return "StringType()" if self.isUTF8BinaryCollation() else f"StringType('{self.collation}')"


class _LengthType(AtomicType):
    """What char and varchar share: a maximum number of characters."""

    def __init__(self, length: int) -> None:
        self.length = length

    def simpleString(self) -> str:
        return f"{self.typeName()}({self.length})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.length})"

    def _tree_name(self) -> str:
        return self.simpleString()


class CharType(_LengthType):
    """Text of exactly `length` characters, filled up with spaces."""


class VarcharType(_LengthType):
    """Text of at most `length` characters."""


class BinaryType(AtomicType, metaclass=DataTypeSingleton):
    """Bytes."""


class BooleanType(AtomicType, metaclass=DataTypeSingleton):
    """True or false."""


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


class DecimalType(FractionalType):
    """Decimal numbers of fixed precision.

    Parameters
    ----------
    precision : int
        digits in all, 38 at most
    scale : int
        digits after the point
    """

    def __init__(self, precision: int = 10, scale: int = 0) -> None:
        self.precision = precision
        self.scale = scale
        self.hasPrecisionInfo = True

    def simpleString(self) -> str:
        return f"decimal({self.precision},{self.scale})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"DecimalType({self.precision},{self.scale})"

    def _tree_name(self) -> str:
        return self.simpleString()


class DoubleType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point numbers of 64 bits."""


class FloatType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point numbers of 32 bits."""


class ByteType(IntegralType):
    """Whole numbers of 8 bits."""

    def simpleString(self) -> str:
        return "tinyint"


class IntegerType(IntegralType):
    """Whole numbers of 32 bits."""

    def simpleString(self) -> str:
        return "int"


class LongType(IntegralType):
    """Whole numbers of 64 bits."""

    def simpleString(self) -> str:
        return "bigint"


class ShortType(IntegralType):
    """Whole numbers of 16 bits."""

    def simpleString(self) -> str:
        return "smallint"


class SpatialType(AtomicType):
    """Shapes in a coordinate system."""

    MIXED_SRID = -1
    MIXED_CRS = "SRID:ANY"
    DEFAULT_CRS = "OGC:CRS84"
    DEFAULT_SRID = 4326
    _SYSTEMS: Dict[int, str] = {}  # the coordinate systems that Spark knows: number and name

    def __init__(self, srid: Union[int, str]) -> None:
        if srid == "ANY":
            self.srid, self._crs = self.MIXED_SRID, self.MIXED_CRS
        elif isinstance(srid, int) and srid in self._SYSTEMS:
            self.srid, self._crs = srid, self._SYSTEMS[srid]
        else:
            raise IllegalArgumentException(
                errorClass="ST_INVALID_SRID_VALUE", messageParameters={"srid": str(srid)}
            )

    @classmethod
    def _of_crs(cls, crs: str) -> Any:
        if crs.lower() == cls.MIXED_CRS.lower():
            return cls("ANY")
        for srid, name in cls._SYSTEMS.items():
            if name == crs:
                return cls(srid)
        raise IllegalArgumentException(errorClass="ST_INVALID_CRS_VALUE", messageParameters={"crs": str(crs)})

    def simpleString(self) -> str:
        return f"{self.typeName()}({'any' if self.srid == self.MIXED_SRID else self.srid})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'ANY' if self.srid == self.MIXED_SRID else self.srid})"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        return None if obj is None else {"srid": obj.srid, "wkb": obj.wkb}


class GeographyType(SpatialType):
    """Shapes on the globe."""

    DEFAULT_ALG = "SPHERICAL"
    _SYSTEMS = {4326: "OGC:CRS84"}

    def __init__(self, srid: Union[int, str]) -> None:
        super().__init__(srid)
        self._alg = self.DEFAULT_ALG

    @classmethod
    def _from_crs(cls, crs: str, alg: str) -> GeographyType:
        if alg != cls.DEFAULT_ALG:
            raise IllegalArgumentException(
                errorClass="ST_INVALID_ALGORITHM_VALUE", messageParameters={"alg": str(alg)}
            )
        return cls._of_crs(crs)

    def jsonValue(self) -> str:
        return f"geography({self._crs}, {self._alg})"

    def fromInternal(self, obj: Any) -> Optional[Geography]:
        if obj is None or "srid" not in obj or "bytes" not in obj:
            return None
        return Geography(obj["bytes"], obj["srid"])


class GeometryType(SpatialType):
    """Shapes on a plane."""

    _SYSTEMS = {0: "SRID:0", 3857: "EPSG:3857", 4326: "OGC:CRS84"}

    @classmethod
    def _from_crs(cls, crs: str) -> GeometryType:
        return cls._of_crs(crs)

    def jsonValue(self) -> str:
        return f"geometry({self._crs})"

    def fromInternal(self, obj: Any) -> Optional[Geometry]:
        if obj is None or "srid" not in obj or "bytes" not in obj:
            return None
        return Geometry(obj["bytes"], obj["srid"])


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


class _WithoutPythonValue(DataType):
    """Types whose values Python has no class for."""

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"{type(self).__name__}.toInternal"}
        )

    def fromInternal(self, obj: Any) -> Any:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"{type(self).__name__}.fromInternal"}
        )


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


class ArrayType(DataType):
    """Lists.

    Parameters
    ----------
    elementType : DataType
    containsNull : bool
        whether elements can be None
    """

    def __init__(self, elementType: DataType, containsNull: bool = True) -> None:
        assert isinstance(elementType, DataType), "elementType %s should be an instance of %s" % (
            elementType,
            DataType,
        )
        self.elementType = elementType
        self.containsNull = containsNull

    def simpleString(self) -> str:
        return f"array<{self.elementType.simpleString()}>"

    def _as_nullable(self) -> ArrayType:
        return ArrayType(self.elementType._as_nullable(), True)

    def toNullable(self) -> ArrayType:
        """The same type where everything inside can be None."""
        return self._as_nullable()

    def __repr__(self) -> str:
        return f"ArrayType({self.elementType}, {self.containsNull})"

    def jsonValue(self) -> Dict[str, Any]:
        return {
            "type": self.typeName(),
            "elementType": self.elementType.jsonValue(),
            "containsNull": self.containsNull,
        }

    @classmethod
    def fromJson(
        cls, json: Dict[str, Any], fieldPath: str = "", collationsMap: Optional[Dict[str, str]] = None
    ) -> ArrayType:
        """Read the type from values as `jsonValue` makes them."""
        path = f"{fieldPath}.element" if fieldPath else "element"
        return ArrayType(_parse_datatype_json_value(json["elementType"], path, collationsMap), json["containsNull"])

    def needConversion(self) -> bool:
        return self.elementType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return obj and [self.elementType.toInternal(value) for value in obj] if self.needConversion() else obj

    def fromInternal(self, obj: Any) -> Any:
        return obj and [self.elementType.fromInternal(value) for value in obj] if self.needConversion() else obj

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        if depth > 0:
            contains = str(self.containsNull).lower()
            yield f"{prefix}-- element: {self.elementType._tree_name()} (containsNull = {contains})\n"
            yield from self.elementType._tree_lines(f"{prefix}    |", depth - 1)


class MapType(DataType):
    """Dictionaries.

    Parameters
    ----------
    keyType : DataType
        keys are never None
    valueType : DataType
    valueContainsNull : bool
        whether values can be None
    """

    def __init__(self, keyType: DataType, valueType: DataType, valueContainsNull: bool = True) -> None:
        assert isinstance(keyType, DataType), "keyType %s should be an instance of %s" % (keyType, DataType)
        assert isinstance(valueType, DataType), "valueType %s should be an instance of %s" % (valueType, DataType)
        self.keyType = keyType
        self.valueType = valueType
        self.valueContainsNull = valueContainsNull

    def simpleString(self) -> str:
        return f"map<{self.keyType.simpleString()},{self.valueType.simpleString()}>"

    def _as_nullable(self) -> MapType:
        return MapType(self.keyType._as_nullable(), self.valueType._as_nullable(), True)

    def toNullable(self) -> MapType:
        """The same type where everything inside but keys can be None."""
        return self._as_nullable()

    def __repr__(self) -> str:
        return f"MapType({self.keyType}, {self.valueType}, {self.valueContainsNull})"

    def jsonValue(self) -> Dict[str, Any]:
        return {
            "type": self.typeName(),
            "keyType": self.keyType.jsonValue(),
            "valueType": self.valueType.jsonValue(),
            "valueContainsNull": self.valueContainsNull,
        }

    @classmethod
    def fromJson(
        cls, json: Dict[str, Any], fieldPath: str = "", collationsMap: Optional[Dict[str, str]] = None
    ) -> MapType:
        """Read the type from values as `jsonValue` makes them."""
        before = f"{fieldPath}." if fieldPath else ""
        return MapType(
            _parse_datatype_json_value(json["keyType"], before + "key", collationsMap),
            _parse_datatype_json_value(json["valueType"], before + "value", collationsMap),
            json["valueContainsNull"],
        )

    def needConversion(self) -> bool:
        return self.keyType.needConversion() or self.valueType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return {self.keyType.toInternal(key): self.valueType.toInternal(value) for key, value in obj.items()}

    def fromInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return {self.keyType.fromInternal(key): self.valueType.fromInternal(value) for key, value in obj.items()}

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        if depth > 0:
            contains = str(self.valueContainsNull).lower()
            yield f"{prefix}-- key: {self.keyType._tree_name()}\n"
            yield from self.keyType._tree_lines(f"{prefix}    |", depth - 1)
            yield f"{prefix}-- value: {self.valueType._tree_name()} (valueContainsNull = {contains})\n"
            yield from self.valueType._tree_lines(f"{prefix}    |", depth - 1)


class StructField(DataType):
    """A column of a struct.

    Parameters
    ----------
    name : str
    dataType : DataType
    nullable : bool
        whether the value can be None
    metadata : dict, optional
        anything JSON can say
    """

    def __init__(
        self, name: str, dataType: DataType, nullable: bool = True, metadata: Optional[Dict[str, Any]] = None
    ) -> None:
        assert isinstance(dataType, DataType), "dataType %s should be an instance of %s" % (dataType, DataType)
        assert isinstance(name, str), "field name %s should be a string" % (name)
        self.name = name
        self.dataType = dataType
        self.nullable = nullable
        self.metadata = metadata or {}

    def simpleString(self) -> str:
        return f"{self.name}:{self.dataType.simpleString()}"

    def __repr__(self) -> str:
        return f"StructField('{self.name}', {self.dataType}, {self.nullable})"

    def jsonValue(self) -> Dict[str, Any]:
        collations = self.getCollationMetadata()
        if not collations:
            return {
                "name": self.name,
                "type": self.dataType.jsonValue(),
                "nullable": self.nullable,
                "metadata": self.metadata,
            }
        # Collations travel in the metadata, so that readers that know none see plain strings.
        return {
            "name": self.name,
            "type": _without_collations(self.dataType).jsonValue(),
            "nullable": self.nullable,
            "metadata": {**self.metadata, _COLLATIONS_METADATA_KEY: collations},
        }

    @classmethod
    def fromJson(cls, json: Dict[str, Any]) -> StructField:
        """Read the field from values as `jsonValue` makes them."""
        metadata = json.get("metadata")
        collations = cls.getCollationsMap(metadata)
        if collations:
            metadata = {key: value for key, value in metadata.items() if key != _COLLATIONS_METADATA_KEY}
        return StructField(
            json["name"],
            _parse_datatype_json_value(json["type"], json["name"], collations),
            json.get("nullable", True),
            metadata,
        )

    @staticmethod
    def getCollationsMap(metadata: Optional[Dict[str, Any]]) -> Dict[str, str]:
        """The collations that metadata names: the path inside the field, and the collation."""
        found = {}
        for path, value in ((metadata or {}).get(_COLLATIONS_METADATA_KEY) or {}).items():
            provider, name = value.split(".")
            if provider.lower() not in StringType.providers:
                raise PySparkValueError(
                    errorClass="COLLATION_INVALID_PROVIDER",
                    messageParameters={
                        "provider": provider,
                        "supportedProviders": ", ".join(StringType.providers),
                    },
                )
            found[path] = name
        return found

    def getCollationMetadata(self) -> Dict[str, str]:
        """The collations of the strings in this field, by path, as metadata names them."""
        found: Dict[str, str] = {}

        def visit(data_type: DataType, path: str) -> None:
            if isinstance(data_type, ArrayType):
                visit(data_type.elementType, f"{path}.element")
            elif isinstance(data_type, MapType):
                visit(data_type.keyType, f"{path}.key")
                visit(data_type.valueType, f"{path}.value")
            elif isinstance(data_type, StringType) and not data_type.isUTF8BinaryCollation():
                found[path] = self.schemaCollationValue(data_type)

        visit(self.dataType, self.name)
        return found

    def schemaCollationValue(self, dt: DataType) -> str:
        """A collation with its provider: ``icu.UNICODE``."""
        assert isinstance(dt, StringType)
        return f"{StringType.collationProvider(dt.collation)}.{dt.collation}"

    def needConversion(self) -> bool:
        return self.dataType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return self.dataType.toInternal(obj)

    def fromInternal(self, obj: Any) -> Any:
        return self.dataType.fromInternal(obj)

    def typeName(self) -> str:  # type: ignore[override]
        raise PySparkTypeError(errorClass="INVALID_TYPENAME_CALL", messageParameters={})

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        if depth > 0:
            nullable = str(self.nullable).lower()
            name = self.name.translate(_ESCAPES)
            yield f"{prefix}-- {name}: {self.dataType._tree_name()} (nullable = {nullable})\n"
            yield from self.dataType._tree_lines(f"{prefix}    |", depth - 1)


_ESCAPES = {
    10: "\\n",
    13: "\\r",
    9: "\\t",
    12: "\\f",
    8: "\\b",
    11: "\\v",
    7: "\\a",
}


def _without_collations(data_type: DataType) -> DataType:
    if isinstance(data_type, ArrayType):
        return ArrayType(_without_collations(data_type.elementType), data_type.containsNull)
    if isinstance(data_type, MapType):
        return MapType(
            _without_collations(data_type.keyType),
            _without_collations(data_type.valueType),
            data_type.valueContainsNull,
        )
    return StringType() if isinstance(data_type, StringType) else data_type


class StructType(DataType):
    """Rows: a list of fields.

    Parameters
    ----------
    fields : list of StructField, optional

    Examples
    --------
    >>> StructType([StructField("id", LongType(), False)]).simpleString()
    'struct<id:bigint>'
    """

    def __init__(self, fields: Optional[List[StructField]] = None) -> None:
        self.fields = fields if fields else []
        self.names = [field.name for field in self.fields]
        assert all(isinstance(field, StructField) for field in self.fields), (
            "fields should be a list of StructField"
        )

    def add(
        self,
        field: Union[str, StructField],
        data_type: Optional[Union[str, DataType]] = None,
        nullable: bool = True,
        metadata: Optional[Dict[str, Any]] = None,
    ) -> StructType:
        """Add a field, given whole or by its parts, and return this struct.

        >>> StructType().add("id", "long", False).add("name", StringType())
        StructType([StructField('id', LongType(), False), StructField('name', StringType(), True)])
        """
        if not isinstance(field, StructField):
            if data_type is None:
                raise PySparkValueError(
                    errorClass="ARGUMENT_REQUIRED",
                    messageParameters={
                        "arg_name": "data_type",
                        "condition": "passing name of struct_field to create",
                    },
                )
            if isinstance(data_type, str):
                data_type = _parse_datatype_json_value(data_type)
            field = StructField(field, data_type, nullable, metadata)
        self.fields.append(field)
        self.names.append(field.name)
        return self

    def __iter__(self) -> Iterator[StructField]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            for field in self.fields:
                if field.name == key:
                    return field
            raise PySparkKeyError(errorClass="KEY_NOT_EXISTS", messageParameters={"key": key})
        if isinstance(key, int):
            try:
                return self.fields[key]
            except IndexError:
                raise PySparkIndexError(
                    errorClass="INDEX_OUT_OF_RANGE",
                    messageParameters={"arg_name": "StructType", "index": str(key)},
                ) from None
        if isinstance(key, slice):
            return StructType(self.fields[key])
        raise PySparkTypeError(
            errorClass="NOT_INT_OR_SLICE_OR_STR",
            messageParameters={"arg_name": "key", "arg_type": type(key).__name__},
        )

    def simpleString(self) -> str:
        return "struct<%s>" % ",".join(field.simpleString() for field in self.fields)

    def _as_nullable(self) -> StructType:
        return StructType(
            [StructField(f.name, f.dataType._as_nullable(), True, f.metadata) for f in self.fields]
        )

    def toNullable(self) -> StructType:
        """The same type where everything can be None."""
        return self._as_nullable()

    def __repr__(self) -> str:
        return "StructType([%s])" % ", ".join(str(field) for field in self.fields)

    def jsonValue(self) -> Dict[str, Any]:
        return {"type": self.typeName(), "fields": [field.jsonValue() for field in self.fields]}

    @classmethod
    def fromJson(cls, json: Dict[str, Any]) -> StructType:
        """Read the struct from values as `jsonValue` makes them."""
        return StructType([StructField.fromJson(field) for field in json["fields"]])

    def fieldNames(self) -> List[str]:
        """The names of the fields.

        >>> StructType().add("id", "long").fieldNames()
        ['id']
        """
        return list(self.names)

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        if obj is None:
            return None
        if isinstance(obj, dict):
            values = [obj.get(name) for name in self.names]
        elif isinstance(obj, (tuple, list)):
            values = obj
        elif hasattr(obj, "__dict__") and not isinstance(obj, _variant_class()):
            values = [obj.__dict__.get(name) for name in self.names]
        else:
            raise PySparkValueError(
                errorClass="UNEXPECTED_TUPLE_WITH_STRUCT", messageParameters={"tuple": str(obj)}
            )
        return tuple(field.toInternal(value) for field, value in zip(self.fields, values))

    def fromInternal(self, obj: Any) -> Any:
        if obj is None or isinstance(obj, Row):
            return obj
        return _create_row(self.names, [field.fromInternal(value) for field, value in zip(self.fields, obj)])

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        for field in self.fields:
            yield from field._tree_lines(prefix, depth)

    def treeString(self, maxDepth: int = _UNLIMITED) -> str:
        """What printSchema prints.

        >>> print(StructType().add("a", "integer").treeString(), end="")
        root
         |-- a: integer (nullable = true)
        """
        return "root\n" + "".join(self._tree_lines(" |", maxDepth if maxDepth > 0 else _UNLIMITED))

    def toDDL(self) -> str:
        """The fields as a column list of SQL."""
        from roost.sql.session import SparkSession

        return SparkSession._required()._to_ddl(self)


class VariantType(AtomicType):
    """Values whose structure is only known when they are read."""

    def needConversion(self) -> bool:
        return True

    def fromInternal(self, obj: Any) -> Any:
        if obj is None or "value" not in obj or "metadata" not in obj:
            return None
        return _variant_class()(obj["value"], obj["metadata"])

    def toInternal(self, variant: Any) -> Any:
        if variant is None:
            return None
        assert isinstance(variant, _variant_class())
        return {"value": variant.value, "metadata": variant.metadata}


def _variant_class() -> Any:
    from roost.sql.variant import VariantVal

    return VariantVal


class UserDefinedType(DataType):
    """A class of the user's that is stored as another type.

    A subclass says what it is stored as (`sqlType`), where it is found (`module`) and how values
    are turned into that and back (`serialize`, `deserialize`).
    """

    @classmethod
    def typeName(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def sqlType(cls) -> DataType:
        """The type that values are stored as."""
        raise _left_out("sqlType()")

    @classmethod
    def module(cls) -> str:
        """The Python module that defines the type."""
        raise _left_out("module()")

    @classmethod
    def scalaUDT(cls) -> str:
        """Name of a paired Scala class; empty when there is none."""
        return ""

    def needConversion(self) -> bool:
        return True

    @classmethod
    def _cachedSqlType(cls) -> DataType:
        if "_cached_sql_type" not in cls.__dict__:
            cls._cached_sql_type = cls.sqlType()
        return cls._cached_sql_type

    def toInternal(self, obj: Any) -> Any:
        return None if obj is None else self._cachedSqlType().toInternal(self.serialize(obj))

    def fromInternal(self, obj: Any) -> Any:
        value = self._cachedSqlType().fromInternal(obj)
        return None if value is None else self.deserialize(value)

    def serialize(self, obj: Any) -> Any:
        """The value as `sqlType` stores it."""
        raise _left_out("toInternal()")

    def deserialize(self, datum: Any) -> Any:
        """The value again."""
        raise _left_out("fromInternal()")

    def simpleString(self) -> str:
        return "udt"

    def jsonValue(self) -> Dict[str, Any]:
        found = {
            "type": "udt",
            "pyClass": f"{self.module()}.{type(self).__name__}",
            "sqlType": self.sqlType().jsonValue(),
        }
        if self.scalaUDT():
            assert self.module() != "__main__", "UDT in __main__ cannot work with ScalaUDT"
            found["class"] = self.scalaUDT()
        else:
            import base64
            import pickle

            found["serializedClass"] = base64.b64encode(pickle.dumps(type(self))).decode("utf8")
        return found

    @classmethod
    def fromJson(cls, json: Dict[str, Any]) -> UserDefinedType:
        """Find the class that `jsonValue` named."""
        import importlib

        module, _, name = str(json["pyClass"]).rpartition(".")
        return getattr(importlib.import_module(module), name)()

    def __eq__(self, other: Any) -> bool:
        return type(self) is type(other)

    __hash__ = DataType.__hash__


def _left_out(what: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": what})


class _Shape:
    """A geographic or geometric value: well-known binary and the number of its coordinate system."""

    def __init__(self, wkb: bytes, srid: int) -> None:
        self.wkb = wkb
        self.srid = srid

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.wkb!r}, {self.srid})"

    def __eq__(self, other: Any) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.wkb == other.wkb and self.srid == other.srid

    def getSrid(self) -> int:
        """The number of the coordinate system."""
        return self.srid

    def getBytes(self) -> bytes:
        """The well-known binary."""
        return self.wkb

    @classmethod
    def fromWKB(cls, wkb: bytes, srid: int) -> Any:
        """The value of a well-known binary."""
        return cls(wkb, srid)


class Geography(_Shape):
    """A shape on the globe."""


class Geometry(_Shape):
    """A shape on a plane."""


_all_complex_types = {"array": ArrayType, "map": MapType, "struct": StructType}
_all_mappable_types = {
    "string": StringType,
    "binary": BinaryType,
    "boolean": BooleanType,
    "decimal": DecimalType,
    "float": FloatType,
    "double": DoubleType,
    "byte": ByteType,
    "short": ShortType,
    "integer": IntegerType,
    "long": LongType,
    "date": DateType,
    "timestamp": TimestampType,
    "timestamp_ntz": TimestampNTZType,
    "void": NullType,
    "variant": VariantType,
    "interval": CalendarIntervalType,
}


def _interval(kind: type, first: str, last: Optional[str]) -> DataType:
    numbers = kind._inverted_fields
    return kind(numbers[first], numbers[last] if last else None)


# Types with parameters as JSON names them: the pattern, and the type of what it finds.
_PARAMETERISED = [
    (r"decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)", lambda p, s: DecimalType(int(p), int(s))),
    (r"time\(\s*(\d+)\s*\)", lambda p: TimeType(int(p))),
    (
        r"interval (day|hour|minute|second)(?: to (day|hour|minute|second))?",
        lambda first, last: _interval(DayTimeIntervalType, first, last),
    ),
    (
        r"interval (year|month)(?: to (year|month))?",
        lambda first, last: _interval(YearMonthIntervalType, first, last),
    ),
    (r"string\s+collate\s+(\w+)", StringType),
    (r"char\(\s*(\d+)\s*\)", lambda n: CharType(int(n))),
    (r"varchar\(\s*(\d+)\s*\)", lambda n: VarcharType(int(n))),
    (r"geometry(?:\(\s*(\w+:-?\w+)\s*\))?", lambda crs: GeometryType._from_crs(crs or SpatialType.DEFAULT_CRS)),
    (
        r"geography(?:\(\s*(\w+:-?\w+)?(?:\s*,\s*)?(\w+)?\s*\))?",
        lambda crs, alg: GeographyType._from_crs(
            crs or SpatialType.DEFAULT_CRS, alg or GeographyType.DEFAULT_ALG
        ),
    ),
]


def _parse_datatype_json_string(json_string: str) -> DataType:
    """Read a type from Spark's JSON.

    >>> _parse_datatype_json_string('{"type":"array","elementType":"long","containsNull":false}')
    ArrayType(LongType(), False)
    """
    import json

    return _parse_datatype_json_value(json.loads(json_string))


def _parse_datatype_json_value(
    json_value: Any, fieldPath: str = "", collationsMap: Optional[Dict[str, str]] = None
) -> DataType:
    """Read a type from the plain values that Spark's JSON holds."""
    collation = (collationsMap or {}).get(fieldPath)
    kind = json_value["type"] if isinstance(json_value, dict) else json_value
    if collation is not None:
        if kind != "string":
            raise PySparkTypeError(
                errorClass="INVALID_JSON_DATA_TYPE_FOR_COLLATIONS", messageParameters={"jsonType": str(kind)}
            )
        return StringType(collation)
    if isinstance(json_value, dict):
        if kind == "struct":
            return StructType.fromJson(json_value)
        if kind in _all_complex_types:
            return _all_complex_types[kind].fromJson(json_value, fieldPath, collationsMap)
        if kind == "udt":
            return UserDefinedType.fromJson(json_value)
        raise PySparkValueError(errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": str(kind)})
    if kind in _all_mappable_types:
        return _all_mappable_types[kind]()
    for pattern, make in _PARAMETERISED:
        match = re.fullmatch(pattern, kind)
        if match:
            return make(*match.groups())
    raise PySparkValueError(errorClass="CANNOT_PARSE_DATATYPE", messageParameters={"msg": str(json_value)})


def _parse_datatype_string(s: str) -> DataType:
    """Read a type or a list of columns from SQL text; the engine's parser does it."""
    from roost.sql.session import SparkSession

    return SparkSession._required()._parse_ddl(s)


# What lives in files of its own but is looked for here.
_ELSEWHERE = {
    "VariantVal": "roost.sql.variant",
    "_infer_type": "roost.sql.inference",
    "_infer_schema": "roost.sql.inference",
    "_merge_type": "roost.sql.inference",
    "_has_nulltype": "roost.sql.inference",
    "_has_type": "roost.sql.inference",
    "_create_converter": "roost.sql.inference",
    "_array_type_mappings": "roost.sql.inference",
    "_make_type_verifier": "roost.sql.verify",
    "_acceptable_types": "roost.sql.verify",
    "_from_numpy_type": "roost.sql.inference",
}


def __getattr__(name: str) -> Any:
    home = _ELSEWHERE.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
