# SPDX-License-Identifier: Apache-2.0
"""Builds the native parts with make, then the extension against them.

The wheel carries roostd and the roost shell in ``roost/bin`` and the extension with libroost linked
in; what roostd needs of the system (Debian's shared libraries) is listed by ``scripts/setup.sh``.
"""

import os
import shutil
import subprocess
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = os.path.dirname(os.path.abspath(__file__))
BUILT = os.path.join("build", os.environ.get("MODE", "release"))
BINARIES = ("roostd", "roost")


class BuildNative(build_ext):
    """make first; the binaries go into the package."""

    def run(self):
        jobs = os.environ.get("ROOST_BUILD_JOBS") or str(os.cpu_count() or 1)
        command = ["make", f"-j{jobs}", "build", f"{BUILT}/lib/libroost.a"]
        try:
            subprocess.run(command, cwd=ROOT, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise SystemExit(f"building the daemon failed ({error}); run scripts/setup.sh for what it needs") from None
        super().run()
        package = os.path.join("python", "src") if self.inplace else self.build_lib
        folder = os.path.join(ROOT if self.inplace else "", package, "roost", "bin")
        os.makedirs(folder, exist_ok=True)
        for name in BINARIES:
            source = os.path.join(ROOT, BUILT, "bin", name)
            if os.path.exists(source):
                target = os.path.join(folder, name)
                if os.path.exists(target):
                    os.unlink(target)  # it may be running
                shutil.copy2(source, target)


setup(
    ext_modules=[
        Extension(
            "roost._core",
            sources=sorted(glob("python/ext/*.c")),
            depends=[*glob("python/ext/*.h"), "client/roost.h", f"{BUILT}/lib/libroost.a"],
            include_dirs=["python/ext", "proto", "client"],
            extra_objects=[f"{BUILT}/lib/libroost.a"],
            extra_compile_args=["-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter",
                                "-Wno-missing-field-initializers", "-fvisibility=hidden"],
        )
    ],
    cmdclass={"build_ext": BuildNative},
)
