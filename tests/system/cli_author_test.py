"""What helps whoever writes scenarios and runs them in CI: new, fmt, --xfail, --shard."""

import json
import tempfile
from pathlib import Path

import harness

OPEN = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
WRONG = OPEN + "+0 listen(3, 1) = 7\n"


def lastack(*arguments, **kwargs):
    return harness.run(harness.LASTACK, *arguments, **kwargs)


def write(folder, **files):
    for name, text in files.items():
        file = Path(folder) / (name.replace("_", "/", 1) + ".pkt")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_a_new_scenario_passes_as_it_stands():
    with tempfile.TemporaryDirectory() as folder:
        done = lastack("new", "half_close", cwd=folder)
        assert done.returncode == 0 and "lastack run half_close.pkt" in done.stdout, done
        text = (Path(folder) / "half_close.pkt").read_text()
        assert text.startswith("// Half close\n"), text
        for ip in ("v4", "v6"):
            done = lastack("run", "half_close.pkt", "--ip", ip, "--strict", cwd=folder)
            assert done.returncode == 0 and done.stdout.startswith("pass  half_close "), done
            assert "warning" not in done.stdout, done
        assert lastack("fmt", "--check", "half_close.pkt", cwd=folder).returncode == 0


def test_a_new_scenario_passes_on_the_kernel_too():
    with tempfile.TemporaryDirectory() as folder:
        lastack("new", "x", cwd=folder)
        harness.need_kernel()
        done = lastack("run", "x.pkt", "--target", "linux", cwd=folder)
        assert done.returncode == 0 and "warning" not in done.stdout, done


def test_a_new_scenario_replaces_nothing():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mine.pkt"
        file.write_text("mine")
        done = lastack("new", file)
        assert done.returncode == 4 and done.stderr == f"lastack new: cannot write {file}: File exists\n", done
        assert file.read_text() == "mine"
        assert lastack("new").returncode == 2 and lastack("new", "a", "b").returncode == 2
        assert "No such file or directory" in lastack("new", f"{folder}/no/x").stderr


def test_a_silence_without_its_time_is_to_blame_itself():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.pkt"
        for rest, sentence in (("", "2:11: expected a number of seconds"), ("+0 close(3) = 0\n", "2:4: `silence` wants a number")):
            file.write_text(OPEN + "+0 silence\n" + rest)
            done = lastack("run", file)
            assert done.returncode == 4 and f"{file}:{sentence}" in done.stderr, done


def test_a_folder_that_is_closed_is_not_called_missing():
    with tempfile.TemporaryDirectory() as folder:
        somebody = harness.somebody()
        harness.lend(folder, "handshake")
        secret = Path(folder) / "secret"
        secret.mkdir()
        write(secret, bad=OPEN)
        secret.chmod(0)
        done = harness.run(*somebody, Path(folder) / "lastack", "run", "secret/bad.pkt", cwd=folder)
        assert done.returncode == 2 and "`secret/bad.pkt`: Permission denied" in done.stderr, done


def test_help_has_no_heading_with_nothing_below():
    done = lastack("new", "--help")
    assert done.returncode == 0 and "options:" not in done.stdout and "A file that is there" in done.stdout, done


def test_fmt_prints_checks_and_writes():
    untidy, tidy = "rules:MUST-13   SHLD-5\n\n\n" + OPEN.replace(" =", "   ="), "rules: MUST-13, SHLD-5\n\n" + OPEN
    with tempfile.TemporaryDirectory() as folder:
        write(folder, a=untidy, b=tidy)
        a, b = Path(folder) / "a.pkt", Path(folder) / "b.pkt"
        assert lastack("fmt", a).stdout == tidy and a.read_text() == untidy
        done = lastack("fmt", "--check", a, b)
        assert done.returncode == 1 and str(a) in done.stderr and str(b) not in done.stderr, done
        assert lastack("fmt", "--write", a, b).returncode == 0 and a.read_text() == tidy
        assert lastack("fmt", "--check", a, b).returncode == 0


def test_fmt_expands_what_a_script_uses():
    file = harness.SOURCE / "scenarios/close/simultaneous.pkt"
    done = lastack("fmt", "--expand", file, "--scenarios", harness.SOURCE / "scenarios")
    assert done.returncode == 0 and "use " not in done.stdout and "listen(3, 8) = 0" in done.stdout, done
    with tempfile.TemporaryDirectory() as folder:
        write(folder, x=done.stdout)
        assert lastack("run", f"{folder}/x.pkt").returncode == 0


def test_fmt_says_where_a_script_is_wrong_and_goes_on():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, bad=OPEN + "+0 clos(3) = 0\n", good=OPEN)
        done = lastack("fmt", "--check", f"{folder}/bad.pkt", f"{folder}/none.pkt", f"{folder}/good.pkt")
        assert done.returncode == 4 and f"{folder}/bad.pkt:2:4: unknown call `clos`" in done.stderr, done
        assert f"lastack fmt: {folder}/none.pkt: there is no such file" in done.stderr, done
        assert lastack("fmt").returncode == 2 and lastack("fmt", "--check", "--write", "x").returncode == 2


def test_a_file_that_is_not_there_is_no_such_file():
    done = lastack("run", "no/such.pkt")
    assert done.returncode == 2 and "`no/such.pkt`: no such file" in done.stderr, done


def run_json(folder, *arguments):
    done = lastack("run", "--scenarios", folder, "--out", f"{folder}/out", *arguments)
    lines = (Path(folder) / "out/results.jsonl").read_text().splitlines() if done.returncode in (0, 1) else []
    return done, {line["scenario"]: line["verdict"] for line in map(json.loads, lines)}


def test_what_is_expected_to_fail_must_fail():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, close_wrong=WRONG, close_worse=WRONG, close_fine=OPEN)
        listed = Path(folder) / "xfail.txt"
        listed.write_text("close/wo*   # not built yet\nclose/wrong # neither\n")
        done, verdicts = run_json(folder, "--xfail", listed)
        assert done.returncode == 0, done
        assert verdicts == {"close/wrong": "known", "close/worse": "known", "close/fine": "pass"}, verdicts
        listed.write_text("close/*\n")
        done, verdicts = run_json(folder, "--xfail", listed)
        assert done.returncode == 1 and verdicts["close/fine"] == "fail" and "stale" in done.stdout, done
        listed.write_text("close/rwong\n")
        done = lastack("run", "--scenarios", folder, "--xfail", listed)
        assert done.returncode == 4 and "xfail.txt:1:1: there is no scenario `close/rwong`" in done.stderr, done
        assert lastack("run", "--scenarios", folder, "--xfail", f"{folder}/none").returncode == 4


def test_all_shards_together_are_the_whole():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, **{f"topic_{n:02}": OPEN for n in range(7)})
        _, whole = run_json(folder)
        parts = [run_json(folder, "--shard", f"{i}/3")[1] for i in (1, 2, 3)]
        assert sorted(len(part) for part in parts) == [2, 2, 3], parts
        assert {name: verdict for part in parts for name, verdict in part.items()} == whole
        done, none = run_json(folder, "--shard", "9/9")
        assert done.returncode == 0 and none == {}, done


harness.main()
