# SPDX-License-Identifier: Apache-2.0
"""Every function with every type of argument, as recorded from a real Spark: see tests/function_cases.py."""

import pytest

from tests import function_cases as cases


@pytest.mark.parametrize("family", cases.families())
def test_answers_are_sparks(spark, family):
    known = {(call, key) for name, call, key in cases.accepted() if name == family}
    found = list(cases.differences(cases.Engine(spark), family))
    new = [d for d in found if d[:2] not in known]
    assert not new, "\n".join(f"{call}: {key}\n  Spark {want}\n  roost {got}" for call, key, want, got in new[:20])
    assert not known - {d[:2] for d in found}, "no longer different: scripts/record_functions.py --differences"
