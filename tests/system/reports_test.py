"""The formats of other programs, read by other programs: xmllint, junitparser, Perl's TAP::Parser and tap.py."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import harness

OPEN = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
SUITE = {
    "close/fine.pkt": OPEN,
    "close/fine # TODO too.pkt": OPEN,
    "close/listed.pkt": "rules: MUST-13\n" + OPEN + "+0 listen(3, 1) = 7\n",
    "odd/wrong.pkt": "// <A title> & \"another\"\nrules: MUST-13\n" + OPEN + "+0 listen(3, 1) = 7\n",
    "odd/broken.pkt": "0 sokcet(...) = 3\n",
    "odd/elsewhere.pkt": "needs: shell\n" + OPEN,
}
LISTED = "close/listed | MUST-13 | it is wrong on purpose | * | always\n"
XSD = harness.SOURCE / "tests/golden/reports/junit.xsd"


def need(program):
    found = shutil.which(program)
    if not found:
        harness.skip(f"{program} is not installed")
    return found


def reports(*arguments, suite=SUITE):
    """(exit status, junit.xml, report.tap) of a run of this suite on the engine."""
    with tempfile.TemporaryDirectory() as folder:
        listed = LISTED if "close/listed.pkt" in suite else ""
        root = harness.write_files(Path(folder) / "scenarios", {**suite, "known/engine.txt": listed})
        done = harness.run(harness.LASTACK, "run", *arguments, "--scenarios", root, "--out", f"{folder}/out",
                           "--report", "junit,tap")
        assert done.returncode in (0, 1, 3, 4), done
        return (done.returncode, (Path(folder) / "out/junit.xml").read_bytes(),
                (Path(folder) / "out/report.tap").read_text())


def valid(xml):
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(xml)
        file.flush()
        return harness.run(need("xmllint"), "--noout", "--schema", XSD, file.name)


def test_the_schema_rejects_what_is_no_junit():
    _, xml, _ = reports()
    for wrong, instead in ((b"<failure ", b"<failed "), (b'skipped="2"', b'skipped="two"'), (b"</testsuites>", b"")):
        assert wrong in xml, xml.decode()
        broken = xml.replace(wrong, instead).replace(b"</failure>", b"</failed>" if b"failed" in instead else b"</failure>")
        assert valid(broken).returncode != 0, broken


def test_junit_is_valid_and_counts_what_there_is():
    status, xml, _ = reports("--repeat", "2")
    assert status == 4
    checked = valid(xml)
    assert checked.returncode == 0, checked.stderr
    try:
        import junitparser
    except ImportError:
        harness.skip("python3-junitparser is not installed")
    suites = junitparser.JUnitXml.fromstring(xml)
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (12, 2, 2, 4), xml.decode()
    kinds = {}
    for suite in suites:
        cases = list(suite)
        assert suite.tests == len(cases)
        for case in cases:
            assert case.classname == suite.name
            kinds[f"{case.classname}/{case.name}"] = [(type(r).__name__, r.type) for r in case.result]
    assert kinds["engine.close/fine"] == [] and kinds["engine.close/fine # TODO too #2"] == [], kinds
    assert kinds["engine.close/listed"] == [("Skipped", "known")], kinds
    assert kinds["engine.odd/wrong"] == [("Failure", "fail")], kinds
    assert kinds["engine.odd/broken"] == [("Error", "harness-error")], kinds
    assert kinds["engine.odd/elsewhere"] == [("Skipped", "not-applicable")], kinds


def test_the_whole_suite_is_valid_junit():
    with tempfile.TemporaryDirectory() as folder:
        done = harness.run(harness.LASTACK, "run", "--scenarios", harness.SOURCE / "scenarios", "--out", folder,
                           "--report", "junit")
        assert done.returncode in (0, 1, 3), done
        checked = valid((Path(folder) / "junit.xml").read_bytes())
        assert checked.returncode == 0, checked.stderr


READ_TAP = r"""
use strict; use warnings; use TAP::Parser;
my $parser = TAP::Parser->new({tap => do { local $/; <STDIN> }});
while (my $result = $parser->next) {
  next unless $result->is_test;
  print join("\t", $result->is_actual_ok ? "ok" : "not ok", $result->is_ok ? "fine" : "bad", $result->directive,
             $result->description, $result->explanation), "\n";
}
print "errors\t", join("; ", $parser->parse_errors), "\n";
"""
EXPECTED = [
    ["ok", "fine", "", "- close/fine", ""],
    ["ok", "fine", "", "- close/fine \\# TODO too", ""],
    ["not ok", "fine", "TODO", "- close/listed", "known: expected 7, got 0 (known: it is wrong on purpose)"],
    ["not ok", "bad", "", "- odd/broken", ""],
    ["ok", "fine", "SKIP", "- odd/elsewhere", "not-applicable: engine cannot: shell"],
    ["not ok", "bad", "", "- odd/wrong", ""],
]


def read_by_perl(tap):
    done = harness.run(need("perl"), "-e", READ_TAP, input=tap)
    if "TAP/Parser.pm" in done.stderr:
        harness.skip("Perl's TAP::Parser is not installed")
    assert done.returncode == 0, done
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_tap_means_the_same_to_perl():
    _, _, tap = reports()
    assert tap.startswith("TAP version 14\n"), tap
    # Perl's reader knows version 13; 14 adds to it what we do not use.
    *lines, errors = read_by_perl(tap.replace("version 14", "version 13"))
    assert errors == ["errors", ""], errors
    assert lines == EXPECTED, lines


def test_perl_rejects_a_plan_that_is_not_kept():
    _, _, tap = reports()
    *_, errors = read_by_perl(tap.replace("version 14", "version 13").replace("1..6", "1..7"))
    assert "planned 7" in errors[1], errors


def test_the_diagnostics_of_tap_are_yaml():
    try:
        from tap.parser import Parser
        import yaml  # noqa: F401  Without it tap.py reads no diagnostics.
        import more_itertools  # noqa: F401
    except ImportError as missing:
        harness.skip(f"python3-{missing.name} is not installed")
    _, _, tap = reports()
    blocks = {}
    for line in Parser().parse_text(tap):
        assert line.category != "unknown", vars(line)
        if line.category == "test" and line.yaml_block is not None:
            blocks[line.number] = line.yaml_block
    assert sorted(blocks) == [3, 4, 6], tap
    wrong = blocks[6]
    assert wrong["title"] == '<A title> & "another"' and wrong["verdict"] == "fail", wrong
    assert wrong["findings"][0]["rules"] == ["MUST-13"] and wrong["findings"][0]["at"] == "odd/wrong.pkt:4:1", wrong
    assert "time" in wrong["ladder"][0] and wrong["repeat"].startswith("lastack run odd/wrong "), wrong
    assert "unknown call" in blocks[4]["reason"], blocks[4]


def test_an_unknown_report_is_answered_with_those_there_are():
    done = harness.run(harness.LASTACK, "run", "--out", "x", "--report", "junti")
    assert done.returncode == 2 and "there is no report `junti`; there are: " in done.stderr, done
    assert "junit" in done.stderr and "tap" in done.stderr and not Path("x").exists(), done


harness.main()
