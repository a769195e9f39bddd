"""The package is typed: mypy says so, its stubs are what the module is, and a wrong use is noticed."""

import os
import sys
import tempfile
from pathlib import Path

import harness

PACKAGE = harness.SOURCE / "bindings/python"
if harness.run(sys.executable, "-m", "mypy", "--version").returncode != 0:
    harness.skip("mypy is not installed")


def mypy(*arguments):
    with tempfile.TemporaryDirectory() as cache:
        return harness.run(sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, *arguments,
                           env={"MYPYPATH": str(PACKAGE)}, timeout=110)


def test_package_and_examples_are_typed():
    done = mypy("-p", "lastack")
    assert done.returncode == 0, done.stdout
    done = mypy(*sorted((harness.SOURCE / "bindings/examples").glob("*.py")))
    assert done.returncode == 0, done.stdout


def test_a_wrong_use_is_noticed():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "wrong.py"
        file.write_text('import lastack\nlastack.Segment(7)\nx: str = lastack.run("a").seconds\nlastack.Session().sned("S")\n')
        done = mypy(file)
    assert done.returncode == 1 and [line.split(":")[1] for line in done.stdout.splitlines() if ": error:" in line] == \
        ["2", "3", "4"], done.stdout


def test_the_stubs_are_what_the_module_is():
    try:
        import lastack._core
    except ImportError as missing:
        harness.skip(f"the Python package is not built ({missing})")
    # Of the classes themselves only: pybind11 gives them a metaclass of its own, and Record a useless __init__.
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as allowed:
        allowed.write("".join(f"lastack._core.{name}\n" for name in ("Icmp", "Record", "Record.__init__", "Segment", "Session")))
        allowed.flush()
        done = harness.run(sys.executable, "-m", "mypy.stubtest", "lastack._core", "--allowlist", allowed.name, timeout=110,
                           cwd=os.path.dirname(os.path.dirname(lastack.__file__)))
    assert done.returncode == 0, done.stdout


harness.main()
