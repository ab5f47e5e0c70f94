# SPDX-License-Identifier: Apache-2.0
"""The variant encoding: values that carry their structure.

A value begins with a byte: the lower two bits say what it is (primitive, short text, object,
array), the others more about it.  Names of fields are numbers into the metadata, which lists them::

    metadata   header | count | offsets (count + 1) | names
    object     header | count | name numbers | offsets (count + 1) | values
    array      header | count | offsets (count + 1) | values

The widths of counts, numbers and offsets stand in the headers.  The engine has its own writer and
reader; this one is for values that are in Python already.
"""

from __future__ import annotations

import datetime
import json
import struct
from decimal import Decimal

from roost.errors.base import PySparkValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple

_PRIMITIVE, _SHORT_TEXT, _OBJECT, _ARRAY = 0, 1, 2, 3
_NULL, _TRUE, _FALSE, _INT1, _INT2, _INT4, _INT8, _DOUBLE = range(8)
_DECIMAL4, _DECIMAL8, _DECIMAL16, _DATE, _TIMESTAMP, _TIMESTAMP_NTZ, _FLOAT, _BINARY, _TEXT = range(8, 17)
_UUID = 20
_EPOCH = datetime.datetime(1970, 1, 1)


def _malformed() -> PySparkValueError:
    return PySparkValueError(errorClass="MALFORMED_VARIANT", messageParameters={})


def _unsigned(data: bytes, at: int, size: int) -> int:
    if at < 0 or at + size > len(data):
        raise _malformed()
    return int.from_bytes(data[at : at + size], "little")


def _signed(data: bytes, at: int, size: int) -> int:
    if at < 0 or at + size > len(data):
        raise _malformed()
    return int.from_bytes(data[at : at + size], "little", signed=True)


def _name(metadata: bytes, number: int) -> str:
    width = (_unsigned(metadata, 0, 1) >> 6) + 1
    count = _unsigned(metadata, 1, width)
    if number >= count:
        raise _malformed()
    first = 1 + (count + 2) * width
    start = _unsigned(metadata, 1 + (number + 1) * width, width)
    end = _unsigned(metadata, 1 + (number + 2) * width, width)
    if start > end or first + end > len(metadata):
        raise _malformed()
    return metadata[first + start : first + end].decode()


def _elements(value: bytes, at: int, metadata: bytes) -> Tuple[List[str], List[int]]:
    """The names (of an object) and places of the parts of a value at `at`."""
    header = _unsigned(value, at, 1)
    info = header >> 2
    width = (info & 3) + 1
    if header & 3 == _OBJECT:
        id_width, large = (info >> 2 & 3) + 1, info >> 4 & 1
    else:
        id_width, large = 0, info >> 2 & 1
    count_width = 4 if large else 1
    count = _unsigned(value, at + 1, count_width)
    ids = at + 1 + count_width
    offsets = ids + count * id_width
    first = offsets + (count + 1) * width
    names = [_name(metadata, _unsigned(value, ids + i * id_width, id_width)) for i in range(count if id_width else 0)]
    return names, [first + _unsigned(value, offsets + i * width, width) for i in range(count)]


def _primitive(value: bytes, at: int) -> Any:
    kind = value[at] >> 2
    at += 1
    if kind in (_NULL, _TRUE, _FALSE):
        return {_NULL: None, _TRUE: True, _FALSE: False}[kind]
    if kind in (_INT1, _INT2, _INT4, _INT8):
        return _signed(value, at, 1 << (kind - _INT1))
    if kind in (_DECIMAL4, _DECIMAL8, _DECIMAL16):
        return Decimal(_signed(value, at + 1, 4 << (kind - _DECIMAL4))).scaleb(-_unsigned(value, at, 1))
    if kind == _DATE:
        return datetime.date(1970, 1, 1) + datetime.timedelta(days=_signed(value, at, 4))
    if kind in (_TIMESTAMP, _TIMESTAMP_NTZ):
        moment = _EPOCH + datetime.timedelta(microseconds=_signed(value, at, 8))
        return moment.replace(tzinfo=datetime.timezone.utc) if kind == _TIMESTAMP else moment
    if kind in (_FLOAT, _DOUBLE):
        form, size = ("<f", 4) if kind == _FLOAT else ("<d", 8)
        _unsigned(value, at, size)
        return struct.unpack_from(form, value, at)[0]
    if kind in (_BINARY, _TEXT):
        size = _unsigned(value, at, 4)
        if at + 4 + size > len(value):
            raise _malformed()
        data = value[at + 4 : at + 4 + size]
        return data.decode() if kind == _TEXT else data
    if kind == _UUID:
        import uuid

        return uuid.UUID(bytes=value[at : at + 16])
    raise _malformed()


def _read(value: bytes, at: int, metadata: bytes) -> Any:
    header = _unsigned(value, at, 1)
    if header & 3 == _PRIMITIVE:
        return _primitive(value, at)
    if header & 3 == _SHORT_TEXT:
        if at + 1 + (header >> 2) > len(value):
            raise _malformed()
        return value[at + 1 : at + 1 + (header >> 2)].decode()
    names, places = _elements(value, at, metadata)
    if header & 3 == _ARRAY:
        return [_read(value, place, metadata) for place in places]
    return {name: _read(value, place, metadata) for name, place in zip(names, places)}


