"""`lastack sweep`: every fault on every packet, and every pair of them."""

import json
import os
import re
import shlex
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import harness

os.environ["LASTACK_SCENARIOS"] = str(harness.SOURCE / "scenarios")


def sweep(*args, **more):
    return harness.run(harness.LASTACK, "sweep", *args, **more)


def without_time(text):
    return re.sub(r", [0-9.]+ m?s: \d+ runs/s", "", text)


def test_the_right_engine_survives_and_the_output_is_the_same_with_more_workers():
    one, three = sweep("close/half_close"), sweep("close/half_close", "--jobs", 3)
    assert one.returncode == 0 and not one.stderr, one
    assert re.match(r"pass  close/half_close \(engine, \d+ packets, \d+ runs: ", one.stdout), one.stdout
    assert without_time(one.stdout) == without_time(three.stdout), three.stdout


def test_a_defect_that_the_plain_scenario_does_not_show_is_caught():
    target = "engine:defect=syn-not-repeated"
    assert harness.run(harness.LASTACK, "run", "handshake/passive", "--target", target).returncode == 0
    done = sweep("handshake/passive", "--target", target)
    assert done.returncode == 1 and "MUST-22" in done.stdout, done
    # However often it shows, it is told once, with the command that repeats it.
    assert done.stdout.count("repeat it: ") == 1 and "distinct failures: 1\n" in done.stdout, done.stdout
    only = re.search(r"repeat it: lastack sweep handshake/passive .*--only '(.*)'", done.stdout)[1]
    again = sweep("handshake/passive", "--target", target, "--only", only)
    assert again.returncode == 1 and "MUST-22" in again.stdout, again


def test_what_is_found_is_a_small_scenario_that_fails_when_it_is_run():
    target = "engine:defect=syn-not-repeated"
    with tempfile.TemporaryDirectory() as folder:
        done = sweep("handshake/passive", "--target", target, "--found", folder)
        (script,) = Path(folder).glob("*.pkt")
        for ending in ".pkt", ".trace", ".pcapng":
            assert f"written: {script.with_suffix(ending)}\n" in done.stdout, done.stdout
        run = harness.run(harness.LASTACK, "run", script, "--target", target)
        assert run.returncode == 1 and "MUST-22" in run.stdout, run
        assert harness.run(harness.LASTACK, "run", script).returncode == 0, script.read_text()
        assert harness.run(harness.LASTACK, "judge", script.with_suffix(".trace")).returncode == 1


def test_the_scenario_as_it_stands_is_one_of_the_runs_and_its_expectations_are_judged_there():
    target = "engine:defect=ttl-ignored"
    with tempfile.TemporaryDirectory() as folder:
        done = sweep("options/ttl_and_dscp", "--singles", "--target", target, "--found", folder)
        assert done.returncode == 1 and "MUST-49" in done.stdout, done
        assert f"repeat it: lastack run options/ttl_and_dscp --target {target} --seed 1\n" in done.stdout, done.stdout
        (script,) = Path(folder).glob("*.pkt")
        run = harness.run(harness.LASTACK, "run", script, "--target", target)
        assert run.returncode == 1 and "MUST-49" in run.stdout, run
        assert harness.run(harness.LASTACK, "run", script).returncode == 0, script.read_text()


def test_what_fails_without_any_fault_is_repeated_without_any():
    done = sweep("close/half_close", "--target", "engine:defect=half-close-deaf", "--singles")
    command = re.search(r"repeat it: lastack (sweep .*--only '')$", done.stdout, re.M)
    assert done.returncode == 1 and command, done
    again = harness.run(harness.LASTACK, *shlex.split(command[1]))
    assert again.returncode == 1 and again.stdout.startswith("fail  "), again
    right = sweep("close/half_close", "--only", "")
    assert right.returncode == 0 and right.stdout.startswith("pass  "), right


