# SPDX-License-Identifier: Apache-2.0
"""Values as Java writes them, where Spark shows what Java made of a value of Python's."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List

__all__ = ["in_java_order", "java_double", "java_text"]


def in_java_order(names: Iterable[str]) -> List[str]:
    """The names as Java's HashMap holds them: Spark's columns come in that order.

    >>> in_java_order(["id", "*"])
    ['*', 'id']
    """

    def bucket(name: str) -> int:
        code = 0
        for unit in memoryview(name.encode("utf-16-le")).cast("H"):
            code = (code * 31 + unit) & 0xFFFFFFFF
        return (code ^ code >> 16) & (size - 1)

    held = list(names)
    size = 16
    while len(held) > size * 3 // 4:
        size *= 2
    return sorted(held, key=bucket)


def java_double(value: float) -> str:
    """With an exponent below 0.001 and from ten millions on: 1.0E20."""
    from decimal import Decimal

    if value != value or value in (float("inf"), float("-inf")):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return str(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    rest = "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{digits[0]}.{rest}E{int(exponent) + len(digits) - 1}"


def java_text(value: Any) -> str:
    """What a column of texts holds of a value that is none.

    >>> java_text([1.5e9, {"a": None}, True])
    '[1.5E9, {a=null}, true]'
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(java_text, value))}]"
    if isinstance(value, dict):
        texts = {java_text(key): java_text(item) for key, item in value.items()}
        return f"{{{', '.join(f'{key}={texts[key]}' for key in in_java_order(texts))}}}"
    return str(value)
