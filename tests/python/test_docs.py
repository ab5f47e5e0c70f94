# SPDX-License-Identifier: Apache-2.0
"""The examples in the documentation of the Python package run."""

import doctest
import importlib
import pkgutil

import pytest

import roost

_LEFT_OUT = {"roost.__main__", "roost._core"}


def modules():
    return sorted(m.name for m in pkgutil.walk_packages(roost.__path__, "roost.") if m.name not in _LEFT_OUT)


@pytest.mark.parametrize("name", modules())
def test_examples(name, spark):
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(
        module,
        extraglobs={"spark": spark},
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )
    assert failed == 0
