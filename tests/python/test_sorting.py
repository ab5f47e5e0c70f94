# SPDX-License-Identifier: Apache-2.0
"""Order over several keys, whatever their widths together."""

import itertools
import random

import pytest

TYPES = {"long": 60, "int": 30, "double": 0, "short": 10}


@pytest.mark.parametrize("kinds", list(itertools.permutations(TYPES, 3)) + [("long", "long", "long")])
def test_keys_that_share_the_prefix_of_a_row(spark, kinds):
    source = random.Random(7)

    def value(kind):
        if source.random() < 0.2:
            return None
        return source.uniform(-2, 2) if kind == "double" else source.randint(-(1 << TYPES[kind]), 1 << TYPES[kind])

    few = [[value(kind) for _ in range(4)] for kind in kinds]
    rows = [tuple(source.choice(values) for values in few) for _ in range(200)]
    schema = ", ".join(f"k{i} {kind}" for i, kind in enumerate(kinds))
    got = spark.createDataFrame(rows, schema).orderBy("k0", "k1", "k2").collect()
    assert got == sorted(rows, key=lambda row: [(v is not None, v or 0) for v in row])
