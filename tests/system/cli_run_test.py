"""lastack run on the engine: verdicts, exit status, what it prints and what it leaves under --out."""

import filecmp
import json
import os
import pty
import re
import tempfile
from pathlib import Path

import harness

OPEN = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
LISTEN = OPEN + "+0 bind(3, ..., ...) = 0\n+0 listen(3, 8) = 0\n"
PASS = "// It passes\n" + LISTEN
FAIL = ("// It fails\nrules: MUST-14\n" + LISTEN + "+0 < S 100:100(0) win 65535 <mss 1460>\n"
        "+0 > S. 0:0(0) ack 999 <...>\n")
BROKEN = "// It does not parse\n0 sockit(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"


def suite(folder, **scenarios):
    return harness.write_files(folder, {name.replace("_", "/", 1) + ".pkt": text for name, text in scenarios.items()})


def run(folder, *arguments, **kwargs):
    return harness.run(harness.LASTACK, "run", "--scenarios", folder, *arguments, **kwargs)


def test_all_passing_is_status_0_and_a_line_each():
    with tempfile.TemporaryDirectory() as folder:
        done = run(suite(folder, a_one=PASS, a_two=PASS))
        lines = done.stdout.splitlines()
        assert done.returncode == 0 and done.stderr == "", done
        assert re.fullmatch(r"pass  a/one \(engine, [\d.]+ \w+, 0 segments\)", lines[0]), lines
        assert lines[2] == ("2 scenarios: 2 pass, 0 non-strict, 0 inconclusive, 0 known, 0 fail, 0 harness-error, "
                            "0 not-applicable, 0 not run"), lines
        assert re.fullmatch(r"seed 1 \(from the default\), target engine \S+, [\d.]+ \w+", lines[3]), lines


def test_a_failure_is_told_in_full_and_can_be_repeated():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, a_fail=FAIL, a_pass=PASS)
        done = run(folder, "--seed", "0x10", "--ip", "v6")
        assert done.returncode == 1, done
        for part in ("fail  a/fail (engine, ", "  It fails\n", "expected ack 999, got 101", "a/fail.pkt:7:1",
                     "MUST-14 (MUST, RFC 9293, 3.7.1): ", "|<--- S. 0:0(0) ack 101 ", "^ expected ack 999, got 101",
                     "pass  a/pass", "seed 16 (from --seed)"):
            assert part in done.stdout, (part, done.stdout)
        again = re.search(r"repeat it: lastack (run .*)", done.stdout)[1]
        assert again == f"run a/fail --target engine --seed 16 --ip v6 --scenarios {folder}", again
        repeated = harness.run(harness.LASTACK, *again.split())
        assert repeated.returncode == 1 and "expected ack 999, got 101" in repeated.stdout, repeated


def test_a_broken_file_is_shown_with_a_caret_and_the_others_run():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, a_broken=BROKEN, a_pass=PASS)
        done = run(folder)
        assert done.returncode == 4, done
        assert done.stderr.startswith("a/broken.pkt:2:3: ") and done.stderr.endswith("    ^\n"), done
        assert "harness-error  a/broken (a/broken.pkt:2:3: " in done.stdout and "pass  a/pass" in done.stdout, done
        assert "repeat it" not in done.stdout and done.stderr.count("2:3: ") == 1, done
        why = done.stderr.splitlines()[0].partition(":2:3: ")[2]
        assert why and why not in done.stdout, "it is told once"
        assert run(folder, "a/broken").returncode == 4


def test_the_place_of_an_error_in_a_file_from_elsewhere_is_where_an_editor_finds_it():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, suite_x=PASS, mine_broken=BROKEN)
        file = f"{folder}/mine/../mine/broken.pkt"
        done = run(f"{folder}/suite", file)
        assert done.returncode == 4 and done.stderr.startswith(f"{file}:2:3: "), done
        assert f"harness-error  broken ({file}:2:3" in done.stdout, done


def test_what_the_system_refuses_is_a_sentence():
    with tempfile.TemporaryDirectory() as folder:
        done = run(suite(folder, a_pass=PASS), "--xfail", f"{folder}/none.txt")
        assert done.returncode == 4, done
        assert done.stderr == f"lastack: could not read {folder}/none.txt: No such file or directory\n", done


def test_what_needs_what_the_target_lacks_is_not_applicable():
    with tempfile.TemporaryDirectory() as folder:
        done = run(suite(folder, a_shell="needs: shell\n" + PASS))
        assert done.returncode == 0 and "not-applicable  a/shell (" in done.stdout and " 0 pass" in done.stdout, done
        assert "nothing was put to the test" in done.stdout, done


def test_the_seed_says_where_it_came_from():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, a_pass=PASS)
        assert "seed 9 (from LASTACK_SEED)" in run(folder, env={"LASTACK_SEED": "9"}).stdout
        assert "seed 7 (from --seed)" in run(folder, "--seed", "7", env={"LASTACK_SEED": "9"}).stdout


def test_slow_scenarios_wait_only_on_a_real_clock():
    with tempfile.TemporaryDirectory() as folder:
        done = run(suite(folder, a_slow=PASS.replace("\n", "\nslow: a minute\n", 1)))
        assert done.returncode == 0 and "pass  a/slow" in done.stdout, done


def test_repetitions_are_told_apart():
    with tempfile.TemporaryDirectory() as folder:
        done = run(suite(folder, a_pass=PASS), "--repeat", "3", "--out", f"{folder}/out")
        assert "pass  a/pass #3 (" in done.stdout and "1 scenario, each 3 times: 3 pass" in done.stdout, done
        traces = sorted(file.name for file in Path(folder, "out/traces/a").iterdir())
        assert traces == ["pass.2.trace", "pass.3.trace", "pass.trace"], traces


