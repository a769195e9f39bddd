"""What happens to lastack: a full disk, a closed pipe, Ctrl-C, a death. No result already made is lost."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import harness

PASS = "// It passes\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
# On a real clock it sleeps; nobody waits that long.
LONG = "// It takes its time\n" + PASS.split("\n", 1)[1] + "+0 bind(3, ..., ...) = 0\n+0 listen(3, 8) = 0\n+0 silence 100\n"


def suite(folder, **scenarios):
    return harness.write_files(folder, {name.replace("_", "/", 1) + ".pkt": text for name, text in scenarios.items()})


def run(folder, *arguments, **kwargs):
    return harness.run(harness.LASTACK, "run", "--scenarios", folder, *arguments, **kwargs)


def start(folder, *arguments):
    return subprocess.Popen([harness.LASTACK, "run", "--scenarios", folder, *map(str, arguments)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def children(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[1] == str(pid) and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def need_linux(folder):
    harness.need_kernel()
    done = run(suite(folder, need_pass=PASS), "need/pass", "--target", "linux")
    assert done.returncode == 0, done


def test_a_full_disk_is_one_sentence_and_the_run_goes_on():
    with tempfile.TemporaryDirectory() as folder:
        suite(f"{folder}/suite", **{f"a_{i}": PASS for i in range(40)})
        out = Path(folder, "out")
        out.mkdir()
        script = f"""mount -t tmpfs -o size=12k none {out} || exit 77
                     {harness.LASTACK} run --scenarios {folder}/suite --out {out}; echo status $?
                     cat {out}/results.jsonl"""
        root = [] if os.getuid() == 0 else ["--map-root-user"]
        if shutil.which("unshare") is None:
            harness.skip("unshare is not installed")
        done = harness.run("unshare", *root, "--mount", "sh", "-c", script)
        if done.returncode == 77 or "unshare" in done.stderr:
            harness.skip("no mount namespace can be made here: " + done.stderr.strip())
        assert "status 4\n" in done.stdout and "40 scenarios: 40 pass" in done.stdout, done
        assert done.stderr.count("No space left on device") == 1 and done.stderr.count("\n") == 1, done
        # The lines that are there are whole.
        kept = done.stdout.split("status 4\n")[1].splitlines()
        assert kept and all(json.loads(line)["verdict"] == "pass" for line in kept), kept


def test_a_folder_that_cannot_be_written_is_one_sentence():
    with tempfile.TemporaryDirectory() as folder:
        suite(f"{folder}/suite", a_one=PASS, a_two=PASS)
        Path(folder, "file").write_text("in the way")
        done = run(f"{folder}/suite", "--out", f"{folder}/file/out")
        assert done.returncode == 4 and not done.stdout, done
        assert done.stderr == f"lastack: cannot write {folder}/file/out: Not a directory; nothing was run\n", done


def test_a_file_of_the_user_is_not_taken_for_a_report():
    with tempfile.TemporaryDirectory() as folder:
        suite(f"{folder}/suite", a_one=PASS)
        mine = harness.write_files(Path(folder, "out"), {"report.json": "mine", "traces/mine.trace": "mine",
                                                         "junit.xml": "mine"})
        done = run(f"{folder}/suite", "--out", mine)
        assert done.returncode == 4 and not done.stdout, done
        assert done.stderr == (f"lastack: {mine}/report.json is there, and no run of lastack wrote it "
                               "(results.jsonl is missing); nothing was run\n"), done
        (mine / "report.json").unlink()
        assert run(f"{folder}/suite", "--out", mine).returncode == 0
        assert run(f"{folder}/suite", "--out", mine).returncode == 0
        assert (mine / "traces/mine.trace").read_text() == "mine" and (mine / "report.json").exists()


def test_a_full_standard_output_is_an_error():
    with tempfile.TemporaryDirectory() as folder, open("/dev/full", "w") as full:
        suite(folder, a_one=PASS)
        for arguments in (["run", "--scenarios", folder], ["list", "--scenarios", folder], ["--help"]):
            done = subprocess.run([harness.LASTACK, *arguments], stdout=full, stderr=subprocess.PIPE, text=True)
            assert done.returncode == 4, (arguments, done)
            assert "cannot write to standard output: No space left on device" in done.stderr, (arguments, done)


def test_a_reader_that_left_does_not_stop_the_run():
    with tempfile.TemporaryDirectory() as folder:
        suite(f"{folder}/suite", **{f"a_{i}": PASS for i in range(200)})
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([harness.LASTACK, "run", "--scenarios", f"{folder}/suite", "--out", f"{folder}/out"],
                              stdout=writer, stderr=subprocess.PIPE, text=True)
        os.close(writer)
        assert done.returncode == 0 and done.stderr == "", done
        assert json.loads(Path(folder, "out/report.json").read_text())["counts"]["pass"] == 200


def test_ctrl_c_keeps_what_was_done():
    with tempfile.TemporaryDirectory() as folder:
        suite(f"{folder}/suite", a_pass=PASS)
        for jobs in ("1", "2"):
            out = Path(folder, "out" + jobs)
            lastack = start(f"{folder}/suite", "--repeat", "1000000", "--jobs", jobs, "--out", out, "--report", "json")
            lastack.stdout.readline()
            lastack.send_signal(signal.SIGINT)
            text, errors = lastack.communicate(timeout=60)
            assert lastack.returncode == 4, (lastack.returncode, errors)
            assert errors == "lastack: interrupted; what was not run is counted as such\n", errors
            report = json.loads((out / "report.json").read_text())
            passed, not_run = report["counts"]["pass"], report["counts"]["not-run"]
            assert passed > 0 and not_run > 0 and passed + not_run == 1000000, report["counts"]
            assert report["interrupted"] and f"{not_run} not run" in text, text[-500:]


def test_ctrl_c_ends_a_scenario_that_waits():
    with tempfile.TemporaryDirectory() as folder:
        need_linux(folder)
        suite(folder, a_first=PASS, a_long=LONG, a_other=PASS)
        for how in (signal.SIGINT, signal.SIGTERM):
            lastack = start(folder, "--target", "linux", "a")
            assert lastack.stdout.readline().startswith("pass  a/first")
            time.sleep(0.3)
            workers = children(lastack.pid)
            lastack.send_signal(how)
            text, errors = lastack.communicate(timeout=20)
            assert lastack.returncode == 4 and "interrupted" in errors, (lastack.returncode, errors)
            assert "3 scenarios: 1 pass" in text and "2 not run" in text, text
            assert workers and not any(alive(worker) for worker in workers), workers


def test_ctrl_c_before_the_first_scenario_is_heard():
    with tempfile.TemporaryDirectory() as folder:
        suite(f"{folder}/suite", a_pass=PASS)
        out, listed = Path(folder, "out"), Path(folder, "listed")
        os.mkfifo(listed)
        lastack = start(f"{folder}/suite", "--xfail", listed, "--out", out, "--report", "json")
        writer = []

        def it_reads():
            try:
                writer.append(os.open(listed, os.O_WRONLY | os.O_NONBLOCK))
            except OSError:  # Nobody reads yet.
                return False
            return True

        wait_for(it_reads)
        lastack.send_signal(signal.SIGINT)
        time.sleep(0.1)
        os.close(writer[0])
        text, errors = lastack.communicate(timeout=60)
        assert lastack.returncode == 4 and "1 not run" in text, (lastack.returncode, text, errors)
        assert errors == "lastack: interrupted; what was not run is counted as such\n", errors
        assert json.loads((out / "report.json").read_text())["interrupted"]


def test_ctrl_c_while_it_starts_up_is_heard_too():
    with tempfile.TemporaryDirectory() as folder:
        need_linux(folder)
        suite(folder, **{f"a_{i}": PASS for i in range(8)})
        for delay in (0, 0.02, 0.1, 0.3):
            out = Path(folder, f"out{delay}")
            lastack = subprocess.Popen([harness.LASTACK, "run", "--scenarios", folder, "--target", "linux", "--out", out,
                                        "--repeat", "1000"],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
            wait_for(lambda: children(lastack.pid))  # The first looks whether the target is to be had.
            time.sleep(delay)
            os.killpg(lastack.pid, signal.SIGINT)
            text, errors = lastack.communicate(timeout=60)
            assert lastack.returncode == 4 and "not run" in text, (delay, lastack.returncode, text[-500:], errors)
            assert errors == "lastack: interrupted; what was not run is counted as such\n", (delay, errors)
            assert json.loads((out / "report.json").read_text())["interrupted"], delay


def test_a_second_ctrl_c_ends_at_once_and_leaves_nobody():
    with tempfile.TemporaryDirectory() as folder:
        need_linux(folder)
        suite(folder, a_first=PASS, a_long=LONG)
        lastack = start(folder, "--target", "linux", "a")
        assert lastack.stdout.readline().startswith("pass  a/first")  # No other child is there any more.
        worker = children(lastack.pid)[0]
        os.kill(worker, signal.SIGSTOP)  # It will not hear that it is to stop.
        lastack.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert lastack.poll() is None
        lastack.send_signal(signal.SIGINT)
        lastack.communicate(timeout=2)
        assert lastack.returncode == -signal.SIGINT, lastack.returncode
        wait_for(lambda: not alive(worker))


def test_a_worker_that_dies_costs_its_own_scenario_only():
    with tempfile.TemporaryDirectory() as folder:
        need_linux(folder)
        suite(folder, a_first=PASS, a_long=LONG, a_other=PASS)
        lastack = start(folder, "--target", "linux", "a")
        assert lastack.stdout.readline().startswith("pass  a/first")
        time.sleep(0.3)
        os.kill(children(lastack.pid)[0], signal.SIGKILL)
        text, _ = lastack.communicate(timeout=20)
        assert lastack.returncode == 4, lastack.returncode
        assert "harness-error  a/long (the process that ran it was killed by SIGKILL)" in text, text
        assert "pass  a/other" in text and "2 pass" in text, text


def test_nobody_survives_the_parent():
    with tempfile.TemporaryDirectory() as folder:
        need_linux(folder)
        suite(folder, a_long=LONG, b_long=LONG)
        lastack = start(folder, "--target", "linux", "--jobs", "2", "a", "b")
        wait_for(lambda: len(children(lastack.pid)) == 2)
        workers = children(lastack.pid)
        lastack.kill()
        lastack.communicate(timeout=20)
        wait_for(lambda: not any(alive(worker) for worker in workers))


def test_slow_scenarios_are_left_out_on_a_real_clock_unless_asked_for():
    with tempfile.TemporaryDirectory() as folder:
        need_linux(folder)
        suite(folder, a_slow=PASS.replace("\n", "\nslow: a minute and more\n", 1), a_fast=PASS)
        done = run(folder, "a", "--target", "linux")
        assert done.returncode == 0 and "not run  a/slow (slow: a minute and more)" in done.stdout, done
        assert "1 pass" in done.stdout and "1 not run" in done.stdout, done
        for asked in (["a", "--slow"], ["a/slow"], [f"{folder}/a/slow.pkt"]):
            assert "pass  a/slow" in run(folder, *asked, "--target", "linux").stdout, asked


harness.main()
