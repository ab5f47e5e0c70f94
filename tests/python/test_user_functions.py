# SPDX-License-Identifier: Apache-2.0
"""Functions of the user in all the places where a query may call them."""

import pytest

from roost.errors import UnsupportedOperationException
from roost.sql import Window
from roost.sql import functions as F


@F.udf("long")
def same(x):
    return x


@F.udf("boolean")
def equal(x, y):
    return x == y


@pytest.fixture
def numbers(spark):
    return spark.range(4).select("id", (F.col("id") % 2).alias("k"))


def test_windows_over_functions_keep_their_columns_apart(numbers):
    by = Window.partitionBy(same("k"))
    got = numbers.select(
        "id", F.sum(same("id")).over(by).alias("s"), F.row_number().over(by.orderBy(same("id").desc())).alias("r")
    )
    assert sorted(got.collect()) == [(0, 2, 2), (1, 4, 2), (2, 2, 1), (3, 4, 1)]


def test_filters_sorts_and_limits_give_their_own_columns_only(numbers):
    assert numbers.filter(same("id") > 1).union(numbers.limit(1)).collect() == [(2, 0), (3, 1), (0, 0)]
    assert numbers.orderBy(-same("id")).limit(2).intersect(numbers).count() == 2


def test_joins_call_functions_on_the_side_that_they_read(numbers):
    a, b = numbers.select(F.col("id").alias("a")), numbers.select(F.col("id").alias("b"))
    assert a.join(b, same("a") == same("b"), "left").count() == 4
    assert a.join(b, same("a") < same("b"), "full").count() == 8


def test_joins_on_a_function_of_both_sides(numbers):
    a, b = numbers.select(F.col("id").alias("a")), numbers.select(F.col("id").alias("b"))
    assert a.join(b, equal("a", "b")).select("b").count() == 4
    with pytest.raises(UnsupportedOperationException, match="ON clause of a LEFT OUTER JOIN"):
        a.join(b, equal("a", "b"), "left").collect()
