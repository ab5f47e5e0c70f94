# SPDX-License-Identifier: Apache-2.0
"""Shapes on the globe and on a plane: their types and values."""

from __future__ import annotations

from roost.errors.base import IllegalArgumentException
from roost.sql.types.base import AtomicType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Union


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
