# SPDX-License-Identifier: Apache-2.0
"""Every function with every type of argument, as recorded from a real Spark: see tests/function_cases.py.

Every fourth call, which takes seconds; all of them where ROOST_FUNCTIONS is set.
"""

import os

import pytest

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
