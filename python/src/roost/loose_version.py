# SPDX-License-Identifier: Apache-2.0
"""Versions that can be compared: ``LooseVersion("2.10") > LooseVersion("2.9")``."""

from __future__ import annotations

import functools
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Union

__all__ = ["LooseVersion"]


@functools.total_ordering
class LooseVersion:
    """The numbers and words of a version, in order.

    >>> LooseVersion("2.10.1") > "2.9"
    True
    """

    def __init__(self, vstring: str = "") -> None:
        self.vstring = vstring
        parts = [part for part in re.split(r"(\d+|[a-z]+|\.)", vstring) if part and part != "."]
        self.version: List[Union[int, str]] = [int(part) if part.isdigit() else part for part in parts]

    def __str__(self) -> str:
        return self.vstring

    def __repr__(self) -> str:
        return f"LooseVersion('{self}')"

    def _other(self, other: Any) -> List[Union[int, str]]:
        return other.version if isinstance(other, LooseVersion) else LooseVersion(other).version

    def __eq__(self, other: object) -> bool:
        return self.version == self._other(other)

    def __lt__(self, other: Any) -> bool:
        return self.version < self._other(other)

    __hash__ = None  # type: ignore[assignment]
