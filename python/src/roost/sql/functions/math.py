# SPDX-License-Identifier: Apache-2.0
"""Numbers.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.sql.functions.base import as_value, at_least, deprecated, given, number, seed_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Union

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "bin",
    "bround",
    "cbrt",
    "ceil",
    "ceiling",
    "conv",
    "cos",
    "cosh",
    "cot",
    "csc",
    "degrees",
    "e",
    "exp",
    "expm1",
    "factorial",
    "floor",
    "greatest",
    "hex",
    "least",
    "ln",
    "log10",
    "log1p",
    "log2",
    "negate",
    "negative",
    "pi",
    "positive",
    "power",
    "radians",
    "rand",
    "randn",
    "rint",
    "round",
    "sec",
    "sign",
    "signum",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "try_add",
    "try_divide",
    "try_mod",
    "try_multiply",
    "try_subtract",
    "unhex",
    "uniform",
    "width_bucket",
    "atan2",
    "hypot",
    "log",
    "pmod",
    "pow",
    "random",
    "toDegrees",
    "toRadians",
]


def abs(col: ColumnOrName) -> Column:
    """The value without its sign."""
    return call("abs", col)


def acos(col: ColumnOrName) -> Column:
    """The angle, in radians, of a cosine."""
    return call("acos", col)


def acosh(col: ColumnOrName) -> Column:
    """The inverse of the hyperbolic cosine."""
    return call("acosh", col)


def asin(col: ColumnOrName) -> Column:
    """The angle, in radians, of a sine."""
    return call("asin", col)


def asinh(col: ColumnOrName) -> Column:
    """The inverse of the hyperbolic sine."""
    return call("asinh", col)


def atan(col: ColumnOrName) -> Column:
    """The angle, in radians, of a tangent."""
    return call("atan", col)


def atanh(col: ColumnOrName) -> Column:
    """The inverse of the hyperbolic tangent."""
    return call("atanh", col)


def bin(col: ColumnOrName) -> Column:
    """The whole number in binary digits."""
    return call("bin", col)


def bround(col: ColumnOrName, scale: Optional[Union[Column, int]] = None) -> Column:
    """The value rounded to `scale` digits, halves to the even neighbour."""
    return given("bround", col, number(scale))


def cbrt(col: ColumnOrName) -> Column:
    """The cube root."""
    return call("cbrt", col)


def ceil(col: ColumnOrName, scale: Optional[Union[Column, int]] = None) -> Column:
    """The least whole number not below the value, or the next multiple at `scale` digits."""
    return given("ceil", col, number(scale))


def ceiling(col: ColumnOrName, scale: Optional[Union[Column, int]] = None) -> Column:
    """The least whole number not below the value, or the next multiple at `scale` digits."""
    return given("ceiling", col, number(scale))


def conv(col: ColumnOrName, fromBase: int, toBase: int) -> Column:
    """A number's text in another base."""
    return call("conv", col, lit(fromBase), lit(toBase))


def cos(col: ColumnOrName) -> Column:
    """The cosine of an angle in radians."""
    return call("cos", col)


def cosh(col: ColumnOrName) -> Column:
    """The hyperbolic cosine."""
    return call("cosh", col)


def cot(col: ColumnOrName) -> Column:
    """The cotangent of an angle in radians."""
    return call("cot", col)


def csc(col: ColumnOrName) -> Column:
    """The cosecant of an angle in radians."""
    return call("csc", col)


def degrees(col: ColumnOrName) -> Column:
    """An angle in radians as degrees."""
    return call("degrees", col)


def e() -> Column:
    """Euler's number."""
    return call("e")


def exp(col: ColumnOrName) -> Column:
    """Euler's number to the power of the value."""
    return call("exp", col)


def expm1(col: ColumnOrName) -> Column:
    """One less than `exp`, exact near zero."""
    return call("expm1", col)


def factorial(col: ColumnOrName) -> Column:
    """The product of all whole numbers up to the value."""
    return call("factorial", col)


def floor(col: ColumnOrName, scale: Optional[Union[Column, int]] = None) -> Column:
    """The greatest whole number not above the value, or the next multiple at `scale` digits."""
    return given("floor", col, number(scale))


def greatest(*cols: ColumnOrName) -> Column:
    """The greatest of several values; nulls are passed over."""
    return call("greatest", *at_least("greatest", 2, cols))


def hex(col: ColumnOrName) -> Column:
    """The number, text or bytes in hexadecimal digits."""
    return call("hex", col)


def least(*cols: ColumnOrName) -> Column:
    """The least of several values; nulls are passed over."""
    return call("least", *at_least("least", 2, cols))


def ln(col: ColumnOrName) -> Column:
    """The natural logarithm."""
    return call("ln", col)


def log10(col: ColumnOrName) -> Column:
    """The logarithm to base ten."""
    return call("log10", col)


def log1p(col: ColumnOrName) -> Column:
    """The natural logarithm of one more than the value, exact near zero."""
    return call("log1p", col)


def log2(col: ColumnOrName) -> Column:
    """The logarithm to base two."""
    return call("log2", col)


