# SPDX-License-Identifier: Apache-2.0
"""The session, encryption, errors, shapes and what fits nowhere else.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, expr, pb
from roost.sql.functions.base import as_column, default, given, number, plain, seed_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Union

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "aes_decrypt",
    "aes_encrypt",
    "try_aes_decrypt",
    "current_catalog",
    "current_database",
    "current_schema",
    "current_user",
    "input_file_block_length",
    "input_file_block_start",
    "input_file_name",
    "java_method",
    "monotonically_increasing_id",
    "reflect",
    "try_reflect",
    "session_user",
    "spark_partition_id",
    "typeof",
    "user",
    "version",
    "st_asbinary",
    "st_geogfromwkb",
    "st_geomfromwkb",
    "st_setsrid",
    "st_srid",
    "unwrap_udt",
    "assert_true",
    "raise_error",
    "uuid",
    "call_function",
    "call_udf",
]


def aes_decrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: Optional[ColumnOrName] = None,
    padding: Optional[ColumnOrName] = None,
    aad: Optional[ColumnOrName] = None,
) -> Column:
    """Bytes decrypted with AES."""
    return call(
        "aes_decrypt",
        input,
        key,
        default(mode, "GCM"),
        default(padding, "DEFAULT"),
        default(aad, ""),
    )


def aes_encrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: Optional[ColumnOrName] = None,
    padding: Optional[ColumnOrName] = None,
    iv: Optional[ColumnOrName] = None,
    aad: Optional[ColumnOrName] = None,
) -> Column:
    """Bytes encrypted with AES."""
    return call(
        "aes_encrypt",
        input,
        key,
        default(mode, "GCM"),
        default(padding, "DEFAULT"),
        default(iv, ""),
        default(aad, ""),
    )


def try_aes_decrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: Optional[ColumnOrName] = None,
    padding: Optional[ColumnOrName] = None,
    aad: Optional[ColumnOrName] = None,
) -> Column:
    """As `aes_decrypt`, or null where it fails."""
    return call(
        "try_aes_decrypt",
        input,
        key,
        default(mode, "GCM"),
        default(padding, "DEFAULT"),
        default(aad, ""),
    )


def current_catalog() -> Column:
    """The name of the current catalog."""
    return call("current_catalog")


def current_database() -> Column:
    """The name of the current database."""
    return call("current_database")


def current_schema() -> Column:
    """The name of the current database."""
    return call("current_schema")


def current_user() -> Column:
    """The name of the user."""
    return call("current_user")


def input_file_block_length() -> Column:
    """The length of the part of a file that the row is read from."""
    return call("input_file_block_length")


def input_file_block_start() -> Column:
    """Where the part of a file that the row is read from begins."""
    return call("input_file_block_start")


def input_file_name() -> Column:
    """The file that the row is read from."""
    return call("input_file_name")


def java_method(*cols: ColumnOrName) -> Column:
    """Calls a method of a Java class; there is no Java here."""
    return call("java_method", *cols)


def monotonically_increasing_id() -> Column:
    """Numbers that rise with the rows, with gaps."""
    return call("monotonically_increasing_id")


def reflect(*cols: ColumnOrName) -> Column:
    """Calls a method of a Java class; there is no Java here."""
    return call("reflect", *cols)


def try_reflect(*cols: ColumnOrName) -> Column:
    """As `reflect`, or null where it fails."""
    return call("try_reflect", *cols)


def session_user() -> Column:
    """The name of the user."""
    return call("session_user")


def spark_partition_id() -> Column:
    """The number of the row's partition."""
    return call("spark_partition_id")


def typeof(col: ColumnOrName) -> Column:
    """The type of the value, as SQL writes it."""
    return call("typeof", col)


def user() -> Column:
    """The name of the user."""
    return call("user")


def version() -> Column:
    """The version of Spark whose behaviour this is."""
    return call("version")


def st_asbinary(geo: ColumnOrName) -> Column:
    """The well-known binary of a shape."""
    return call("st_asbinary", geo)


def st_geogfromwkb(wkb: ColumnOrName) -> Column:
    """The shape on the globe of a well-known binary."""
    return call("st_geogfromwkb", wkb)


def st_geomfromwkb(wkb: ColumnOrName) -> Column:
    """The shape on a plane of a well-known binary."""
    return call("st_geomfromwkb", wkb)


def st_setsrid(geo: ColumnOrName, srid: Union[ColumnOrName, int]) -> Column:
    """The shape in another coordinate system."""
    return call("st_setsrid", geo, number(srid))


def st_srid(geo: ColumnOrName) -> Column:
    """The number of the shape's coordinate system."""
    return call("st_srid", geo)


def unwrap_udt(col: ColumnOrName) -> Column:
    """The stored value of a user-defined type."""
    return call("unwrap_udt", col)


def assert_true(col: ColumnOrName, errMsg: Optional[Union[Column, str]] = None) -> Column:
    """Null where the condition is true; an error otherwise."""
    return given("assert_true", col, None if errMsg is None else plain(errMsg, "errMsg"))


def raise_error(errMsg: Union[Column, str]) -> Column:
    """An error with this text."""
    return call("raise_error", plain(errMsg, "errMsg"))


def uuid(seed: Optional[Union[Column, int]] = None) -> Column:
    """A random UUID, for each row."""
    return call("uuid", seed_column(seed))


def call_function(funcName: str, *cols: ColumnOrName) -> Column:
    """A SQL function by its name, which may have several parts."""
    columns = [as_column(c) for c in cols]
    return expr(16, pb(1, funcName, 2, columns), *columns)


def call_udf(udfName: str, *cols: ColumnOrName) -> Column:
    """A registered function by its name."""
    return call(udfName, *cols)
