# SPDX-License-Identifier: Apache-2.0
"""The stub of the extension names what the extension has, and no more."""

import ast
from pathlib import Path

import roost
from roost import _core


def _public(names):
    return {name for name in names if not name.startswith("__")}


def _declared(body):
    names = set()
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            names.add(node.target.id)
    return _public(names)


def _stub():
    return ast.parse((Path(roost.__file__).parent / "_core.pyi").read_text())


def test_functions_and_classes():
    assert _declared(_stub().body) == _public(vars(_core))


def test_members_of_classes():
    for node in _stub().body:
        if isinstance(node, ast.ClassDef):
            assert _declared(node.body) == _public(vars(getattr(_core, node.name))), node.name
