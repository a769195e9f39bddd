"""`lastack rules`, `lastack explain` and `lastack judge`, from outside."""

import json
import tempfile
from pathlib import Path

import harness

PASS = """// All is well
rules: MUST-40
use "preamble/passive.pkt"
+.1 < P. 1:6(5) ack 1 win 65535
+0~+.5 > . 1:1(0) ack 6
"""
FAIL = PASS.replace("ack 6", "ack 7").replace("All is well", "Six are wanted")


def lastack(*arguments):
    return harness.run(harness.LASTACK, *arguments)


def suite(folder):
    """A suite of two scenarios, and what a run of it left behind."""
    root = harness.write_files(Path(folder, "scenarios"), {"a/pass.pkt": PASS, "a/fail.pkt": FAIL}, preambles=True)
    out = Path(folder, "out")
    done = lastack("run", "--scenarios", root, "--out", out)
    assert done.returncode == 1, done
    return root, out


def test_every_requirement_has_a_line_with_the_scenarios_that_name_it():
    with tempfile.TemporaryDirectory() as folder:
        root, _ = suite(folder)
        done = lastack("rules", "--scenarios", root)
        assert done.returncode == 0 and not done.stderr, done
        lines = done.stdout.splitlines()
        count = len(lines) - 2  # The head and the sum.
        assert count == 405 and lines[-1].startswith(f"{count} requirements: "), lines[-1]
        ours = [line for line in lines if line.startswith("MUST-40 ")]
        assert len(ours) == 1 and ours[0].endswith("  a/fail,a/pass"), ours
        as_json = json.loads(lastack("rules", "--json", "--scenarios", root).stdout)
        assert as_json["schema"] == "lastack-rules" and len(as_json["rules"]) == count
        rule = next(rule for rule in as_json["rules"] if rule["id"] == "MUST-40")
        assert rule["scenarios"] == ["a/fail", "a/pass"] and rule["model"], rule
        assert "the delay MUST be less than 0.5 seconds" in rule["quotation"], rule


def test_the_ledger_of_a_run_counts_by_scenario():
    with tempfile.TemporaryDirectory() as folder:
        _, out = suite(folder)
        done = lastack("rules", "--run", out, "MUST-40", "MUST-2", "MUST-99*")
        assert done.returncode == 2 and "`MUST-99*`" in done.stderr, done
        table = lastack("rules", "--run", out, "MUST-40", "MUST-2").stdout.splitlines()
        assert table[0].split() == ["id", "level", "exercised", "held", "violated", "open", "scripts", "scenarios"]
        assert [line.split()[0] for line in table[1:3]] == ["MUST-2", "MUST-40"], table
        assert "1/2" in table[2].split(), "of the two scripts about it one was kept"
        assert table[3] == ("2 requirements, 2 runs: 2 exercised and 0 violated, as the model saw it; "
                            "1 named by scripts, and 1 of these by one that failed"), table[3]
        assert lastack("rules", "--run", out, "MUST-2").stdout.splitlines()[-1].startswith("1 requirement, 2 runs: ")
        assert lastack("rules", "MUST-2").stdout.splitlines()[-1].startswith("1 requirement: ")
        short, whole = (lastack("rules", "--run", out, *more).stdout.splitlines() for more in ((), ("--all",)))
        left_out = [line for line in short if line.endswith("were never at stake: --all lists them")]
        assert len(left_out) == 1 and int(left_out[0].split()[0]) == len(whole) - len(short) + 1 > 200, left_out
        assert any(line.startswith("MUST-2 ") for line in short) and short[-1] == whole[-1], short
        assert not any(line.split()[2:6] == ["0"] * 4 and line.split()[6] == "-" for line in short[1:-2]), short
        ledger = json.loads(lastack("rules", "--json", "--run", out, "MUST-2").stdout)["ledger"][0]
        assert ledger["held"] == ledger["exercised"] == sum(one["held"] for one in ledger["scenarios"]) > 0, ledger
        assert [one["scenario"] for one in ledger["scenarios"]] == ["a/fail", "a/pass"], ledger


def test_a_folder_without_results_is_an_error_with_its_name():
    with tempfile.TemporaryDirectory() as folder:
        done = lastack("rules", "--run", folder)
        assert done.returncode == 4 and "results.jsonl" in done.stderr, done
        Path(folder, "results.jsonl").write_text("{}\n")
        done = lastack("rules", "--run", folder)
        assert done.returncode == 4 and "results.jsonl:1:" in done.stderr, done


