# SPDX-License-Identifier: Apache-2.0
"""Files that a program hands to its functions: they run in this process, so a folder of it keeps them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

__all__ = ["SparkFiles"]


class SparkFiles:
    """Where ``SparkContext.addFile`` has put files."""

    _root = ""

    @classmethod
    def getRootDirectory(cls) -> str:
        """The folder; it goes with the process."""
        if not cls._root:
            import atexit
            import shutil
            import tempfile

            cls._root = tempfile.mkdtemp(prefix="roost-files-")
            atexit.register(shutil.rmtree, cls._root, ignore_errors=True)
        return cls._root

    @classmethod
    def get(cls, filename: str) -> str:
        """The path of a file by its name."""
        import os

        return os.path.abspath(os.path.join(cls.getRootDirectory(), filename))

    @classmethod
    def _add(cls, path: str, recursive: bool) -> str:
        """Copies a file, or a folder; the copy's path."""
        import os
        import shutil

        from roost.errors.base import PySparkValueError

        source = path[5:] if path.startswith("file:") else path
        target = cls.get(os.path.basename(source.rstrip("/")))
        if not os.path.isdir(source):
            return str(shutil.copy(source, target))
        if not recursive:
            raise PySparkValueError(f"Added file {source} is a directory and recursive is not turned on.")
        return str(shutil.copytree(source, target, dirs_exist_ok=True))

    @classmethod
    def _unpack(cls, path: str) -> None:
        """Unpacks an archive, into a folder of its name or of the one behind ``#``."""
        import os
        import shutil

        plain, _, name = path.partition("#")
        shutil.unpack_archive(plain, cls.get(name or os.path.basename(plain)))

    @classmethod
    def _list(cls) -> List[str]:
        import os

        return sorted(map(cls.get, os.listdir(cls._root))) if cls._root else []
