"""The last line of tests/run, from reports as ctest writes them."""

import sys
import tempfile
from pathlib import Path

import harness

PASSED = '<testcase name="a" status="run"><system-out>fine</system-out></testcase>'
FAILED = '<testcase name="b" status="fail"><failure message="x"/><system-out/></testcase>'
SKIPPED = ('<testcase name="c" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
           '<system-out>SKIP: c_test.test_one: no tun\nSKIP: c_test.test_two: no netns\n</system-out></testcase>')
GTEST = ('<testcase name="d" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/><system-out>'
         '[ RUN      ] D.X\nx.cc:3: Skipped\nneeds /dev/net/tun\n\n[  SKIPPED ] D.X (0 ms)\n</system-out></testcase>')
PARTLY = ('<testcase name="e" status="run"><system-out>ok test_a\nSKIP: e_test.test_b: no ipv6\n'
          '</system-out></testcase>')


def suite(*tests, announced=None, status="run"):
    """As GoogleTest tells of a suite."""
    text = ("Running main() from gtest_main.cc\nNote: Google Test filter = S.*\n"
            f"[==========] Running {announced or len(tests)} tests from 1 test suite.\n")
    for number, end in enumerate(tests):
        text += f"[ RUN      ] S.T{number}\n" + end.replace("NAME", f"S.T{number} (0 ms)") + "\n"
    return f'<testcase name="S" status="{status}"><system-out>{text}</system-out></testcase>'


GOOD = "[       OK ] NAME"
BAD = "x.cc:3: Failure\n[  FAILED  ] NAME"
NOT_HERE = "x.cc:3: Skipped\nno tun\n\n[  SKIPPED ] NAME"
NOT_BUILT = '<testcase name="f" status="notrun"><skipped message="Unable to find executable"/></testcase>'


def tally(*cases, notes=(), ci=False, report="release.xml"):
    with tempfile.TemporaryDirectory() as folder:
        if cases:
            (Path(folder) / report).write_text(f"<testsuite>{''.join(cases)}</testsuite>")
        if notes:
            (Path(folder) / "notes.tsv").write_text("".join("\t".join(note) + "\n" for note in notes))
        done = harness.run(sys.executable, harness.SOURCE / "tests/tally.py", folder,
                           env={"CI": "true" if ci else ""})
        return done.returncode, done.stdout.splitlines()


def test_all_passed():
    assert tally(PASSED, PASSED) == (0, ["skipped: 0", "2 passed, 0 failed, 0 skipped"])


def test_a_failure_is_named():
    status, lines = tally(PASSED, FAILED)
    assert status == 1 and lines[0] == "FAILED release: b" and lines[-1] == "1 passed, 1 failed, 0 skipped", lines


def test_every_skip_is_counted_with_its_reason():
    status, lines = tally(PASSED, SKIPPED, GTEST, PARTLY)
    assert status == 0 and lines[-1] == "2 passed, 0 failed, 4 skipped", lines
    assert lines[0] == "skipped: 4", lines
    for reason in ("no tun", "no netns", "needs /dev/net/tun", "no ipv6"):
        assert any(line.endswith(reason) for line in lines), (reason, lines)


def test_every_test_of_a_suite_counts():
    said = tally(PASSED, suite(GOOD, "said without an end of line" + GOOD, GOOD))
    assert said == (0, ["skipped: 0", "4 passed, 0 failed, 0 skipped"])
    status, lines = tally(suite(GOOD, BAD, GOOD, status="fail"))
    assert status == 1 and lines[0] == "FAILED release: S.T1" and lines[-1] == "2 passed, 1 failed, 0 skipped", lines
    status, lines = tally(suite(GOOD, NOT_HERE))
    assert status == 0 and lines[1] == "  release: S.T1: no tun" and lines[-1] == "1 passed, 0 failed, 1 skipped", lines


def test_a_crash_fails_whatever_passed_before_it():
    status, lines = tally(suite(GOOD, "Segmentation fault", announced=3, status="fail"))
    assert status == 1 and lines[0] == "FAILED release: S.T1: it ended in the middle", lines
    assert lines[-1] == "1 passed, 1 failed, 0 skipped", lines
    # Between two tests, or behind the last.
    assert tally(suite(GOOD, announced=2, status="fail"))[1][-1] == "1 passed, 1 failed, 0 skipped"
    assert tally(suite(GOOD, status="fail"))[1][0] == "FAILED release: S"
    # And where ctest should not notice.
    assert tally(suite(GOOD, announced=2))[1][-1] == "1 passed, 1 failed, 0 skipped"


def test_a_suite_that_has_nothing_to_run_fails():
    assert tally(PASSED, suite())[1][0] == "FAILED release: a suite without a test"
    assert tally(suite(GOOD + "\n\n  YOU HAVE 2 DISABLED TESTS\n"))[1][0] == "FAILED release: you have 2 disabled tests"


def test_in_ci_a_skip_fails():
    status, lines = tally(PASSED, GTEST, ci=True)
    assert status == 1 and "CI=true" in lines[-2] and lines[-1] == "1 passed, 0 failed, 1 skipped", lines
    assert tally(PASSED, ci=True)[0] == 0


def test_a_program_that_is_not_there_is_a_failure():
    assert tally(PASSED, NOT_BUILT)[1][-1] == "1 passed, 1 failed, 0 skipped"


def test_a_build_that_fails_is_a_failure():
    status, lines = tally(PASSED, notes=[("failed", "asan.build", "does not build")])
    assert status == 1 and "FAILED asan.build: does not build" in lines, lines


def test_ctest_failing_by_itself_is_a_failure_but_not_counted_twice():
    ctest = ("ctest", "release", "ctest failed without naming a test")
    assert tally(PASSED, notes=[ctest])[1][-1] == "1 passed, 1 failed, 0 skipped"
    assert tally(FAILED, notes=[ctest])[1][-1] == "0 passed, 1 failed, 0 skipped"


def test_nothing_run_is_a_failure():
    assert tally()[0] == 1


harness.main()
