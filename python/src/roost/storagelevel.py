# SPDX-License-Identifier: Apache-2.0
"""Where rows that are kept are kept."""

from __future__ import annotations

from roost._core import pb, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["StorageLevel"]


class StorageLevel:
    """Whether rows are kept on disk, in memory, off the heap, as objects, and how many times.

    Parameters
    ----------
    useDisk, useMemory, useOffHeap, deserialized : bool
    replication : int
    """

    NONE: ClassVar[StorageLevel]
    DISK_ONLY: ClassVar[StorageLevel]
    DISK_ONLY_2: ClassVar[StorageLevel]
    DISK_ONLY_3: ClassVar[StorageLevel]
    MEMORY_ONLY: ClassVar[StorageLevel]
    MEMORY_ONLY_2: ClassVar[StorageLevel]
    MEMORY_AND_DISK: ClassVar[StorageLevel]
    MEMORY_AND_DISK_2: ClassVar[StorageLevel]
    OFF_HEAP: ClassVar[StorageLevel]
    MEMORY_AND_DISK_DESER: ClassVar[StorageLevel]

    def __init__(
        self, useDisk: bool, useMemory: bool, useOffHeap: bool, deserialized: bool, replication: int = 1
    ) -> None:
        self.useDisk = useDisk
        self.useMemory = useMemory
        self.useOffHeap = useOffHeap
        self.deserialized = deserialized
        self.replication = replication

    def __repr__(self) -> str:
        return (
            f"StorageLevel({self.useDisk}, {self.useMemory}, {self.useOffHeap}, {self.deserialized}, "
            f"{self.replication})"
        )

    def __str__(self) -> str:
        words = ["Disk"] * self.useDisk + ["Memory"] * self.useMemory + ["OffHeap"] * self.useOffHeap
        words.append("Deserialized" if self.deserialized else "Serialized")
        return " ".join(words) + f" {self.replication}x Replicated"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, StorageLevel) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def _encoded(self) -> bytes:
        return pb(
            1, self.useDisk, 2, self.useMemory, 3, self.useOffHeap, 4, self.deserialized, 5, self.replication
        )

    @classmethod
    def _decoded(cls, message: bytes) -> StorageLevel:
        parts = dict(unpack(message))
        flags = [bool(parts.get(number, 0)) for number in (1, 2, 3, 4)]
        return cls(*flags, parts.get(5, 1) if any(flags) else 1)


StorageLevel.NONE = StorageLevel(False, False, False, False)
StorageLevel.DISK_ONLY = StorageLevel(True, False, False, False)
StorageLevel.DISK_ONLY_2 = StorageLevel(True, False, False, False, 2)
StorageLevel.DISK_ONLY_3 = StorageLevel(True, False, False, False, 3)
StorageLevel.MEMORY_ONLY = StorageLevel(False, True, False, False)
StorageLevel.MEMORY_ONLY_2 = StorageLevel(False, True, False, False, 2)
StorageLevel.MEMORY_AND_DISK = StorageLevel(True, True, False, False)
StorageLevel.MEMORY_AND_DISK_2 = StorageLevel(True, True, False, False, 2)
StorageLevel.OFF_HEAP = StorageLevel(True, True, True, False, 1)
StorageLevel.MEMORY_AND_DISK_DESER = StorageLevel(True, True, False, True)
