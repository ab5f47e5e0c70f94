# SPDX-License-Identifier: Apache-2.0
"""What all stand-ins share: Java's methods of every object, and the refusal of those that are not here."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["JavaObject"]


class JavaObject:
    """An object of the JVM as far as it is stood in for; `_name` says how a program came by it."""

    _name = "JavaObject"

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        from roost.refused import RefusedAttribute, refusal

        raise refusal(f"{self._name}.{name}", kind=RefusedAttribute)

    def toString(self) -> str:
        """The object as text."""
        return str(self)

    def equals(self, other: Any) -> bool:
        """Whether the other is equal."""
        return bool(self == other)

    def hashCode(self) -> int:
        """A number that equal objects share."""
        return hash(self) & 0x7FFFFFFF