def to_python(value: bytes, metadata: bytes) -> Any:
    """The value as plain Python objects.

    >>> to_python(*parse_json('{"a": [1, 2.5, null]}'))
    {'a': [1, Decimal('2.5'), None]}
    """
    return _read(bytes(value), 0, bytes(metadata))


def to_json(value: bytes, metadata: bytes, zone_id: str = "UTC") -> str:
    """The value as JSON, with times in a zone.

    >>> to_json(*parse_json('{"b": 1, "a": "x"}'))
    '{"a":"x","b":1}'
    """
    return _json(to_python(value, metadata), zone_id)


def _json(value: Any, zone: str) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{_json(v, zone)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json(v, zone) for v in value) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            from zoneinfo import ZoneInfo

            value = value.astimezone(ZoneInfo(zone))
        return f'"{value.isoformat(sep=" ")}"'
    if isinstance(value, datetime.date):
        return f'"{value.isoformat()}"'
    if isinstance(value, bytes):
        import base64

        return f'"{base64.b64encode(value).decode()}"'
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f'"{value}"'
    return json.dumps(value, ensure_ascii=False) if not hasattr(value, "hex") or isinstance(
        value, float
    ) else f'"{value}"'


class _Writer:
    """Builds values, and the list of names that they use."""

    def __init__(self) -> None:
        self.names: Dict[str, int] = {}

    def write(self, value: Any) -> bytes:
        if value is None or isinstance(value, bool):
            return bytes([{None: _NULL, True: _TRUE, False: _FALSE}[value] << 2])
        if isinstance(value, int):
            return _integer(value)
        if isinstance(value, Decimal):
            return _decimal(value)
        if isinstance(value, float):
            return bytes([_DOUBLE << 2]) + struct.pack("<d", value)
        if isinstance(value, str):
            data = value.encode()
            if len(data) < 64:
                return bytes([len(data) << 2 | _SHORT_TEXT]) + data
            return bytes([_TEXT << 2]) + len(data).to_bytes(4, "little") + data
        if isinstance(value, list):
            return self._container([self.write(item) for item in value], [])
        numbers = {key: self.names.setdefault(key, len(self.names)) for key in value}
        # Fields stand in the order of their names.
        keys = sorted(value)
        return self._container([self.write(value[key]) for key in keys], [numbers[key] for key in keys], True)

    @staticmethod
    def _container(parts: List[bytes], ids: List[int], is_object: bool = False) -> bytes:
        offsets = [0]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        width, large = _width(offsets[-1]), len(parts) > 255
        id_width = _width(max(ids, default=0))
        if is_object:
            header = (large << 4 | (id_width - 1) << 2 | (width - 1)) << 2 | _OBJECT
        else:
            header = (large << 2 | (width - 1)) << 2 | _ARRAY
        out = bytes([header]) + len(parts).to_bytes(4 if large else 1, "little")
        out += b"".join(number.to_bytes(id_width, "little") for number in ids)
        out += b"".join(offset.to_bytes(width, "little") for offset in offsets)
        return out + b"".join(parts)

    def metadata(self) -> bytes:
        encoded = [name.encode() for name in self.names]
        total = sum(map(len, encoded))
        width = _width(max(total, len(encoded)))
        out, offset = bytes([1 | (width - 1) << 6]) + len(encoded).to_bytes(width, "little"), 0
        out += (0).to_bytes(width, "little")
        for name in encoded:
            offset += len(name)
            out += offset.to_bytes(width, "little")
        return out + b"".join(encoded)


def _width(number: int) -> int:
    return max(1, (number.bit_length() + 7) // 8)


def _integer(value: int) -> bytes:
    for kind, size in ((_INT1, 1), (_INT2, 2), (_INT4, 4), (_INT8, 8)):
        if -(1 << (size * 8 - 1)) <= value < 1 << (size * 8 - 1):
            return bytes([kind << 2]) + value.to_bytes(size, "little", signed=True)
    return _decimal(Decimal(value))


def _decimal(value: Decimal) -> bytes:
    sign, digits, exponent = value.as_tuple()
    scale = max(0, -int(exponent))
    unscaled = int(value.scaleb(scale))
    count = len(str(abs(unscaled)))
    if count > 38 or scale > 38:
        return bytes([_DOUBLE << 2]) + struct.pack("<d", float(value))
    kind, size = (_DECIMAL4, 4) if count <= 9 else (_DECIMAL8, 8) if count <= 18 else (_DECIMAL16, 16)
    return bytes([kind << 2, scale]) + unscaled.to_bytes(size, "little", signed=True)


def _number(text: str) -> Any:
    """A JSON number with a fraction: a decimal where it is written as one, else a double."""
    return float(text) if "e" in text or "E" in text else Decimal(text)


def parse_json(text: str) -> Tuple[bytes, bytes]:
    """The value and the metadata of a JSON text."""
    writer = _Writer()
    value = writer.write(json.loads(text, parse_float=_number))
    return value, writer.metadata()
