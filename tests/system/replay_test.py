"""`lastack replay`: a stored run, done again from its record."""

import os
import re
import tempfile
from pathlib import Path

import harness

os.environ["LASTACK_SCENARIOS"] = str(harness.SOURCE / "scenarios")


def replay(*args, **more):
    return harness.run(harness.LASTACK, "replay", *args, **more)


def stored(folder, *args):
    done = harness.run(harness.LASTACK, "run", *args, "--out", folder)
    assert done.returncode in (0, 1), done
    return Path(folder)


def test_every_run_of_a_folder_is_the_same_to_the_octet():
    with tempfile.TemporaryDirectory() as folder:
        stored(folder, "close", "window", "--seed", 9, "--ip", "all")
        done = replay(folder)
        lines = done.stdout.splitlines()
        assert done.returncode == 0 and len(lines) > 30 and not done.stderr, done
        assert all(line.startswith("same  ") for line in lines), done.stdout


def test_one_run_is_chosen_by_its_file_or_its_id_and_its_new_record_is_the_old_one():
    with tempfile.TemporaryDirectory() as folder:
        root = stored(folder, "close/simultaneous", "close/half_close")
        new = root / "new.trace"
        done = replay(root, "close/simultaneous", "--trace", new)
        old = root / "traces/close/simultaneous.trace"
        assert done.stdout.startswith("same  close/simultaneous (engine") and done.stdout.count("\n") == 1, done
        assert new.read_bytes() == old.read_bytes()
        assert replay(old).stdout == done.stdout


def test_the_settings_of_the_target_are_those_of_the_record():
    with tempfile.TemporaryDirectory() as folder:
        root = stored(folder, "close/half_close", "--target", "engine:defect=ack-late,profile=minimal")
        done = replay(root)
        assert done.returncode == 0, done
        assert done.stdout.startswith("same  close/half_close (engine:defect=ack-late,profile=minimal"), done


def test_a_sweep_and_a_conversation_are_runs_too():
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "one.trace"
        harness.run(harness.LASTACK, "sweep", "close/half_close", "--only", "drop to-target nth 3", "--trace", trace)
        assert replay(trace).stdout.startswith("same  close/half_close"), replay(trace)
        harness.run(harness.LASTACK, "swarm", "--seed", 5, "--only", 17, "--trace", trace)
        assert replay(trace).stdout.startswith("same  swarm/17"), replay(trace)


def test_on_another_target_the_rfcs_judge():
    with tempfile.TemporaryDirectory() as folder:
        root = stored(folder, "retransmission/two_segments")
        good = replay(root, "--target", "engine:profile=minimal")
        assert good.returncode == 0 and good.stdout.startswith("pass  retransmission/two_segments (engine:profile=minimal"), good
        bad = replay(root, "--target", "engine:defect=reserved-bits-sent")
        assert bad.returncode == 1 and "9293-3.1-rsrvd-tx" in bad.stdout and "repeat it: lastack replay " in bad.stdout, bad


def test_what_is_not_compared_is_said_with_its_reason():
    with tempfile.TemporaryDirectory() as folder:
        root = stored(folder, "close/half_close", "close/simultaneous")
        done = replay(root, "--target", "engine:profile=minimal")
        assert done.returncode == 0 and done.stdout.splitlines()[2:] == [
            "2 runs were not compared but judged by the RFCs, without what scripts expected: "
            "the record is of engine without settings, and this is with profile=minimal"], done
        assert "not compared" not in replay(root).stdout and "not compared" not in replay(root, "--target", "engine").stdout


def test_on_the_kernel_the_rfcs_judge():
    harness.need_kernel()
    with tempfile.TemporaryDirectory() as folder:
        root = stored(folder, "close/simultaneous", "reset/exact", "handshake/passive")
        done = replay(root, "--target", "linux", "--trace", root / "new.trace")
        assert done.returncode == 2 and "--trace is for one run" in done.stderr, done
        done = replay(root, "--target", "linux")
        lines = done.stdout.splitlines()
        assert done.returncode == 0 and len(lines) == 4 and not done.stderr, done
        assert all(re.match(r"(pass|non-strict)  \S+ \(linux, ", line) for line in lines[:3]), done
        assert lines[3].endswith("the record is of engine, and this is linux"), done
    with tempfile.TemporaryDirectory() as folder:
        # A run of the kernel is done again there, and by the engine.
        root = stored(folder, "close/simultaneous", "--target", "linux")
        new = root / "new.trace"
        done = replay(root, "close/simultaneous", "--trace", new)
        assert done.returncode == 0 and re.match(r"(pass|non-strict)  close/simultaneous \(linux, ", done.stdout), done
        assert done.stdout.endswith("linux keeps real time, and no two runs of it are alike\n"), done
        assert harness.run(harness.LASTACK, "judge", new).returncode == 0
        there = replay(root, "--target", "engine")
        assert there.returncode == 0 and there.stdout.startswith("pass  close/simultaneous (engine, "), there


def test_a_record_that_was_changed_shows_where():
    with tempfile.TemporaryDirectory() as folder:
        trace = stored(folder, "close/simultaneous") / "traces/close/simultaneous.trace"
        text = trace.read_text()
        lines = text.splitlines(keepends=True)
        at = next(i for i, line in enumerate(lines) if " reply > " in line and "result=0" in line)
        lines[at] = lines[at].replace("result=0", "result=7")
        trace.write_text("".join(lines))
        done = replay(trace)
        assert done.returncode == 1 and done.stdout.startswith("differs  close/simultaneous"), done
        assert f"line {at + 1}: expected `" in done.stdout and "result=7" in done.stdout, done


def test_what_is_something_else_is_told_what_makes_a_record_of_it():
    with tempfile.TemporaryDirectory() as name:
        harness.run(harness.LASTACK, "run", "close/half_close", "--out", name, "--report", "pcapng")
        capture = Path(name) / "pcapng/close/half_close.pcapng"
        script = harness.SOURCE / "scenarios/close/half_close.pkt"
        for file, sentence in ((capture, f"it is a capture: `lastack trace {capture}` makes a record"),
                               (script, f"it is a script: `lastack run {script} --out DIR` plays it")):
            for command in ("replay", "judge"):
                done = harness.run(harness.LASTACK, command, file)
                assert done.returncode == 4 and sentence in done.stdout.replace("\n", " ").replace("  ", ""), done


def test_what_is_no_run_is_said_in_a_sentence():
    with tempfile.TemporaryDirectory() as folder:
        trace = stored(folder, "close/simultaneous") / "traces/close/simultaneous.trace"
        text = trace.read_text()
        for change, sentence in (
            (text[: len(text) * 2 // 3], ":"),
            (text[: text.rindex("\n", 0, -1) + 1], "its end is missing"),
            ("lastack trace 1\n", "nothing in it says what run it is of"),
            ("hello\n", ".trace:1: "),
            ("", ".trace:1: "),
        ):
            trace.write_text(change)
            done = replay(trace)
            assert done.returncode == 4 and sentence in done.stdout and "Traceback" not in done.stderr, (change[-80:], done)
        (Path(folder) / "empty").mkdir()
        for args, sentence in (
            ((), "say which run"),
            (("nowhere.trace",), "there is no file `nowhere.trace`"),
            ((Path(folder) / "empty",), "no run is below"),
            ((folder, "close/nothing"), "there is no run `close/nothing`"),
            ((folder, "--target", "enigne"), "enigne"),
        ):
            done = replay(*args)
            assert done.returncode == 2 and sentence in done.stderr, (args, done)


harness.main()
