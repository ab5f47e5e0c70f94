# SPDX-License-Identifier: Apache-2.0
"""VariantVal: a value whose structure travels with it, in the Parquet variant encoding."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["VariantVal"]


class VariantVal:
    """A variant: two byte strings, one with the value and one with the names in it.

    Parameters
    ----------
    value : bytes
    metadata : bytes
    """

    def __init__(self, value: bytes, metadata: bytes) -> None:
        self.value = value
        self.metadata = metadata

    def __str__(self) -> str:
        return self.toJson()

    def __repr__(self) -> str:
        return f"VariantVal({self.value!r}, {self.metadata!r})"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, VariantVal) and (self.value, self.metadata) == (other.value, other.metadata)

    __hash__ = None  # type: ignore[assignment]

    def toPython(self) -> Any:
        """The value as plain Python objects."""
        from roost.sql.variant_codec import to_python

        return to_python(self.value, self.metadata)

    def toJson(self, zone_id: str = "UTC") -> str:
        """The value as JSON, with times in a zone."""
        from roost.sql.variant_codec import to_json

        return to_json(self.value, self.metadata, zone_id)

    @classmethod
    def parseJson(cls, json_str: str) -> VariantVal:
        """The variant of a JSON text."""
        from roost.sql.variant_codec import parse_json

        return cls(*parse_json(json_str))
