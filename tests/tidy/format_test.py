"""The format check is shown a file it must reject, and one it must not."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import format

if not shutil.which(format.TOOL):
    print(f"SKIP: {format.TOOL} is not installed")
    sys.exit(77)

with tempfile.TemporaryDirectory() as folder:
    root = Path(folder)
    (root / ".clang-format").write_text("BasedOnStyle: Google\n")
    (root / "harness/wire").mkdir(parents=True)
    (root / "harness/wire/good.h").write_text("#pragma once\nint f();\n")
    assert format.offenders(root) == [], format.offenders(root)
    (root / "harness/wire/bad.h").write_text("#pragma once\nint   f( ) ;\n")
    assert format.offenders(root) == ["harness/wire/bad.h"], format.offenders(root)

    run = subprocess.run([sys.executable, format.__file__, folder], capture_output=True, text=True)
    assert run.returncode == 1 and f"{format.TOOL} -i harness/wire/bad.h" in run.stdout, run
    without = subprocess.run([sys.executable, format.__file__, folder], capture_output=True, text=True, env={"PATH": ""})
    assert without.returncode == 77 and "not installed" in without.stdout, without
print("passed")
