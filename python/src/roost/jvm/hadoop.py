# SPDX-License-Identifier: Apache-2.0
"""Hadoop's FileSystem, over the files of this machine."""

from __future__ import annotations

import os
import shutil

from roost.jvm.base import JavaObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

__all__ = ["FileSystem", "Path", "URI"]


class URI(JavaObject):
    """java.net.URI."""

    _name = "java.net.URI"

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    @classmethod
    def create(cls, text: str) -> URI:
        """A URI of a text."""
        return cls(text)

    def getScheme(self) -> Any:
        """What stands before the colon, or None."""
        from urllib.parse import urlsplit

        return urlsplit(self._text).scheme or None

    def getPath(self) -> str:
        """The path."""
        from urllib.parse import urlsplit

        return urlsplit(self._text).path


class Path(JavaObject):
    """org.apache.hadoop.fs.Path: of a text or a URI, or of a folder and what is in it."""

    _name = "org.apache.hadoop.fs.Path"

    def __init__(self, *parts: Any) -> None:
        text = "/".join(str(part) for part in parts).replace("file:///", "file:/")
        self._text = text.rstrip("/") or "/"

    def __str__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Path) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def getName(self) -> str:
        """The last part."""
        return self._text.rpartition("/")[2]

    def getParent(self) -> Path:
        """The folder it is in."""
        return Path(os.path.dirname(self._text))

    def suffix(self, text: str) -> Path:
        """The path with a text behind it."""
        return Path(self._text + text)

    def toUri(self) -> URI:
        """The path as a URI."""
        return URI(self._text)

    def getFileSystem(self, configuration: Any) -> FileSystem:
        """The file system that the path belongs to."""
        return FileSystem.get(self.toUri(), configuration)

    def _local(self) -> str:
        return URI(self._text).getPath()


class _FileStatus(JavaObject):
    """What is known of a file."""

    _name = "org.apache.hadoop.fs.FileStatus"

    def __init__(self, path: str) -> None:
        self._path = path
        self._stat = os.stat(path)

    def getPath(self) -> Path:
        """Where it is."""
        return Path("file:" + self._path)

    def isDirectory(self) -> bool:
        """Whether it is a folder."""
        return os.path.isdir(self._path)

    def isFile(self) -> bool:
        """Whether it is a file."""
        return os.path.isfile(self._path)

    def getLen(self) -> int:
        """How many bytes it has; a folder none."""
        return 0 if self.isDirectory() else self._stat.st_size

    def getModificationTime(self) -> int:
        """Milliseconds from 1970 to when it was changed."""
        return self._stat.st_mtime_ns // 1_000_000


class FileSystem(JavaObject):
    """org.apache.hadoop.fs.FileSystem, of local files only."""

    _name = "org.apache.hadoop.fs.FileSystem"

    @classmethod
    def get(cls, *arguments: Any) -> FileSystem:
        """The file system of a URI, or of the settings; files of this machine are the only ones."""
        scheme = arguments[0].getScheme() if isinstance(arguments[0], URI) else None
        if scheme not in (None, "file"):
            from roost.refused import refusal

            raise refusal(f"a FileSystem for {scheme}://", "_jvm")
        return cls()

    getLocal = newInstance = get

    def exists(self, path: Path) -> bool:
        """Whether there is such a file or folder."""
        return os.path.exists(path._local())

    def isDirectory(self, path: Path) -> bool:
        """Whether it is a folder."""
        return os.path.isdir(path._local())

    def isFile(self, path: Path) -> bool:
        """Whether it is a file."""
        return os.path.isfile(path._local())

    def mkdirs(self, path: Path) -> bool:
        """Make a folder, and those it is in."""
        os.makedirs(path._local(), exist_ok=True)
        return True

    def delete(self, path: Path, recursive: bool = True) -> bool:
        """Delete a file or a folder; False when there is none."""
        local = path._local()
        if os.path.isdir(local):
            shutil.rmtree(local) if recursive else os.rmdir(local)
        elif os.path.exists(local):
            os.unlink(local)
        else:
            return False
        return True

    def rename(self, source: Path, target: Path) -> bool:
        """Give a file another name; False when there is none."""
        if not self.exists(source):
            return False
        shutil.move(source._local(), target._local())
        return True

    def getFileStatus(self, path: Path) -> _FileStatus:
        """What is known of a file."""
        return _FileStatus(path._local())

    def listStatus(self, path: Path) -> List[_FileStatus]:
        """What is known of the files in a folder, or of the one file."""
        local = path._local()
        if not os.path.isdir(local):
            return [_FileStatus(local)]
        return [_FileStatus(os.path.join(local, name)) for name in sorted(os.listdir(local))]

    def globStatus(self, path: Path) -> List[_FileStatus]:
        """What is known of the files that match a pattern."""
        import glob

        return [_FileStatus(name) for name in sorted(glob.glob(path._local()))]

    def getUri(self) -> URI:
        """What its paths begin with."""
        return URI("file:///")

    def close(self) -> None:
        """There is nothing to close."""