def test_for_programs_it_is_one_object_a_line():
    done = sweep("handshake", "--singles", "--json", "--target", "engine:defect=syn-not-repeated")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) > 10 and done.returncode == 1, done
    for line in lines:
        assert line["complete"] and line["runs"] == 5 * line["packets"] + 2 == sum(line["verdicts"].values()), line
    failure = next(line for line in lines if line["failures"])["failures"][0]
    assert failure["requirements"] == ["MUST-22"] and failure["repeat"].startswith("lastack sweep handshake/"), failure


def test_one_run_comes_with_its_ladder_and_its_record():
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "one.trace"
        done = sweep("handshake/passive", "--only", "drop to-target nth 1", "--trace", trace)
        assert done.returncode == 0 and "(dropped)" in done.stdout, done
        assert harness.run(harness.LASTACK, "judge", trace).returncode == 0


def test_a_fault_that_hits_nothing_is_said_to():
    done = sweep("handshake/passive", "--only", "drop from-target nth 9; drop to-target nth 1")
    assert done.returncode == 0 and "warning: the fault `drop from-target nth 9` never struck\n" in done.stdout, done
    assert done.stdout.count("never struck") == 1, done.stdout


def test_what_makes_no_sense_is_said_in_a_sentence():
    for args, sentence in (
        ((), "say which scenario"),
        (("handshake/pasive",), "handshake/pasive"),
        (("handshake/passive", "--only", "drop sideways"), "--only `drop sideways`, column 6: "),
        (("handshake", "--only", "drop nth 1"), "--only is for one scenario"),
        (("handshake/passive", "--only", "drop nth 1", "--pairs"), "--only is one run"),
        (("handshake/passive", "--trace", "x"), "--trace is for the one run"),
        (("handshake/passive", "--jobs", "many"), "--jobs wants a number"),
        (("handshake/passive", "--target", "linux"), "a sweep needs virtual time, and linux has none"),
        (("handshake/passive", "--found", ""), "--found wants a folder"),
        (("handshake/passive", "--profile", "linxu"), "did you mean `linux`?"),
        (("handshake/passive", "--profile", "nobody"), "there is no profile `nobody`; there are: "),
        (("handshake/passive", "--only", "drop FYN"), "column 6: expected a match or `;`, found `FYN`; did you mean `FIN`?"),
    ):
        done = sweep(*args)
        assert done.returncode == 2 and sentence in done.stderr and not done.stdout, (args, done)
    with tempfile.TemporaryDirectory() as folder:
        broken = Path(folder) / "broken.pkt"
        broken.write_bytes(b"+0 < S 0:0(0) win\n\xff\x00\n")
        done = sweep(broken)
        assert done.returncode == 4 and "broken.pkt:2:2: " in done.stderr, done


def test_interrupted_it_keeps_what_it_has():
    process = subprocess.Popen([harness.LASTACK, "sweep", "textbook/bulk_transfer", "window/stays_closed"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 4 and err == "lastack: interrupted\n", (process.returncode, err)
    assert re.search(r"^part  textbook/bulk_transfer .* not all\)$", out, re.M), out
    assert "stays_closed" not in out and "1 scenario swept, " in out, out


def test_what_was_printed_is_on_disk_though_it_is_killed_at_any_moment():
    told = 0
    for tries in range(25):
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen([harness.LASTACK, "sweep", "handshake", "close", "--singles", "--found", folder,
                                        "--target", "engine:defect=syn-ack-off-by-one"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            # Killed after so many lines, and then in the middle of what comes next.
            lines = [process.stdout.readline() for _ in range(tries * 11)]
            time.sleep(0.003 * (tries % 7))
            process.kill()
            rest, _ = process.communicate(timeout=60)
            out = "".join(lines) + rest
            for path in re.findall(r"^  written: (.*)\n", out, re.M):
                assert Path(path).stat().st_size > 0, path
                told += 1
            # Whoever is told of a failure can read of it on disk.
            findings = len(re.findall(r"^fail  \S+ \(engine:defect=[^,]*, [0-9.]+ m?s, ", out, re.M))
            assert findings <= len(list(Path(folder).glob("*.trace"))), out
            for script in Path(folder).glob("*.pkt"):
                assert harness.run(harness.LASTACK, "fmt", "--check", script).returncode in (0, 1), script
    assert told > 20, told


harness.main()
