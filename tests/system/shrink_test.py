"""`lastack shrink`: a scenario that fails, as small as it gets."""

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import harness

os.environ["LASTACK_SCENARIOS"] = str(harness.SOURCE / "scenarios")
TTL = "engine:defect=ttl-ignored"


def shrink(*args, **more):
    return harness.run(harness.LASTACK, "shrink", *args, **more)


def long_script(folder, exchanges):
    """Fails with TTL at its last step, and none of its exchanges can go: each counts on from those before."""
    lines = ["rules: MUST-49", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3", "+0 bind(3, ..., ...) = 0",
             "+0 listen(3, 8) = 0", "+0 < S 77:77(0) win 65535 <mss 1460,sackOK,nop,nop>", "+0 > S. 0:0(0) ack 78 <...>",
             "+.013 < . 1:1(0) ack 1 win 65535", "+0 accept(3, ..., ...) = 4", "+0 setsockopt(4, SOL_IP, IP_TTL, [9], 4) = 0"]
    for n in range(1, exchanges + 1):
        lines += ["+.01 write(4, ..., 1) = 1", f"+0 > {'[ttl 9] ' if n == exchanges else ''}P. {n}:{n + 1}(1) ack 1",
                  f"+0 < . 1:1(0) ack {n + 1} win 65535"]
    script = Path(folder) / "long.pkt"
    script.write_text("\n".join(lines) + "\n")
    return script


def fails_there_only(script, target, requirement):
    run = harness.run(harness.LASTACK, "run", script, "--target", target)
    assert run.returncode == 1 and requirement in run.stdout, run
    assert harness.run(harness.LASTACK, "run", script).returncode == 0, script.read_text()


def test_what_is_left_fails_alike_and_is_plain():
    with tempfile.TemporaryDirectory() as folder:
        done = shrink(long_script(folder, 3), "--target", TTL, "--found", folder)
        assert done.returncode == 0 and re.search(r"^  as a script 8 packets, after \d+ tries$", done.stdout, re.M), done
        script = Path(folder) / "must-49_ttl.pkt"
        fails_there_only(script, TTL, "MUST-49")
        text = script.read_text()
        assert "< S 0:0(0) win 65535\n" in text and "+0 < . 1:1(0) ack 1 " in text and "+0 write" in text, text
        # Nothing is left to be done to it.
        again = shrink(script, "--target", TTL, "--found", Path(folder, "again"))
        steps = lambda file: [line for line in file.read_text().splitlines() if not line.startswith("//")]
        assert steps(Path(folder, "again/must-49_ttl.pkt")) == steps(script), again


def test_a_file_of_another_is_left_alone():
    with tempfile.TemporaryDirectory() as folder:
        mine = Path(folder) / "must-49_ttl.pkt"
        mine.write_text("mine")
        script = long_script(folder, 3)
        done = shrink(script, "--target", TTL, "--found", folder)
        assert done.returncode == 0 and f"written: {folder}/must-49_ttl_2.pkt\n" in done.stdout, done
        assert mine.read_text() == "mine"
        # What is the same is not there twice.
        again = shrink(script, "--target", TTL, "--found", folder)
        assert f"written: {folder}/must-49_ttl_2.pkt\n" in again.stdout, again
        assert not Path(folder, "must-49_ttl_3.pkt").exists()


def test_a_folder_that_cannot_be_is_said_before_anything_is_run():
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain"
        plain.write_text("mine")
        for command in (("shrink", long_script(folder, 3), "--target", TTL), ("sweep", "handshake/passive"),
                        ("swarm", "--count", 10)):
            done = harness.run(harness.LASTACK, *command, "--found", plain)
            assert done.returncode == 4 and not done.stdout, done
            assert done.stderr == f"lastack: cannot write {plain}: Not a directory; nothing was run\n", done
        assert plain.read_text() == "mine"


def test_a_budget_is_kept_and_what_is_left_could_be_smaller():
    with tempfile.TemporaryDirectory() as folder:
        script = long_script(folder, 20)
        few = shrink(script, "--target", TTL, "--found", folder, "--tries", 3)
        assert few.returncode == 0 and "as a script 43 packets (it could be smaller), after 3 tries\n" in few.stdout, few
        fails_there_only(Path(folder) / "must-49_ttl.pkt", TTL, "MUST-49")
        short = shrink(long_script(folder, 600), "--target", TTL, "--found", folder, "--time", 1)
        assert short.returncode == 0 and "(it could be smaller), after " in short.stdout and not short.stderr, short
        fails_there_only(Path(folder) / "must-49_ttl.pkt", TTL, "MUST-49")


def test_interrupted_it_writes_and_tells_what_it_has():
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([harness.LASTACK, "shrink", long_script(folder, 600), "--target", TTL, "--found", folder],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 4 and err == "lastack: interrupted; what is written could be smaller\n", (out, err)
        script = Path(folder) / "must-49_ttl.pkt"
        assert f"  written: {script}\n" in out and "(it could be smaller), after " in out, out
        fails_there_only(script, TTL, "MUST-49")


def test_each_failure_becomes_a_scenario_of_its_own():
    target = "engine:defect=reserved-bits-sent"
    with tempfile.TemporaryDirectory() as folder:
        done = shrink("window/stays_closed", "--target", target, "--found", folder)
        scripts = sorted(Path(folder).glob("*.pkt"))
        assert done.returncode == 0 and len(scripts) == done.stdout.count(".pkt\n") >= 2, done
        assert any("9293-3.1-rsrvd-tx" in script.read_text() for script in scripts), done
        for script in scripts:
            assert script.with_suffix(".trace").exists() and script.with_suffix(".pcapng").exists(), script


def test_what_makes_no_sense_is_said_in_a_sentence():
    for args, status, sentence in (
        ((), 2, "say which scenario"),
        (("close/simultaneous",), 2, "lastack shrink: close/simultaneous does not fail on engine; its verdict is pass\n"),
        (("close/simultaneos",), 2, "close/simultaneos"),
        (("close/simultaneous", "--target", "linux"), 2, "linux has no virtual time"),
        (("close/simultaneous", "--tries", 0), 2, "--tries wants a number"),
        (("close/simultaneous", "--time", "soon"), 2, "--time wants a number"),
    ):
        done = shrink(*args)
        assert done.returncode == status and sentence in done.stderr and not done.stdout, (args, done)
    with tempfile.TemporaryDirectory() as folder:
        script = long_script(folder, 2)
        done = shrink(script, "--target", TTL, "--found", "/proc/nowhere")
        assert done.returncode == 4 and "/proc/nowhere" in done.stdout + done.stderr, done


harness.main()