def test_a_requirement_and_a_claim_are_explained():
    done = lastack("explain", "MUST-13", "S1-13", "--scenarios", harness.SOURCE / "scenarios")
    assert done.returncode == 0, done
    for part in ("MUST-13: ", "RFC 9293, 3.6.1", '"When a connection is closed actively, it MUST linger', "the model", "S1-13: ", "close/last_ack_lost: "):
        assert part in done.stdout, (part, done.stdout)
    with tempfile.TemporaryDirectory() as folder:
        root = harness.write_files(Path(folder, "scenarios"), {"a/pass.pkt": PASS}, preambles=True)
        told = lastack("explain", "MUST-2", "--scenarios", root).stdout
        assert "none is about it; the model asks for it in every run" in told, told
        assert "`lastack rules --run DIR" in told and "none names it" not in told, told
    done = lastack("explain", "MUST-31O")
    assert done.returncode == 2 and "did you mean `MUST-31`?" in done.stderr, done
    assert lastack("explain").returncode == 2
    claims = lastack("rules", "--claims", "--json").stdout
    assert len(json.loads(claims)["claims"]) == 82


def test_a_scenario_that_cannot_be_read_is_told_and_not_passed_over():
    with tempfile.TemporaryDirectory() as folder:
        root = harness.write_files(Path(folder, "scenarios"), {"a/pass.pkt": PASS, "a/typo.pkt": PASS.replace("use", "yuse")}, preambles=True)
        for words in (("rules", "MUST-40"), ("rules", "MUST-40", "--json"), ("rules", "--claims", "S1-13"), ("explain", "MUST-40")):
            done = lastack(*words, "--scenarios", root)
            assert done.returncode == 4 and "a/typo.pkt:3:1: " in done.stderr, done
            assert ("MUST-40" if "MUST-40" in words else "S1-13") in done.stdout, done
        assert "a/pass" in lastack("explain", "MUST-40", "--scenarios", root).stdout


def test_a_stored_trace_judged_again_gives_the_same_findings():
    with tempfile.TemporaryDirectory() as folder:
        _, out = suite(folder)
        done = lastack("judge", out)
        assert done.returncode == 0 and done.stdout == "2 traces judged again: 2 as before, 0 differ\n", done
        trace = out / "traces/a/fail.trace"
        done = lastack("judge", trace)
        assert done.returncode == 1 and "expected ack 7, got 6" in done.stdout, done
        results = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
        again = json.loads(lastack("judge", "--json", trace).stdout)
        # What a record does not tell stands in the script.
        assert {**again, "title": results[0]["title"]} == results[0]
        assert again["scenario"] == "a/fail" and again["ip"] == "v4" and again["played_ns"] > 0, again


def test_a_trace_judged_again_is_told_as_the_run_it_was():
    with tempfile.TemporaryDirectory() as folder:
        root = harness.write_files(Path(folder, "scenarios"), {"a/pass.pkt": PASS}, preambles=True)
        for ip in ("v4", "mapped", "v6"):
            out = Path(folder, ip)
            done = lastack("run", "--scenarios", root, "--out", out, "--ip", ip, "--seed", "18446744073709551615")
            assert done.returncode == 0, done
            trace, = (out / "traces").rglob("*.trace")
            told, = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
            again = json.loads(lastack("judge", "--json", trace).stdout)
            assert {**again, "title": told["title"]} == told
            assert again["ip"] == ip and again["seed"] == 18446744073709551615, again
            line = next(line for line in (out / "report.txt").read_text().splitlines() if line.startswith("pass  "))
            assert lastack("judge", trace).stdout == line.replace("pass  ", f"pass  {trace}: ") + "\n", line


def test_what_judge_says_of_a_trace_is_what_the_schema_says():
    try:
        import jsonschema
    except ImportError:
        harness.skip("python3-jsonschema is not installed")
    schema = json.loads((harness.SOURCE / "reports/lastack-report.schema.json").read_text())
    schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": "#/$defs/result"}
    with tempfile.TemporaryDirectory() as folder:
        _, out = suite(folder)
        broken = Path(folder, "broken.trace")
        broken.write_text("no trace\n")
        done = lastack("judge", "--json", out / "traces/a/fail.trace", out / "traces/a/pass.trace", broken)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert [line["verdict"] for line in lines] == ["fail", "pass", "harness-error"], lines
        for line in lines:
            jsonschema.validate(line, schema)


def test_another_trace_gives_other_findings_and_a_broken_one_is_told_with_its_line():
    with tempfile.TemporaryDirectory() as folder:
        _, out = suite(folder)
        (out / "traces/a/pass.trace").write_text((out / "traces/a/fail.trace").read_text())
        done = lastack("judge", out)
        assert done.returncode == 1 and "differs  a/pass: the run found nothing more" in done.stdout, done
        (out / "traces/a/pass.trace").write_text("lastack trace 1\nnonsense\n")
        done = lastack("judge", out / "traces/a/pass.trace")
        assert done.returncode == 4 and "pass.trace:2:" in done.stdout, done
        assert lastack("judge", f"{folder}/none").returncode == 4
        assert lastack("judge").returncode == 2


harness.main()
