# SPDX-License-Identifier: Apache-2.0
"""docs/parity.md says what is; its part about SQL functions is made anew with every release alone."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def generator():
    spec = importlib.util.spec_from_file_location("parity", ROOT / "scripts" / "parity.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_current():
    parity = generator()
    page = (ROOT / "docs" / "parity.md").read_text()
    for module, rows in parity.compare().items():
        assert "\n".join(parity.module_lines(module, rows)) in page, f"run scripts/parity.py: {module} has changed"


def test_a_missing_function_and_another_parameter_are_told():
    parity = generator()
    wanted = {"here": "(a, b=1)", "away": "()", "Thing": {"method": "(self, x)"}}

    class Thing:
        def method(self, y):
            raise NotImplementedError

    module = type("module", (), {"here": staticmethod(lambda a, b=2: None), "Thing": Thing})
    assert list(parity.compare_module(wanted, module)) == [
        ("Thing", "same", ""),
        ("Thing.method", "refused", ""),
        ("away", "missing", ""),
        ("here", "differs", "`(a, b=1)` there, `(a, b=2)` here"),
    ]
