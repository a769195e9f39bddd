"""The helper of the system tests, shown files that pass, fail and skip."""

import sys
import tempfile
from pathlib import Path

import harness


def outcome(body):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "some_test.py"
        file.write_text(f"import harness\n{body}\nharness.main()\n")
        done = harness.run(sys.executable, file, env={"PYTHONPATH": str(Path(__file__).parent)})
        return done.returncode, done.stdout


PASS = "def test_a(): pass\n"
FAIL = "def test_b(): assert 1 == 2\n"
SKIP = "def test_c(): harness.skip('no tun')\n"


def test_all_pass():
    assert outcome(PASS) == (0, "ok test_a\n")


def test_a_failure_fails_the_file_and_the_rest_still_runs():
    status, text = outcome(FAIL + PASS)
    assert status == 1 and "FAILED test_b" in text and "assert 1 == 2" in text and "ok test_a" in text, text


def test_an_exit_in_the_middle_is_a_failure():
    assert outcome("import sys\ndef test_x(): sys.exit(0)\n")[0] == 1


def test_one_skip_among_others_passes_and_is_shown():
    assert outcome(PASS + SKIP) == (0, "ok test_a\nSKIP: some_test.test_c: no tun\n")


def test_only_skips_skip_the_file():
    assert outcome(SKIP) == (77, "SKIP: some_test.test_c: no tun\n")


def test_a_skip_does_not_excuse_a_failure():
    assert outcome(SKIP + FAIL)[0] == 1


def test_a_whole_file_can_be_skipped():
    assert outcome("harness.skip('not root')\n" + FAIL) == (77, "SKIP: some_test: not root\n")


def test_a_file_without_tests_fails():
    assert outcome("")[0] == 1


harness.main()
