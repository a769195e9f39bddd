"""scenarios/run hands its arguments on as they were meant, from whatever folder it is called."""

import os
import shutil
import tempfile
from pathlib import Path

import harness


def called_from(folder, *arguments):
    """What a stand-in for lastack was given, `{root}` being the root of a copy of the sources."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve() / "copy"
        for part in ("scenarios/run", "harness/cmake/packages.sh"):
            (root / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(harness.SOURCE / part, root / part)
        for made in ("build", "tools", "harness/engine", "harness/close", "scenarios/close"):
            (root / made).mkdir(parents=True, exist_ok=True)
        (root / "harness/7").write_text("")
        (root / "build/build.ninja").write_text("")
        for tool, does in (("tools/cmake", "exit 0"), ("build/lastack", 'printf "%s\\n" "$@"')):
            (root / tool).write_text(f"#!/bin/sh\n{does}\n")
            (root / tool).chmod(0o755)
        done = harness.run(root / "scenarios/run", *arguments, cwd=root / folder,
                           env={"PATH": f"{root / 'tools'}:{os.environ['PATH']}"})
        assert done.returncode == 0, done
        return done.stdout.replace(str(root), "{root}").splitlines()


def test_from_the_root_nothing_is_changed():
    assert called_from(".", "close", "--seed", "7") == ["run", "--out", "build/run", "close", "--seed", "7"]


def test_the_value_of_an_option_is_no_file_though_one_of_its_name_is_there():
    assert called_from("harness", "--target", "engine", "--seed", "7")[3:] == ["--target", "engine", "--seed", "7"]


def test_a_file_is_where_the_caller_sees_it():
    assert called_from("harness", "close", "handshake")[3:] == ["{root}/harness/close", "handshake"]
    assert called_from("harness", "--out", "here") == ["run", "--out", "{root}/harness/here"]
    assert called_from("harness", "--out=here") == ["run", "--out={root}/harness/here"]
    assert called_from("harness", "--known", "a.txt")[3:] == ["--known", "{root}/harness/a.txt"]
    assert called_from("harness", "--known=/a.txt")[3:] == ["--known=/a.txt"]


def test_a_deviation_of_a_scenario_that_is_not_there_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder, "known.txt")
        known.write_text("no/such | * | it is gone | * | always\n")
        done = harness.run(harness.LASTACK, "run", "--scenarios", harness.SOURCE / "scenarios", "--known", known,
                           "handshake/passive")
        assert done.returncode == 4 and "known.txt:1:" in done.stderr and "`no/such`" in done.stderr, done


harness.main()
