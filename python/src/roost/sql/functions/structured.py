# SPDX-License-Identifier: Apache-2.0
"""JSON, CSV, XML and variants.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.errors.base import PySparkValueError
from roost.sql.functions.base import given, options_column, plain, schema_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Optional, Union

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "get_json_object",
    "json_array_length",
    "json_object_keys",
    "is_variant_null",
    "parse_json",
    "schema_of_variant",
    "schema_of_variant_agg",
    "try_parse_json",
    "to_variant_object",
    "xpath",
    "xpath_boolean",
    "xpath_double",
    "xpath_float",
    "xpath_int",
    "xpath_long",
    "xpath_number",
    "xpath_short",
    "xpath_string",
    "from_json",
    "from_xml",
    "from_csv",
    "schema_of_json",
    "schema_of_csv",
    "schema_of_xml",
    "to_json",
    "to_csv",
    "to_xml",
    "json_tuple",
    "variant_get",
    "try_variant_get",
]


def get_json_object(col: ColumnOrName, path: str) -> Column:
    """The part of a JSON text that a path leads to, as text."""
    return call("get_json_object", col, lit(path))


def json_array_length(col: ColumnOrName) -> Column:
    """How many elements a JSON array has."""
    return call("json_array_length", col)


def json_object_keys(col: ColumnOrName) -> Column:
    """The keys of a JSON object as an array."""
    return call("json_object_keys", col)


def is_variant_null(v: ColumnOrName) -> Column:
    """Whether a variant is JSON's null."""
    return call("is_variant_null", v)


def parse_json(col: ColumnOrName) -> Column:
    """The variant of a JSON text."""
    return call("parse_json", col)


def schema_of_variant(v: ColumnOrName) -> Column:
    """The type of a variant, as SQL writes it."""
    return call("schema_of_variant", v)


def schema_of_variant_agg(v: ColumnOrName) -> Column:
    """The type that holds all variants of the group, as SQL writes it."""
    return call("schema_of_variant_agg", v)


def try_parse_json(col: ColumnOrName) -> Column:
    """As `parse_json`, or null where the text is none."""
    return call("try_parse_json", col)


def to_variant_object(col: ColumnOrName) -> Column:
    """The nested value as a variant, structs as objects."""
    return call("to_variant_object", col)


def xpath(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The texts that an XPath selects, as an array."""
    return call("xpath", xml, path)


def xpath_boolean(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """Whether an XPath is true or selects a node."""
    return call("xpath_boolean", xml, path)


def xpath_double(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath gives, as a double."""
    return call("xpath_double", xml, path)


def xpath_float(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath gives, as a float."""
    return call("xpath_float", xml, path)


def xpath_int(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath gives, as an integer."""
    return call("xpath_int", xml, path)


def xpath_long(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath gives, as a long."""
    return call("xpath_long", xml, path)


def xpath_number(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath gives, as a double."""
    return call("xpath_number", xml, path)


def xpath_short(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath gives, as a short."""
    return call("xpath_short", xml, path)


def xpath_string(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The text of the first node that an XPath selects."""
    return call("xpath_string", xml, path)


def from_json(
    col: ColumnOrName, schema: Any, options: Optional[Mapping[str, str]] = None
) -> Column:
    """The value of a JSON text.

    Parameters
    ----------
    col : Column or str
    schema : DataType, str or Column
        the type to read, as an object or as text
    options : dict, optional
        as for reading JSON files
    """
    return given("from_json", col, schema_column(schema, "NOT_COLUMN_OR_DATATYPE_OR_STR"), options_column(options))


def from_xml(
    col: ColumnOrName, schema: Any, options: Optional[Mapping[str, str]] = None
) -> Column:
    """The value of an XML text; see `from_json`."""
    return given("from_xml", col, schema_column(schema, "NOT_COLUMN_OR_STR_OR_STRUCT"), options_column(options))


def from_csv(
    col: ColumnOrName, schema: Union[Column, str], options: Optional[Mapping[str, str]] = None
) -> Column:
    """The struct of a line of CSV; see `from_json`."""
    return given("from_csv", col, plain(schema, "schema"), options_column(options))


def schema_of_json(json: Union[Column, str], options: Optional[Mapping[str, str]] = None) -> Column:
    """The type of a JSON text, as SQL writes it."""
    return given("schema_of_json", plain(json, "json"), options_column(options))


def schema_of_csv(csv: Union[Column, str], options: Optional[Mapping[str, str]] = None) -> Column:
    """The type of a line of CSV, as SQL writes it."""
    return given("schema_of_csv", plain(csv, "csv"), options_column(options))


def schema_of_xml(xml: Union[Column, str], options: Optional[Mapping[str, str]] = None) -> Column:
    """The type of an XML text, as SQL writes it."""
    return given("schema_of_xml", plain(xml, "xml"), options_column(options))


def to_json(col: ColumnOrName, options: Optional[Mapping[str, str]] = None) -> Column:
    """The value as a JSON text."""
    return given("to_json", col, options_column(options))


def to_csv(col: ColumnOrName, options: Optional[Mapping[str, str]] = None) -> Column:
    """The struct as a line of CSV."""
    return given("to_csv", col, options_column(options))


def to_xml(col: ColumnOrName, options: Optional[Mapping[str, str]] = None) -> Column:
    """The struct as an XML text."""
    return given("to_xml", col, options_column(options))


def json_tuple(col: ColumnOrName, *fields: str) -> Column:
    """Fields of a JSON object as columns of text."""
    if not fields:
        raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "field"})
    return call("json_tuple", col, *[lit(field) for field in fields])


def variant_get(v: ColumnOrName, path: Union[Column, str], targetType: str) -> Column:
    """The part of a variant that a path leads to, as a type."""
    return call("variant_get", v, plain(path, "path"), lit(targetType))


def try_variant_get(v: ColumnOrName, path: Union[Column, str], targetType: str) -> Column:
    """As `variant_get`, or null where it is no such type."""
    return call("try_variant_get", v, plain(path, "path"), lit(targetType))
