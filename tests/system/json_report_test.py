"""report.json and results.jsonl are what reports/lastack-report.schema.json says, by another program's judgement."""

import copy
import json
import tempfile
from pathlib import Path

import harness

try:
    import jsonschema
except ImportError:
    harness.skip("python3-jsonschema is not installed")

SCHEMA = json.loads((harness.SOURCE / "reports/lastack-report.schema.json").read_text())
OPEN = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
SUITE = {
    "a/fine.pkt": 'rules: MUST-40\nuse "preamble/passive.pkt"\n+.1 < P. 1:6(5) ack 1 win 65535\n+0~+.5 > . 1:1(0) ack 6\n',
    "a/wrong.pkt": "// A title\nrules: MUST-13\nclaims: S1-13\n" + OPEN + "+0 listen(3, 1) = 7\n",
    "a/broken.pkt": "0 sokcet(...) = 3\n",
    "a/elsewhere.pkt": "needs: shell\n" + OPEN,
    "a/warned.pkt": "faults: drop nth 9\n" + OPEN,
}


def validator(schema=SCHEMA):
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def errors(document, schema=SCHEMA):
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator(schema).iter_errors(document)]


def report(*arguments, suite=SUITE):
    """(report.json, [lines of results.jsonl]) of a run of this suite on the engine."""
    with tempfile.TemporaryDirectory() as folder:
        root = harness.write_files(Path(folder) / "scenarios", suite, preambles=True)
        done = harness.run(harness.LASTACK, "run", *arguments, "--scenarios", root, "--out", f"{folder}/out")
        assert done.returncode in (0, 1, 3, 4), done
        lines = Path(folder, "out/results.jsonl").read_text().splitlines()
        return json.loads(Path(folder, "out/report.json").read_text()), [json.loads(line) for line in lines]


def test_a_report_is_what_its_schema_says():
    for arguments in ([], ["--strict"], ["--ip", "v6"], ["--ip", "all"], ["--repeat", "2"]):
        document, _ = report(*arguments)
        assert errors(document) == [], (arguments, errors(document))
        assert document["version"] == SCHEMA["properties"]["version"]["const"]


def test_a_line_of_results_is_what_its_schema_says():
    schema = {"$schema": SCHEMA["$schema"], "$defs": SCHEMA["$defs"], "$ref": "#/$defs/result"}
    document, lines = report()
    for line in lines:
        assert errors(line, schema) == [], errors(line, schema)
    assert lines == document["results"]
    assert {line["verdict"] for line in lines} >= {"pass", "fail", "harness-error", "not-applicable"}


def test_the_ledger_of_a_report_is_the_sum_of_its_results():
    document, _ = report("--repeat", "2")
    for tally in document["ledger"]:
        shares = [one for result in document["results"] for one in result["ledger"]
                  if one["requirement"] == tally["requirement"]]
        for key in ("exercised", "held", "violated", "open"):
            assert tally[key] == sum(one[key] for one in shares), tally
    assert any(tally["held"] > 1 for tally in document["ledger"])


def test_the_schema_rejects_what_is_no_report():
    document, _ = report()
    for path, wrong in ((["version"], 2), (["results", 0, "verdict"], "passed"), (["seed"], -1), (["counts"], {}),
                        (["results", 0, "findings"], [{}]), (["ledger"], [{"requirement": "MUST-2"}]),
                        (["nonsense"], 1)):
        changed = copy.deepcopy(document)
        place = changed
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = wrong
        assert errors(changed), path


harness.main()
