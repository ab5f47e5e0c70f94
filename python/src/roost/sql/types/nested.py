# SPDX-License-Identifier: Apache-2.0
"""Types that are made of others: lists, dictionaries, rows; and variants, which say it only by their values."""

from __future__ import annotations

from roost.errors.base import (
    PySparkIndexError,
    PySparkKeyError,
    PySparkTypeError,
    PySparkValueError,
)
from roost.sql.row import Row, _create_row
from roost.sql.types.atomic import StringType
from roost.sql.types.base import AtomicType, DataType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Union


_UNLIMITED = 2**31 - 1
_COLLATIONS_METADATA_KEY = "__COLLATIONS"


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
        from roost.sql.types.parse import _parse_datatype_json_value

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
        from roost.sql.types.parse import _parse_datatype_json_value

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
        from roost.sql.types.parse import _parse_datatype_json_value

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
                from roost.sql.types.parse import _parse_datatype_json_value

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
