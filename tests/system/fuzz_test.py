"""fuzz/: every target has a corpus, what is committed is small, and the runner says what is wrong with its
arguments. The corpora themselves are replayed by ctest as fuzz.NAME."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import harness

FUZZ = harness.SOURCE / "fuzz"


def names():
    return {file.stem for file in FUZZ.glob("*.cc")}


def test_every_target_has_a_small_corpus():
    assert {"segment", "ip", "pkt_script"} <= names(), names()
    for name in names():
        files = list((FUZZ / "corpus" / name).iterdir())
        assert len(files) > 2, name
        assert sum(file.stat().st_size for file in files) < 100_000, name


def test_no_corpus_or_dictionary_is_without_its_target():
    assert {folder.name for folder in (FUZZ / "corpus").iterdir()} == names()
    assert {file.stem for file in (FUZZ / "dict").iterdir()} <= names()


def test_an_unknown_target_is_refused_by_name():
    done = harness.run(FUZZ / "run", "segmant")
    assert done.returncode == 2, done
    assert "there is no target segmant" in done.stderr and "segment" in done.stderr, done


def test_time_and_jobs_are_numbers_from_one():
    for words in (("--time", "0"), ("--jobs", "0"), ("--jobs", "x")):
        assert harness.run(FUZZ / "run", "segment", *words).returncode == 2, words


def a_tree(folder, cmake, target):
    """Another tree with the runner in it, one target, `t`, and a cmake that is a script: (runner, environment)."""
    root = harness.write_files(Path(folder), {"fuzz/t.cc": "", "fuzz/corpus/t/empty": "", "build/fuzzers/fuzz/t": f"#!/bin/sh\n{target}\n",
                                              "bin/cmake": f"#!/bin/sh\n{cmake}\n", "tmp/.keep": ""})
    for script in ("build/fuzzers/fuzz/t", "bin/cmake"):
        (root / script).chmod(0o755)
    shutil.copy(FUZZ / "run", root / "fuzz/run")
    return root / "fuzz/run", {"PATH": f"{root}/bin:{os.environ['PATH']}", "TMPDIR": f"{root}/tmp"}


def left_in(env):
    return [file.name for file in Path(env["TMPDIR"]).iterdir() if file.name != ".keep"]


def test_what_does_not_build_is_no_finding():
    with tempfile.TemporaryDirectory() as folder:
        run, env = a_tree(folder, "echo it cannot be; exit 7", "exit 0")
        done = harness.run(run, "t", env=env)
        assert done.returncode == 2 and "it cannot be" in done.stderr and "`cmake --preset fuzz` failed" in done.stderr, done


def test_nothing_and_something_found_have_their_statuses():
    with tempfile.TemporaryDirectory() as folder:
        run, env = a_tree(folder, "exit 0", "exit 0")
        done = harness.run(run, "t", env=env)
        assert done.returncode == 0 and "0 findings\n" in done.stdout and not left_in(env), done
    with tempfile.TemporaryDirectory() as folder:
        run, env = a_tree(folder, "exit 0", "echo x > build/fuzzers/findings/t/crash-1; echo a crash; exit 77")
        done = harness.run(run, "t", env=env, cwd=folder)
        assert done.returncode == 1 and "1 finding\n" in done.stdout and "a crash" in done.stdout, done
        assert "repeat it: build/fuzzers/fuzz/t_replay build/fuzzers/findings/t/crash-1" in done.stdout and not left_in(env), done


def test_an_interrupted_run_still_has_its_summary_and_leaves_nothing():
    with tempfile.TemporaryDirectory() as folder:
        run, env = a_tree(folder, "exit 0", "trap 'kill $!; exit 72' INT; sleep 60 & wait")
        running = subprocess.Popen([run, "t", "--jobs", "2"], env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)
        first = [running.stdout.readline() for _ in range(2)]  # It is well under way.
        assert "edges" in first[1], first
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=30)
        assert running.returncode == 130 and rest.endswith("; 0 findings; interrupted\n"), (running.returncode, rest)
        assert not left_in(env), left_in(env)


harness.main()
