# SPDX-License-Identifier: Apache-2.0
"""Every function with every type of argument, as recorded from a real Spark: see tests/function_cases.py.

Every fourth call, which takes seconds; all of them where ROOST_FUNCTIONS is set.
"""

import os

import pytest

from roost.sql import functions as F
from tests import function_cases as cases

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("family", cases.families())
def test_answers_are_sparks(spark, family):
    calls = list(cases.blocks(family))[:: 1 if os.environ.get("ROOST_FUNCTIONS") else 4]
    known = {(call, key) for name, call, key in cases.accepted() if name == family and call in calls}
    found = list(cases.differences(cases.Engine(spark), family, calls))
    new = [d for d in found if d[:2] not in known]
    assert not new, "\n".join(f"{call}: {key}\n  Spark {want}\n  roost {got}" for call, key, want, got in new[:20])
    assert not known - {d[:2] for d in found}, "no longer different: scripts/record_functions.py --differences"


def test_product_and_the_seed_of_uuid(spark):
    frame = spark.createDataFrame([(1, 1.5), (1, 2.0), (2, None)], "k int, v double")
    assert frame.groupBy("k").agg(F.product("v")).orderBy("k").collect() == [(1, 3.0), (2, None)]
    ids = [row[0] for row in spark.range(0, 3, 1, 2).select(F.uuid(123)).collect()]
    assert ids == ["4c99192d-23d6-4d88-b814-a634398120f0", "a4ab25b4-940b-45c0-96fa-bc7a0760ff0d",
                   "d0f269be-5668-4fc9-b1e5-d1eeea893c64"]
