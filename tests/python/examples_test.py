"""The examples run and say what they are meant to show."""

import sys
import tempfile

import harness

EXAMPLES = harness.SOURCE / "bindings/examples"
try:
    import lastack
except ImportError as missing:
    harness.skip(f"the Python package is not built ({missing}): python3-dev or pybind11-dev is missing")


SUITE = str(harness.SOURCE / "scenarios")


def example(name, *arguments, suite=SUITE):
    """From a folder with nothing in it: where the scenarios are is told by the variable."""
    with tempfile.TemporaryDirectory() as folder:
        return harness.run(sys.executable, EXAMPLES / name, *arguments, env={"LASTACK_SCENARIOS": suite}, cwd=folder)


def test_each_example_is_tested():
    assert sorted(file.name for file in EXAMPLES.glob("*.py")) == ["by_hand.py", "every_loss.py", "segments.py"]


def test_segments():
    done = example("segments.py")
    assert done.returncode == 0, done
    assert "ack: wanted 8, found 9\n" in done.stdout and "no IP datagram" in done.stdout, done.stdout


BY_HAND = ["after the second segment: SYN-RECEIVED", "after the third: ESTABLISHED", "read 10 octets",
           "after both FINs: TIME-WAIT", "no reset came, as it should be: no segment came",
           "4 segments from the target; fail for the one that did not come"]


def test_by_hand():
    done = example("by_hand.py")
    assert done.returncode == 0 and done.stdout.splitlines() == BY_HAND, done


def test_the_scenarios_that_were_built_with_the_package_are_found():
    done = example("by_hand.py", suite="")
    assert done.returncode == 0 and done.stdout.splitlines() == BY_HAND, done
    done = example("by_hand.py", suite="no/such")
    assert "UsageError: LASTACK_SCENARIOS wants a folder with scenarios; `no/such` is none" in done.stderr, done


def test_by_hand_on_the_kernel():
    done = example("by_hand.py", "linux")
    if "UsageError" in done.stderr:
        harness.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0 and done.stdout.splitlines() == BY_HAND, done


def test_every_loss():
    done = example("every_loss.py")
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == 7, done
    assert all(line.split()[-3] == "pass" for line in lines[1:]), done.stdout


harness.main()
