#!/usr/bin/env python3
"""Fails if clang-format would change a file: format.py ROOT. Prints the files and the cure.

One version decides, because two versions disagree; where it is missing this is a skip (77).
"""

import shutil
import subprocess
import sys
from pathlib import Path

TOOL = "clang-format-19"


def offenders(root):
    files = sorted(str(file.relative_to(root)) for top in ("harness", "reports", "fuzz", "bindings", "tests")
                   for file in (root / top).rglob("*") if file.suffix in (".h", ".cc"))
    if not files or subprocess.run([TOOL, "--dry-run", "-Werror", *files], cwd=root,
                                   capture_output=True).returncode == 0:
        return []
    return [file for file in files
            if subprocess.run([TOOL, "--dry-run", "-Werror", file], cwd=root, capture_output=True).returncode]


if __name__ == "__main__":
    if not shutil.which(TOOL):
        print(f"SKIP: {TOOL} is not installed (apt-get install {TOOL})")
        sys.exit(77)
    found = offenders(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    if found:
        print("not as .clang-format wants it:", *found, "to fix:", f"{TOOL} -i {' '.join(found)}", sep="\n")
    sys.exit(bool(found))
