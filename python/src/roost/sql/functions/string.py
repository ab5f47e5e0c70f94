# SPDX-License-Identifier: Apache-2.0
"""Text.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.sql.functions.base import default, given, maybe, number, seed_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Union

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "ascii",
    "base64",
    "bit_length",
    "btrim",
    "char",
    "char_length",
    "character_length",
    "collate",
    "collation",
    "concat_ws",
    "contains",
    "decode",
    "elt",
    "encode",
    "endswith",
    "find_in_set",
    "format_number",
    "format_string",
    "initcap",
    "instr",
    "is_valid_utf8",
    "lcase",
    "left",
    "length",
    "levenshtein",
    "locate",
    "lower",
    "lpad",
    "ltrim",
    "make_valid_utf8",
    "mask",
    "octet_length",
    "overlay",
    "position",
    "printf",
    "quote",
    "randstr",
    "regexp_count",
    "regexp_extract",
    "regexp_extract_all",
    "regexp_instr",
    "regexp_replace",
    "regexp_substr",
    "repeat",
    "replace",
    "right",
    "rpad",
    "rtrim",
    "sentences",
    "soundex",
    "split",
    "split_part",
    "startswith",
    "substr",
    "substring",
    "substring_index",
    "to_binary",
    "to_char",
    "to_number",
    "to_varchar",
    "translate",
    "trim",
    "try_to_binary",
    "try_to_number",
    "try_validate_utf8",
    "ucase",
    "unbase64",
    "upper",
    "validate_utf8",
    "chr",
]


def ascii(col: ColumnOrName) -> Column:
    """The code of the first character."""
    return call("ascii", col)


def base64(col: ColumnOrName) -> Column:
    """Bytes in base 64."""
    return call("base64", col)


def bit_length(col: ColumnOrName) -> Column:
    """How many bits the text takes."""
    return call("bit_length", col)


def btrim(str: ColumnOrName, trim: Optional[ColumnOrName] = None) -> Column:
    """The text without these characters (spaces) at both ends."""
    return given("btrim", str, trim)


def char(col: ColumnOrName) -> Column:
    """The character of a code."""
    return call("char", col)


def char_length(str: ColumnOrName) -> Column:
    """How many characters the text has."""
    return call("char_length", str)


def character_length(str: ColumnOrName) -> Column:
    """How many characters the text has."""
    return call("character_length", str)


def collate(col: ColumnOrName, collation: str) -> Column:
    """The text with a collation, which says how it is compared."""
    return call("collate", col, lit(collation))


def collation(col: ColumnOrName) -> Column:
    """The name of the text's collation."""
    return call("collation", col)


def concat_ws(sep: str, *cols: ColumnOrName) -> Column:
    """Texts joined with a separator; nulls are passed over."""
    return call("concat_ws", lit(sep), *cols)


