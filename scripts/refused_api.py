#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes python/src/roost/refused_api.txt: the names of PySpark's modules that roost does not have.

    python scripts/refused_api.py            walk the installed PySpark 4.1 and write the table

Programs import pyspark.pandas, pyspark.ml and others at the top and then hardly use them.  The table says what is to
be found in each such module, and roost/refused.py makes it: classes that refuse to be constructed, functions that
refuse to be called.  It holds facts about names alone:

    pyspark.ml.base                                  a module; what follows is in it
     class UnaryTransformer HasInputCol,Transformer  a class and the bases that are in the table or built in
      fit,transform                                  its public members
     def name                                        a function
     register name                                   a decorator that programs use at the top, to extend a refused class
     value name                                      something else that other modules import
     from pyspark.ml.param Param,Params              names of another module that this one hands on

Of a module that roost has, only the names stand there that roost's lacks: mostly those that PySpark's imports from
others, and that programs therefore import from it.  What cannot be imported here is left out.
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import pkgutil
import sys
import warnings
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any, Collection, Dict, Iterator, List, Optional, TypeVar

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "python" / "src" / "roost" / "refused_api.txt"

sys.path.append(str(ROOT / "python" / "src"))

# Parts of names: what PySpark runs rather than imports, and what only it itself imports.
_LEFT_OUT = {
    *("tests", "testing", "examples", "torch", "deepspeed", "daemon", "worker", "shell", "missing"),
    *("usage_logging", "supported_api_gen", "_shared_params_code_gen", "_globals", "errors_doc_gen", "java_gateway"),
    *("error_classes", "tblib", "find_spark_home", "install", "instrumentation_utils", "worker_util", "traceback_utils"),
    *("data_type_ops", "join", "rddsampler", "shuffle", "dl_util", "model_cache", "logger", "cloudpickle", "_typing"),
}


def module_names() -> Iterator[str]:
    import pyspark

    for found in pkgutil.walk_packages(pyspark.__path__, "pyspark.", onerror=lambda name: None):
        if _LEFT_OUT.isdisjoint(found.name.split(".")):
            yield found.name


def ours(name: str) -> Optional[ModuleType]:
    """What roost has in the place of a module."""
    from roost.compat import _ALIASES, _module, _one_api

    return _module(_ALIASES.get(name) or "roost" + _one_api(name[len("pyspark") :]))


def lacking(module: ModuleType, there: ModuleType, known: Dict[str, ModuleType]) -> Iterator[str]:
    """The names of a module that roost's has not, but has elsewhere; or refuses, if they are the module's own."""
    classes, others = [], defaultdict(list)
    for name, value in sorted(vars(module).items()):
        home = getattr(value, "__module__", None)
        if name.startswith("_") or hasattr(there, name) or not isinstance(home, str) or inspect.ismodule(value):
            continue
        if home == module.__name__ and inspect.isfunction(value):
            yield f" def {name}"
        elif home == module.__name__ and inspect.isclass(value) and name == value.__name__:
            classes.append(value)
        elif home != module.__name__ and home in known and not isinstance(value, TypeVar):
            source = ours(home)
            if hasattr(known[home], name) if source is None else hasattr(source, name):
                others[home].append(name)
    yield from class_lines(classes, known)
    yield from (f" from {home} {','.join(names)}" for home, names in sorted(others.items()))


def bases_of(cls: type, known: Dict[str, ModuleType]) -> str:
    names = []
    for base in cls.__bases__:
        if base.__module__ in known and hasattr(known[base.__module__], base.__name__):
            alone = base.__module__ == cls.__module__ and ours(cls.__module__) is None
            names.append(base.__name__ if alone else f"{base.__module__}.{base.__name__}")
        elif base.__module__ == "builtins" and base is not object and issubclass(base, BaseException):
            names.append(base.__name__)
    return ",".join(names)


def in_order(classes: List[type]) -> List[type]:
    """Bases before the classes on them."""
    return sorted(classes, key=lambda cls: (len(cls.__mro__), cls.__name__))


def module_all(module: ModuleType) -> Collection[str]:
    return getattr(module, "__all__", ())


def is_public(module: ModuleType, name: str) -> bool:
    return name in module_all(module) or not name.startswith("_")


def class_lines(classes: List[type], known: Dict[str, ModuleType]) -> Iterator[str]:
    for cls in in_order(classes):
        yield f" class {cls.__name__} {bases_of(cls, known)}".rstrip()
        members = sorted(name for name in vars(cls) if not name.startswith("_"))
        if members:
            yield f"  {','.join(members)}"


def lines_of(module: ModuleType, known: Dict[str, ModuleType]) -> Iterator[str]:
    classes, functions, values, others = [], [], [], defaultdict(list)
    for name, value in sorted(vars(module).items()):
        home = getattr(value, "__module__", None)
        if name.startswith("__") or inspect.ismodule(value) or hasattr(builtins, name):
            continue
        if inspect.isclass(value) and home == module.__name__ and name == value.__name__:
            classes.append(value)
        elif not is_public(module, name):
            continue
        elif inspect.isfunction(value) and home == module.__name__:
            functions.append(name)
        elif isinstance(home, str) and home in known and home != module.__name__ and hasattr(known[home], name):
            named = inspect.isclass(value) or inspect.isfunction(value)
            if (named and name == value.__name__) or hasattr(module, "__path__") or name in module_all(module):
                others[home].append(name)
        elif name in module_all(module):
            values.append(name)
    yield from class_lines(classes, known)
    yield from (f" {'register' if name.startswith('register_') else 'def'} {name}" for name in functions)
    yield from (f" value {name}" for name in values)
    yield from (f" from {home} {','.join(names)}" for home, names in sorted(others.items()))


def top_lines(known: Dict[str, ModuleType]) -> Iterator[str]:
    """Of pyspark itself, only what roost has not."""
    import pyspark
    import roost

    for name in sorted(pyspark.__all__):
        home = getattr(getattr(pyspark, name), "__module__", None)
        if not hasattr(roost, name) and home in known:
            yield f" from {home} {name}"


def main() -> None:
    warnings.simplefilter("ignore")
    known: Dict[str, Any] = {}
    for name in module_names():
        try:
            known[name] = importlib.import_module(name)
        except Exception as error:  # a library that this module needs is not here
            print(f"left out {name}: {error}", file=sys.stderr)
    text = ["pyspark", *top_lines(known)]
    for name, module in sorted(known.items()):
        there = ours(name)
        lines = list(lines_of(module, known) if there is None else lacking(module, there, known))
        if lines or there is None:
            text += [name, *lines]
    TABLE.write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    main()