def negate(col: ColumnOrName) -> Column:
    """The value with the other sign."""
    return call("negative", col)


def negative(col: ColumnOrName) -> Column:
    """The value with the other sign."""
    return call("negative", col)


def pi() -> Column:
    """The ratio of a circle's circumference to its diameter."""
    return call("pi")


def positive(col: ColumnOrName) -> Column:
    """The value as it is."""
    return call("positive", col)


def power(col1: Union[ColumnOrName, float], col2: Union[ColumnOrName, float]) -> Column:
    """The first value to the power of the second."""
    return call("power", as_value(col1), as_value(col2))


def radians(col: ColumnOrName) -> Column:
    """An angle in degrees as radians."""
    return call("radians", col)


def rand(seed: Optional[int] = None) -> Column:
    """A random number from 0 up to but without 1, for each row."""
    return call("rand", seed_column(seed))


def randn(seed: Optional[int] = None) -> Column:
    """A random number of the standard normal distribution, for each row."""
    return call("randn", seed_column(seed))


def rint(col: ColumnOrName) -> Column:
    """The nearest whole number, as a double."""
    return call("rint", col)


def round(col: ColumnOrName, scale: Optional[Union[Column, int]] = None) -> Column:
    """The value rounded to `scale` digits, halves away from zero."""
    return given("round", col, number(scale))


def sec(col: ColumnOrName) -> Column:
    """The secant of an angle in radians."""
    return call("sec", col)


def sign(col: ColumnOrName) -> Column:
    """-1, 0 or 1 by the sign of the value."""
    return call("sign", col)


def signum(col: ColumnOrName) -> Column:
    """-1, 0 or 1 by the sign of the value."""
    return call("signum", col)


def sin(col: ColumnOrName) -> Column:
    """The sine of an angle in radians."""
    return call("sin", col)


def sinh(col: ColumnOrName) -> Column:
    """The hyperbolic sine."""
    return call("sinh", col)


def sqrt(col: ColumnOrName) -> Column:
    """The square root."""
    return call("sqrt", col)


def tan(col: ColumnOrName) -> Column:
    """The tangent of an angle in radians."""
    return call("tan", col)


def tanh(col: ColumnOrName) -> Column:
    """The hyperbolic tangent."""
    return call("tanh", col)


def try_add(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The sum, or null where it does not fit."""
    return call("try_add", left, right)


def try_divide(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The quotient, or null where the divisor is zero."""
    return call("try_divide", left, right)


def try_mod(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The remainder, or null where the divisor is zero."""
    return call("try_mod", left, right)


def try_multiply(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The product, or null where it does not fit."""
    return call("try_multiply", left, right)


def try_subtract(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The difference, or null where it does not fit."""
    return call("try_subtract", left, right)


def unhex(col: ColumnOrName) -> Column:
    """The bytes that hexadecimal digits stand for."""
    return call("unhex", col)


def uniform(
    min: Union[Column, int, float], max: Union[Column, int, float], seed: Optional[Union[Column, int]] = None
) -> Column:
    """A random number between two bounds, for each row."""
    return call("uniform", lit(min), lit(max), seed_column(seed))


def width_bucket(
    v: ColumnOrName, min: ColumnOrName, max: ColumnOrName, numBucket: Union[ColumnOrName, int]
) -> Column:
    """The number of the bucket that a value falls in, of equal buckets between two bounds."""
    return call("width_bucket", v, min, max, number(numBucket))


def atan2(col1: Union[ColumnOrName, float], col2: Union[ColumnOrName, float]) -> Column:
    """The angle, in radians, of the point with these y and x."""
    return call("atan2", as_value(col1), as_value(col2))


def hypot(col1: Union[ColumnOrName, float], col2: Union[ColumnOrName, float]) -> Column:
    """The length of the hypotenuse of two sides."""
    return call("hypot", as_value(col1), as_value(col2))


def log(arg1: Union[ColumnOrName, float], arg2: Optional[ColumnOrName] = None) -> Column:
    """The natural logarithm of one argument; the logarithm to base `arg1` of `arg2`."""
    return call("ln", arg1) if arg2 is None else call("log", lit(arg1), arg2)


def pmod(dividend: Union[ColumnOrName, float], divisor: Union[ColumnOrName, float]) -> Column:
    """The remainder, never negative for a positive divisor."""
    return call("pmod", as_value(dividend), as_value(divisor))


def pow(col1: Union[ColumnOrName, float], col2: Union[ColumnOrName, float]) -> Column:
    """The first value to the power of the second."""
    return call("power", as_value(col1), as_value(col2))


def random(seed: Optional[Union[Column, int]] = None) -> Column:
    """A random number from 0 up to but without 1, for each row."""
    return call("random", seed_column(seed))


def toDegrees(col: ColumnOrName) -> Column:
    """The old name of `degrees`."""
    deprecated("toDegrees", "3.4", "degrees")
    return degrees(col)


def toRadians(col: ColumnOrName) -> Column:
    """The old name of `radians`."""
    deprecated("toRadians", "3.4", "radians")
    return radians(col)
