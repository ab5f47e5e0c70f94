# SPDX-License-Identifier: Apache-2.0
"""Broadcast variables: values that functions share. Functions run in this process, so nothing is sent."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

__all__ = ["Broadcast"]


class Broadcast:
    """A value that functions share; made by ``sc.broadcast``."""

    def __init__(self, value: Any) -> None:
        self._value = value

    @property
    def value(self) -> Any:
        """The value."""
        return self._value

    def dump(self, value: Any, f: BinaryIO) -> None:
        """Write a value to a file."""
        import pickle

        pickle.dump(value, f)

    def load(self, file: BinaryIO) -> Any:
        """The value that a file holds."""
        import pickle

        return pickle.load(file)

    def load_from_path(self, path: str) -> Any:
        """The value that the file of a name holds."""
        with open(path, "rb") as file:
            return self.load(file)

    def unpersist(self, blocking: bool = False) -> None:
        """Nothing is held anywhere else."""

    def destroy(self, blocking: bool = False) -> None:
        """Nothing is held anywhere else."""
