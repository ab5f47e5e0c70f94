# SPDX-License-Identifier: Apache-2.0
"""The text of a Column, for people: ``repr(col("a") + 1)`` is ``Column<'+(a, 1)'>``.

Reads the encoded expression back.  It runs only when somebody looks, so that building columns
costs nothing for it.
"""

from __future__ import annotations

import struct

from roost._core import Schema, unpack
from roost.sql.java_text import java_double

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List

    from roost.sql.types import DataType, StructField

# Functions whose names Spark shows otherwise.
_SHOWN = {"==": "=", "not": "!", "startsWith": "startswith", "endsWith": "endswith", "isnull": "isNull", "isnan": "isNaN"}
# Arguments that Spark adds where they are not given: how many there are with them, and the last ones.
_DEFAULTS = {
    "bround": (2, ["0"]),
    "round": (2, ["0"]),
    "lag": (4, ["1", "NULL", "false"]),
    "lead": (4, ["1", "NULL", "false"]),
    "mode": (2, ["false"]),
    "nth_value": (3, ["false"]),
}


def _parts(message: bytes) -> Dict[int, List[Any]]:
    found: Dict[int, List[Any]] = {}
    for field, value in unpack(message):
        found.setdefault(field, []).append(value)
    return found


def _signed(number: int) -> int:
    return number - 2**64 if number >= 2**63 else number


def _double(number: int) -> str:
    return java_double(struct.unpack("<d", number.to_bytes(8, "little"))[0])


def _micros(number: int) -> str:
    from roost.sql.types import TimestampType

    text = str(TimestampType().fromInternal(_signed(number)))
    return text if "." in text else text + ".0"


