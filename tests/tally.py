#!/usr/bin/env python3
"""Adds up what tests/run ran: tally.py FOLDER, with ctest's NAME.xml reports and notes.tsv in it.

Of a program of GoogleTest's, which runs a whole suite, every test counts; what a crash left without a result has
failed. A test that skips part of itself prints `SKIP: name: reason` and passes; each such line counts as a skip
too, so that no skip hides. The last line printed is `N passed, N failed, N skipped`.
"""

import os
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path


def skip_reasons(output):
    """The reasons a test's output gives: our own SKIP lines, or what GTEST_SKIP() << said."""
    lines = [line.strip() for line in re.findall(r"^SKIP: (.*)$", output, re.MULTILINE)]
    if lines:
        return lines
    said = re.search(r": Skipped\n(.*?)\n*(?:\[  SKIPPED|\Z)", output, re.DOTALL)
    return [" ".join(said[1].split())] if said and said[1].strip() else []


def read_suite(build, output):
    """[(status, name, reason)] of each test of a suite, from what GoogleTest prints; None of anything else."""
    begun = re.search(r"^Note: Google Test filter = .*\n\[==========\] Running (\d+) tests? from", output, re.MULTILINE)
    if not begun:
        return None
    tests = re.split(r"^\[ RUN      \] ", output, flags=re.MULTILINE)[1:]
    results = []
    if disabled := re.search(r"YOU HAVE \d+ DISABLED TESTS?", output):
        results.append(("failed", f"{build}: {disabled[0].lower()}", ""))
    for test in tests:
        name = f"{build}: {test.split(chr(10), 1)[0].strip()}"
        end = re.search(r"\[       OK \]|\[  SKIPPED \]|\[  FAILED  \]", test)
        if end and end[0] == "[       OK ]":
            results.append(("passed", name, ""))
        elif end and end[0] == "[  SKIPPED ]":
            results += [("skipped", name, reason) for reason in skip_reasons(test) or ["no reason given"]]
        else:
            results.append(("failed", name, "" if end else "it ended in the middle"))
    if int(begun[1]) == 0:
        results.append(("failed", f"{build}: a suite without a test", ""))
    if len(tests) < int(begun[1]) and not any(status == "failed" for status, _, _ in results):
        results.append(("failed", f"{build}: {begun[1]} tests were to run, and there were {len(tests)}", ""))
    return results


def read_report(build, text):
    """[(status, name, reason)] of one ctest report."""
    results = []
    for case in xml.fromstring(text).iter("testcase"):
        name, status = f"{build}: {case.get('name')}", case.get("status")
        output = case.findtext("system-out") or ""
        suite = read_suite(build, output)
        if suite is not None:
            if case.get("status") == "fail" and not any(status == "failed" for status, _, _ in suite):
                suite.append(("failed", name, ""))
            results += suite
            continue
        skipped = case.find("skipped") is not None or status in ("notrun", "disabled")
        # A test whose program is not there is "not run" as well, but that is no skip.
        excused = skipped and re.search(r"SKIP_|Skipped", case.find("skipped").get("message", "")
                                        if case.find("skipped") is not None else "")
        if status == "fail" or case.find("failure") is not None or skipped and not excused:
            results.append(("failed", name, ""))
            continue
        if not skipped:
            results.append(("passed", name, ""))
        reasons = skip_reasons(output) or (["no reason given"] if skipped else [])
        results += [("skipped", name, reason) for reason in reasons]
    return results


def read_folder(folder):
    results, ctest_failed = [], {}
    notes = folder / "notes.tsv"
    for line in notes.read_text().splitlines() if notes.exists() else []:
        status, name, reason = line.split("\t")
        if status == "ctest":
            ctest_failed[name] = reason
        else:
            results.append((status, name, reason))
    for report in sorted(folder.glob("*.xml")):
        found = read_report(report.stem, report.read_text(encoding="utf-8", errors="replace"))
        if any(status == "failed" for status, _, _ in found):
            ctest_failed.pop(report.stem, None)
        results += found
    return results + [("failed", name, reason) for name, reason in ctest_failed.items()]


def summary(results, ci):
    """(what to print, exit status)"""
    of = {status: [r for r in results if r[0] == status] for status in ("passed", "failed", "skipped")}
    lines = [f"FAILED {name}" + (f": {reason}" if reason else "") for _, name, reason in of["failed"]]
    lines.append(f"skipped: {len(of['skipped'])}")
    lines += [f"  {name}: {reason}" for _, name, reason in of["skipped"]]
    forbidden = ci and of["skipped"]
    if forbidden:
        lines.append("CI=true: a skip is a failure; give the machine what the reasons above name")
    lines.append(", ".join(f"{len(of[status])} {status}" for status in ("passed", "failed", "skipped")))
    return "\n".join(lines), int(bool(of["failed"] or forbidden or not of["passed"]))


if __name__ == "__main__":
    text, status = summary(read_folder(Path(sys.argv[1])), os.environ.get("CI") == "true")
    print(text)
    sys.exit(status)
