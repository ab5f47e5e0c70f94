# SPDX-License-Identifier: Apache-2.0
"""The commands ``roost`` and ``roostd``: they become the programs that the package carries."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, NoReturn


def _become(name: str, arguments: List[str]) -> NoReturn:
    path = os.path.join(os.path.dirname(__file__), "bin", name)
    if not os.access(path, os.X_OK):
        sys.exit(f"{name} is not where the package should have it: {path}")
    os.execv(path, [path, *arguments])


def shell() -> NoReturn:
    """The SQL shell; with a script of Python, `python -m roost`."""
    os.environ.setdefault("ROOST_DAEMON", os.path.join(os.path.dirname(__file__), "bin", "roostd"))
    _become("roost", sys.argv[1:])


def daemon() -> NoReturn:
    """The daemon."""
    _become("roostd", sys.argv[1:])