def _duration(micros: int) -> str:
    """As java.time.Duration writes it: PT24H3S, each part with its sign."""
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    seconds, rest = divmod(micros, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{sign}{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number]
    if seconds or rest or not parts:
        fraction = f".{rest:06d}".rstrip("0") if rest else ""
        parts.append(f"{sign}{seconds}{fraction}S")
    return "PT" + "".join(parts)


def _literal(body: bytes) -> str:
    field, value = unpack(body)[0]
    if field == 1:
        return "NULL"
    if field == 2:
        return "X'" + value.hex().upper() + "'"
    if field == 3:
        return "true" if value else "false"
    if field == 7:
        return f"{_signed(value)}L"
    if field == 11:
        return _double(value)
    if field == 12:
        return _parts(value)[1][0].decode()
    if field == 13:
        text = value.decode().replace("'", "\\'")
        return f"'{text}'"
    if field == 16:
        from roost.sql.types import DateType

        return str(DateType().fromInternal(_signed(value)))
    if field in (17, 18):
        return _micros(value)
    if field == 21:
        return _duration(_signed(value))
    if field == 26:
        from roost.sql.types import TimeType

        return str(TimeType().fromInternal(_parts(value)[1][0]))
    return str(_signed(value)) if isinstance(value, int) else "?"


def _function(body: bytes) -> str:
    parts = _parts(body)
    name = parts[1][0].decode()
    arguments = [text_of(argument) for argument in parts.get(2, [])]
    if name == "when":
        return _case(arguments)
    if name == "window" and len(arguments) in (2, 3):
        arguments += [arguments[1], "'0 second'"][len(arguments) - 2 :]
    count, last = _DEFAULTS.get(name, (0, []))
    if len(arguments) < count:
        arguments += last[len(last) - (count - len(arguments)) :]
    return f"{_SHOWN.get(name, name)}({', '.join(arguments)})"


def _case(arguments: List[str]) -> str:
    text = "CASE"
    for i in range(0, len(arguments) - 1, 2):
        text += f" WHEN {arguments[i]} THEN {arguments[i + 1]}"
    if len(arguments) % 2:
        text += f" ELSE {arguments[-1]}"
    return text + " END"


def _attribute(body: bytes) -> str:
    name = _parts(body)[1][0].decode()
    if "`" not in name:
        return name
    import re

    parts = [quoted.replace("``", "`") or plain for quoted, plain in re.findall(r"`((?:[^`]|``)*)`|([^.`]+)", name)]
    return ".".join(f"`{part}`" if "." in part else part for part in parts)


def _star(body: bytes) -> str:
    target = _parts(body).get(1)
    return target[0].decode() if target else "*"


def _alias(body: bytes) -> str:
    parts = _parts(body)
    names = ", ".join(name.decode() for name in parts.get(2, []))
    return f"{text_of(parts[1][0])} AS {names}" if len(parts.get(2, [])) == 1 else f"{text_of(parts[1][0])} AS ({names})"


def _cast(body: bytes) -> str:
    parts = _parts(body)
    target = _type_text(parts[3][0].decode()) if 3 in parts else _type_sql(Schema(parts[2][0]).type())
    word = "TRY_CAST" if parts.get(4, [0])[0] == 3 else "CAST"
    return f"{word}({text_of(parts[1][0])} AS {target})"


def _type_sql(kind: DataType) -> str:
    """A type as SQL writes it: the names of fields as they are, all else in capitals."""
    from roost.sql.types import ArrayType, MapType, StructType

    if isinstance(kind, ArrayType):
        return f"ARRAY<{_type_sql(kind.elementType)}>"
    if isinstance(kind, MapType):
        return f"MAP<{_type_sql(kind.keyType)}, {_type_sql(kind.valueType)}>"
    if isinstance(kind, StructType):
        return f"STRUCT<{', '.join(map(_field_sql, kind.fields))}>"
    return kind.simpleString().upper()


def _field_sql(field: StructField) -> str:
    name = field.name if field.name.isidentifier() else "`" + field.name.replace("`", "``") + "`"
    comment = (field.metadata or {}).get("comment")
    said = "" if comment is None else " COMMENT '" + comment.replace("'", "\\'") + "'"
    return f"{name}: {_type_sql(field.dataType)}{'' if field.nullable else ' NOT NULL'}{said}"


#: Names that a type has besides the one that Spark shows.
_OTHER_NAMES = {"byte": "tinyint", "short": "smallint", "integer": "int", "long": "bigint", "real": "float"}


def _type_text(text: str) -> str:
    """A type as SQL writes it, whatever name it was given: long is BIGINT.

    Names of more than one word are the engine's to read, if there is one: no text starts it.
    """
    from roost.errors.base import PySparkException
    from roost.sql.session import SparkSession

    if text.isidentifier():
        return _OTHER_NAMES.get(text.lower(), text).upper()
    session = SparkSession.getActiveSession() or SparkSession._default()
    try:
        return _type_sql(session._parse_ddl(text)) if session is not None else text.upper()
    except PySparkException:
        return text.upper()


def _sort_order(body: bytes) -> str:
    parts = _parts(body)
    direction = "DESC" if parts.get(2, [1])[0] == 2 else "ASC"
    nulls = "LAST" if parts.get(3, [1])[0] == 2 else "FIRST"
    return f"{text_of(parts[1][0])} {direction} NULLS {nulls}"


def _lambda(body: bytes) -> str:
    parts = _parts(body)
    names = [_variable(variable) for variable in parts.get(2, [])]
    shown = names[0] if len(names) == 1 else f"({', '.join(names)})"
    return f"{shown} -> {text_of(parts[1][0])}"


def _variable(body: bytes) -> str:
    return ".".join(name.decode() for name in _parts(body).get(1, []))


def _window(body: bytes) -> str:
    parts = _parts(body)
    inside = []
    if parts.get(2):
        inside.append("PARTITION BY " + ", ".join(text_of(e) for e in parts[2]))
    if parts.get(3):
        inside.append("ORDER BY " + ", ".join(_sort_order(e) for e in parts[3]))
    if parts.get(4):
        inside.append(_frame(parts[4][0]))
    return f"{text_of(parts[1][0])} OVER ({' '.join(inside)})"


def _frame(body: bytes) -> str:
    parts = _parts(body)
    kind = "ROWS" if parts[1][0] == 1 else "RANGE"
    bounds = [_bound(parts[2][0], "UNBOUNDED PRECEDING"), _bound(parts[3][0], "UNBOUNDED FOLLOWING")]
    return f"{kind} BETWEEN {bounds[0]} AND {bounds[1]}"


def _bound(body: bytes, unbounded: str) -> str:
    field, value = unpack(body)[0]
    return "CURRENT ROW" if field == 1 else unbounded if field == 2 else text_of(value)


def _extract(body: bytes) -> str:
    parts = _parts(body)
    return f"{text_of(parts[1][0])}[{text_of(parts[2][0])}]"


def _update_fields(body: bytes) -> str:
    parts = _parts(body)
    struct_text, name = text_of(parts[1][0]), parts[2][0].decode()
    if 3 in parts:
        return f"update_field({struct_text}, {name}, {text_of(parts[3][0])})"
    return f"drop_field({struct_text}, {name})"


def _user_function(body: bytes) -> str:
    parts = _parts(body)
    return f"{parts[1][0].decode()}({', '.join(text_of(e) for e in parts.get(3, []))})"


def _named_call(body: bytes) -> str:
    parts = _parts(body)
    return f"{parts[1][0].decode()}({', '.join(text_of(e) for e in parts.get(2, []))})"


def _named_argument(body: bytes) -> str:
    parts = _parts(body)
    return f"{parts[1][0].decode()} => {text_of(parts[2][0])}"


# By the field of Expression that is set.
_TEXTS: Dict[int, Callable[[bytes], str]] = {
    1: _literal,
    2: _attribute,
    3: _function,
    4: lambda body: _parts(body)[1][0].decode(),
    5: _star,
    6: _alias,
    7: _cast,
    8: lambda body: f"unresolvedregex({_attribute(body)})",
    9: _sort_order,
    10: _lambda,
    11: _window,
    12: _extract,
    13: _update_fields,
    14: _variable,
    15: _user_function,
    16: _named_call,
    17: _named_argument,
    21: lambda body: "subquery()",
}


def text_of(expression: bytes) -> str:
    """The text of an encoded expression."""
    for field, body in unpack(expression):
        if field in _TEXTS:
            return _TEXTS[field](body)
    return "?"