def test_a_file_from_elsewhere_has_its_name_for_an_id():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, suite_x="", mine_test=FAIL)
        file = f"{folder}/mine/test.pkt"
        done = run(f"{folder}/suite", file, "--out", f"{folder}/out", "--report", "text,junit")
        assert done.returncode == 1 and "fail  test (" in done.stdout, done
        assert f"repeat it: lastack run {file} --target engine" in done.stdout, done
        for report in ("report.txt", "junit.xml"):
            text = Path(folder, "out", report).read_text()
            assert f"lastack run {file} --target engine" in text, "what repeats it is the same everywhere"


def test_a_file_from_elsewhere_may_use_what_the_suite_has():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, suite_x=PASS, mine_test='use "preamble/listen.pkt"\n')
        preamble = Path(folder, "suite/preamble/listen.pkt")
        preamble.parent.mkdir()
        preamble.write_text(LISTEN)
        assert run(f"{folder}/suite", f"{folder}/mine/test.pkt").returncode == 0


def test_known_deviations_are_not_failures_and_stale_ones_are():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, a_fail=FAIL, a_pass=PASS)
        known = Path(folder, "known/engine.txt")
        known.parent.mkdir()
        known.write_text("a/fail | * | a test | * | always\n")
        done = run(folder)
        assert done.returncode == 0 and "known  a/fail" in done.stdout and "1 known" in done.stdout, done
        known.write_text("a/fail | * | a test | * | always\na/pass | * | a test | * | always\n")
        done = run(folder)
        assert done.returncode == 1 and "fail  a/pass" in done.stdout and "known/engine.txt:2:" in done.stdout, done
        assert run(folder, "a/fail").returncode == 0, "what did not run is not stale"
        other = Path(folder, "other.txt")
        other.write_text("")
        assert run(folder, "--known", other).returncode == 1
        other.write_text("nonsense\n")
        done = run(folder, "--known", other)
        assert done.returncode == 4 and done.stderr.startswith("lastack: other.txt:1:"), done
        done = run(folder, "--known", f"{folder}/none.txt")
        assert done.returncode == 4 and done.stderr.endswith("none.txt: No such file or directory\n"), done


def same(one, other):
    compared = filecmp.dircmp(one, other)
    assert not (compared.left_only or compared.right_only), (compared.left_only, compared.right_only)
    for name in compared.common_files:
        assert Path(one, name).read_bytes() == Path(other, name).read_bytes(), name
    for name in compared.common_dirs:
        same(Path(one, name), Path(other, name))


def test_one_seed_is_one_run_to_the_byte_whatever_the_jobs():
    with tempfile.TemporaryDirectory() as folder:
        root = harness.SOURCE / "scenarios"
        for out, jobs in (("a", "1"), ("b", "1"), ("c", "3")):
            assert run(root, "--seed", "7", "--jobs", jobs, "--out", f"{folder}/{out}").returncode < 4
        same(f"{folder}/a", f"{folder}/b")
        same(f"{folder}/a", f"{folder}/c")


def test_what_is_left_under_out():
    with tempfile.TemporaryDirectory() as folder:
        suite(f"{folder}/suite", a_fail=FAIL, a_pass=PASS)
        out = Path(folder, "deep/out")
        done = run(f"{folder}/suite", "--out", out)
        files = sorted(str(file.relative_to(out)) for file in out.rglob("*") if file.is_file())
        assert files == ["report.json", "report.txt", "results.jsonl", "traces/a/fail.trace", "traces/a/pass.trace"], files
        report = json.loads((out / "report.json").read_text())
        assert (report["schema"], report["version"], report["seed"]) == ("lastack-report", 1, 1), report
        assert report["counts"]["fail"] == 1 and report["counts"]["pass"] == 1, report
        lines = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
        assert lines == report["results"] and "trace" not in lines[0], lines
        assert (out / "traces/a/fail.trace").read_text().startswith("lastack trace 1\n")
        text = "".join(file.read_text() for file in out.rglob("*") if file.is_file())
        assert folder not in text, "a path of this machine is in a report"
        # A second run leaves nothing of the first behind.
        run(f"{folder}/suite", "a/pass", "--out", out, "--report", "json")
        files = sorted(str(file.relative_to(out)) for file in out.rglob("*") if file.is_file())
        assert files == ["report.json", "results.jsonl", "traces/a/pass.trace"], files
        assert done.returncode == 1


def on_a_terminal(arguments, env):
    """What the program writes when a terminal is its stdout, and its status."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(harness.LASTACK, [harness.LASTACK, *map(str, arguments)], {**os.environ, **env})
    text = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # The other side is closed.
            break
        if not piece:
            break
        text += piece
    os.close(terminal)
    return text.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_terminal_gets_a_status_line_and_only_what_went_wrong():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, a_fail=FAIL, a_pass=PASS)
        text, status = on_a_terminal(["run", "--scenarios", folder], {"TERM": "xterm", "NO_COLOR": ""})
        assert status == 1 and "\r\033[K[0/2]  a/fail" in text and "\033[1;31mfail\033[0m  a/fail" in text, text
        assert "pass  a/pass" not in text and "2 scenarios: 1 pass" in text, text
        text, _ = on_a_terminal(["run", "--scenarios", folder], {"TERM": "xterm", "NO_COLOR": "1"})
        assert "\033[K" in text and "\033[1;31m" not in text and "\033[32m" not in text, text
        text, _ = on_a_terminal(["run", "--scenarios", folder], {"TERM": "dumb"})
        assert "\033" not in text and "pass  a/pass" in text, text


harness.main()