def contains(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Whether the first text (or bytes) has the second in it."""
    return call("contains", left, right)


def decode(col: ColumnOrName, charset: str) -> Column:
    """The text of bytes in a character set."""
    return call("decode", col, lit(charset))


def elt(*inputs: ColumnOrName) -> Column:
    """The value at a position from 1 among the values that follow."""
    return call("elt", *inputs)


def encode(col: ColumnOrName, charset: str) -> Column:
    """The bytes of a text in a character set."""
    return call("encode", col, lit(charset))


def endswith(str: ColumnOrName, suffix: ColumnOrName) -> Column:
    """Whether the text ends so."""
    return call("endswith", str, suffix)


def find_in_set(str: ColumnOrName, str_array: ColumnOrName) -> Column:
    """The position from 1 of a text in a list with commas; 0 if it is not there."""
    return call("find_in_set", str, str_array)


def format_number(col: ColumnOrName, d: int) -> Column:
    """The number with commas between thousands and `d` digits after the point."""
    return call("format_number", col, lit(d))


def format_string(format: str, *cols: ColumnOrName) -> Column:
    """Values put into a text as ``printf`` does."""
    return call("format_string", lit(format), *cols)


def initcap(col: ColumnOrName) -> Column:
    """The text with each word's first letter in upper case and the rest in lower case."""
    return call("initcap", col)


def instr(str: ColumnOrName, substr: Union[Column, str]) -> Column:
    """The position from 1 of a text's first occurrence; 0 if there is none."""
    return call("instr", str, lit(substr))


def is_valid_utf8(str: ColumnOrName) -> Column:
    """Whether the text is valid UTF-8."""
    return call("is_valid_utf8", str)


def lcase(str: ColumnOrName) -> Column:
    """The text in lower case."""
    return call("lcase", str)


def left(str: ColumnOrName, len: ColumnOrName) -> Column:
    """The first characters of the text."""
    return call("left", str, len)


def length(col: ColumnOrName) -> Column:
    """How many characters of text, or bytes, there are."""
    return call("length", col)


def levenshtein(left: ColumnOrName, right: ColumnOrName, threshold: Optional[int] = None) -> Column:
    """How many characters must change to make one text the other; -1 beyond `threshold`."""
    return given("levenshtein", left, right, maybe(threshold))


def locate(substr: str, str: ColumnOrName, pos: int = 1) -> Column:
    """The position from 1 of a text's first occurrence at or after `pos`; 0 if there is none."""
    return call("locate", lit(substr), str, lit(pos))


def lower(col: ColumnOrName) -> Column:
    """The text in lower case."""
    return call("lower", col)


def lpad(col: ColumnOrName, len: Union[Column, int], pad: Union[Column, str]) -> Column:
    """The text filled up on the left, or cut, to a length."""
    return call("lpad", col, lit(len), lit(pad))


def ltrim(col: ColumnOrName, trim: Optional[ColumnOrName] = None) -> Column:
    """The text without these characters (spaces) on the left."""
    return call("ltrim", col) if trim is None else call("ltrim", trim, col)


def make_valid_utf8(str: ColumnOrName) -> Column:
    """The text with what is not valid UTF-8 replaced."""
    return call("make_valid_utf8", str)


def mask(
    col: ColumnOrName,
    upperChar: Optional[ColumnOrName] = None,
    lowerChar: Optional[ColumnOrName] = None,
    digitChar: Optional[ColumnOrName] = None,
    otherChar: Optional[ColumnOrName] = None,
) -> Column:
    """The text with letters and digits replaced by signs."""
    return call(
        "mask",
        col,
        default(upperChar, "X"),
        default(lowerChar, "x"),
        default(digitChar, "n"),
        default(otherChar, None),
    )


def octet_length(col: ColumnOrName) -> Column:
    """How many bytes the text takes."""
    return call("octet_length", col)


def overlay(
    src: ColumnOrName,
    replace: ColumnOrName,
    pos: Union[ColumnOrName, int],
    len: Union[ColumnOrName, int] = -1,
) -> Column:
    """The text with a part replaced, from a position from 1."""
    return call("overlay", src, replace, number(pos, "pos"), number(len, "len"))


def position(substr: ColumnOrName, str: ColumnOrName, start: Optional[ColumnOrName] = None) -> Column:
    """The position from 1 of a text's first occurrence, at or after a start."""
    return given("position", substr, str, start)


def printf(format: ColumnOrName, *cols: ColumnOrName) -> Column:
    """Values put into a text as ``printf`` does."""
    return call("printf", format, *cols)


def quote(col: ColumnOrName) -> Column:
    """The text in single quotes, with what needs it escaped."""
    return call("quote", col)


def randstr(length: Union[Column, int], seed: Optional[Union[Column, int]] = None) -> Column:
    """A random text of a length, for each row."""
    return call("randstr", lit(length), seed_column(seed))


def regexp_count(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """How often a regular expression matches."""
    return call("regexp_count", str, regexp)


def regexp_extract(str: ColumnOrName, pattern: str, idx: int) -> Column:
    """The part of the text that a group of a regular expression matches first."""
    return call("regexp_extract", str, lit(pattern), lit(idx))


def regexp_extract_all(
    str: ColumnOrName, regexp: ColumnOrName, idx: Optional[Union[Column, int]] = None
) -> Column:
    """All parts of the text that a group of a regular expression matches."""
    return given("regexp_extract_all", str, regexp, maybe(idx))


def regexp_instr(str: ColumnOrName, regexp: ColumnOrName, idx: Optional[Union[Column, int]] = None) -> Column:
    """The position from 1 of the first match of a regular expression; 0 if there is none."""
    return given("regexp_instr", str, regexp, maybe(idx))


def regexp_replace(
    string: ColumnOrName, pattern: Union[str, Column], replacement: Union[str, Column]
) -> Column:
    """The text with what a regular expression matches replaced."""
    return call("regexp_replace", string, lit(pattern), lit(replacement))


def regexp_substr(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """The first part of the text that a regular expression matches, or null."""
    return call("regexp_substr", str, regexp)


def repeat(col: ColumnOrName, n: Union[ColumnOrName, int]) -> Column:
    """The text several times over."""
    return call("repeat", col, number(n))


def replace(src: ColumnOrName, search: ColumnOrName, replace: Optional[ColumnOrName] = None) -> Column:
    """The text with every occurrence of a part replaced (or removed)."""
    return given("replace", src, search, replace)


def right(str: ColumnOrName, len: ColumnOrName) -> Column:
    """The last characters of the text."""
    return call("right", str, len)


def rpad(col: ColumnOrName, len: Union[Column, int], pad: Union[Column, str]) -> Column:
    """The text filled up on the right, or cut, to a length."""
    return call("rpad", col, lit(len), lit(pad))


def rtrim(col: ColumnOrName, trim: Optional[ColumnOrName] = None) -> Column:
    """The text without these characters (spaces) on the right."""
    return call("rtrim", col) if trim is None else call("rtrim", trim, col)


def sentences(
    string: ColumnOrName, language: Optional[ColumnOrName] = None, country: Optional[ColumnOrName] = None
) -> Column:
    """The text as an array of sentences, each an array of words."""
    return call("sentences", string, default(language, ""), default(country, ""))


def soundex(col: ColumnOrName) -> Column:
    """The Soundex code of the text."""
    return call("soundex", col)


def split(str: ColumnOrName, pattern: Union[Column, str], limit: Union[ColumnOrName, int] = -1) -> Column:
    """The text cut at what a regular expression matches, into at most `limit` parts."""
    return call("split", str, lit(pattern), number(limit))


def split_part(src: ColumnOrName, delimiter: ColumnOrName, partNum: ColumnOrName) -> Column:
    """One of the parts that a text is cut into at a delimiter; negative counts from the end."""
    return call("split_part", src, delimiter, partNum)


def startswith(str: ColumnOrName, prefix: ColumnOrName) -> Column:
    """Whether the text begins so."""
    return call("startswith", str, prefix)


def substr(str: ColumnOrName, pos: ColumnOrName, len: Optional[ColumnOrName] = None) -> Column:
    """A part of the text from a position from 1, of a length or to the end."""
    return given("substr", str, pos, len)


def substring(str: ColumnOrName, pos: Union[ColumnOrName, int], len: Union[ColumnOrName, int]) -> Column:
    """A part of the text from a position from 1, of a length."""
    return call("substring", str, number(pos), number(len))


def substring_index(str: ColumnOrName, delim: str, count: int) -> Column:
    """The text up to the n-th occurrence of a delimiter; negative counts from the end."""
    return call("substring_index", str, lit(delim), lit(count))


def to_binary(col: ColumnOrName, format: Optional[ColumnOrName] = None) -> Column:
    """The bytes that a text stands for: ``hex`` (default), ``utf-8`` or ``base64``."""
    return given("to_binary", col, format)


def to_char(col: ColumnOrName, format: ColumnOrName) -> Column:
    """The number or time as text in a format."""
    return call("to_char", col, format)


def to_number(col: ColumnOrName, format: ColumnOrName) -> Column:
    """The number that a text stands for in a format."""
    return call("to_number", col, format)


def to_varchar(col: ColumnOrName, format: ColumnOrName) -> Column:
    """The number or time as text in a format."""
    return call("to_varchar", col, format)


def translate(srcCol: ColumnOrName, matching: str, replace: str) -> Column:
    """The text with single characters replaced by others."""
    return call("translate", srcCol, lit(matching), lit(replace))


def trim(col: ColumnOrName, trim: Optional[ColumnOrName] = None) -> Column:
    """The text without these characters (spaces) at both ends."""
    return call("trim", col) if trim is None else call("trim", trim, col)


def try_to_binary(col: ColumnOrName, format: Optional[ColumnOrName] = None) -> Column:
    """As `to_binary`, or null where the text is none."""
    return given("try_to_binary", col, format)


def try_to_number(col: ColumnOrName, format: ColumnOrName) -> Column:
    """As `to_number`, or null where the text is none."""
    return call("try_to_number", col, format)


def try_validate_utf8(str: ColumnOrName) -> Column:
    """The text, or null where it is not valid UTF-8."""
    return call("try_validate_utf8", str)


def ucase(str: ColumnOrName) -> Column:
    """The text in upper case."""
    return call("ucase", str)


def unbase64(col: ColumnOrName) -> Column:
    """The bytes of a text in base 64."""
    return call("unbase64", col)


def upper(col: ColumnOrName) -> Column:
    """The text in upper case."""
    return call("upper", col)


def validate_utf8(str: ColumnOrName) -> Column:
    """The text; an error where it is not valid UTF-8."""
    return call("validate_utf8", str)


def chr(n: ColumnOrName) -> Column:
    """The character of a code."""
    return call("chr", n)
