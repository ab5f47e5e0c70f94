# SPDX-License-Identifier: Apache-2.0
"""Text, bytes, truth values and numbers."""

from __future__ import annotations

from roost.sql.types.base import AtomicType, DataTypeSingleton, FractionalType, IntegralType


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
