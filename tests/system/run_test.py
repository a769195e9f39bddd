"""tests/run itself, with stand-ins for cmake, ctest and lastack: what it builds when, and what it says of failures."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import harness

CMAKE = """echo "cmake $*" >>log
if [[ $* == "--build --preset $FAILS"* ]]; then exit 1; fi
if [[ $FAILS == shell && $* == *asan* ]]; then kill -9 $PPID; exit 1; fi
if [[ $* == "--build --preset asan"* ]]; then echo $$ >>pids; sleep "$SECONDS_OF_ASAN"; echo "asan is built" >>log; fi
"""
CTEST = """echo "ctest $2" >>log
while (($#)); do if [[ $1 == --output-junit ]]; then report=$2; fi; shift; done
echo '<testsuite><testcase name="a" status="run"><system-out>fine</system-out></testcase></testsuite>' >"$report"
echo "ctest is done" >>log
"""
LASTACK = """while (($#)); do if [[ $1 == --out ]]; then mkdir -p "$2"; echo x >"$2/report"; fi; shift; done
"""


@contextlib.contextmanager
def started(*arguments, fails="nothing", seconds=0):
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        harness.write_files(root, {"harness/cmake/packages.sh": "need_packages() { :; }; BUILD_PACKAGES=(a) TEST_PACKAGES=(b)\n",
                                   "scenarios/a.pkt": "", "log": "", "pids": ""})
        for file, text in (("tools/cmake", CMAKE), ("tools/ctest", CTEST), ("build/lastack", LASTACK), ("build/asan/lastack", LASTACK)):
            harness.write_files(root, {file: f"#!/usr/bin/env bash\n{text}"})
            (root / file).chmod(0o755)
        (root / "tests").mkdir()
        for file in ("run", "tally.py"):
            shutil.copy(harness.SOURCE / "tests" / file, root / "tests" / file)
        environment = {"PATH": f"{root / 'tools'}:{os.environ['PATH']}", "FAILS": fails, "SECONDS_OF_ASAN": str(seconds), "CI": ""}
        yield root, subprocess.Popen([root / "tests/run", *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     env={**os.environ, **environment}, start_new_session=True)


def ran(*arguments, **more):
    with started(*arguments, **more) as (root, process):
        out, _ = process.communicate(timeout=60)
        return process.returncode, out.splitlines(), (root / "log").read_text().splitlines()


def test_the_release_is_tested_while_the_other_is_built():
    status, out, log = ran(seconds=2)
    assert status == 0 and out[-1] == "3 passed, 0 failed, 0 skipped", out
    assert log.index("ctest is done") < log.index("asan is built") < log.index("ctest build/asan"), log
    assert out.index("== release: test") < out.index("== asan: build") < out.index("== asan: test"), out


def test_a_build_beside_that_ends_without_a_word_is_a_failure():
    status, out, log = ran(fails="shell")
    assert status == 1 and any("asan.build" in line for line in out), out
    assert "ctest build/asan" not in log, log


def test_fast_is_the_release_alone():
    status, out, log = ran("--fast")
    assert status == 0 and out[-1] == "1 passed, 0 failed, 0 skipped" and not any("asan" in line for line in log), (out, log)


def test_what_does_not_build_is_not_tested_and_the_other_is():
    for fails in ("release", "asan"):
        status, out, log = ran(fails=fails)
        assert status == 1 and f"FAILED {fails}.build: does not build" in out and log.count("ctest is done") == 1, (out, log)


def test_interrupted_it_takes_the_build_in_the_background_along():
    for sent in (signal.SIGINT, signal.SIGTERM):
        with started(seconds=50) as (root, process):
            until = time.monotonic() + 20
            while "ctest is done" not in (root / "log").read_text() or not (root / "pids").read_text():
                assert time.monotonic() < until
                time.sleep(0.05)
            os.killpg(process.pid, sent)
            process.communicate(timeout=20)
            pid, = (root / "pids").read_text().split()
            while harness.alive(int(pid)):
                assert time.monotonic() < until, "it builds on"
                time.sleep(0.05)


harness.main()
