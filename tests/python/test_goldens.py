# SPDX-License-Identifier: Apache-2.0
"""SQL whose answers were recorded from a real Spark: see tests/golden.py."""

import pytest

from tests import golden


@pytest.mark.parametrize("name", sorted(p.stem for p in golden.FOLDER.glob("*.sql")))
def test_answers_are_sparks(spark, name):
    source = golden.FOLDER / f"{name}.sql"
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.conf.set("spark.sql.shuffle.partitions", "1")  # as they were recorded: groups come in that order
    want = golden.read(source.with_suffix(".golden"))
    got = [golden.answer(spark, sql) for sql in golden.statements(source.read_text())]
    assert len(got) == len(want), "record the goldens again: scripts/record_goldens.py"
    for ours, sparks in zip(got, want):
        assert ours == sparks
