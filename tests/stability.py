#!/usr/bin/env python3
"""Runs the suite on the kernel again and again, by both wires and all families, and compares the verdicts.

    tests/stability.py                     ten runs by each wire
    tests/stability.py --hogs 2            the same beside two processes that never sleep
    tests/stability.py --runs 3 --wires raw -- close handshake --strict

Behind -- stands what `lastack run` is to be given besides. Half of the runs are in another order. Prints each
verdict that differs from the first run's, and ends with status 1 if there is one, if a scenario failed or could not
be judged, or if more than 1 % were inconclusive.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
MOST_INCONCLUSIVE = 0.01
BAD = {"fail", "harness-error"}


def differences(reference, verdicts):
    """Lines, one for each (scenario, family) whose verdict is another, is missing or is new."""
    lines = []
    for key in sorted(reference.keys() | verdicts.keys()):
        before, (now, why) = reference.get(key, ("not run", ""))[0], verdicts.get(key, ("not run", ""))
        if before != now:
            lines.append(f"{' '.join(key)}: {before}, then {now}{why and ' (' + why + ')'}")
    return lines


def reason(result):
    return "; ".join([result["reason"]] * bool(result["reason"]) + [finding["text"] for finding in result["findings"]])


def last_line(done):
    return (done.stdout.splitlines() or [""])[-1]


def one_run(lastack, wire, order, arguments):
    with tempfile.TemporaryDirectory() as out:
        command = [lastack, "run", "--target", "linux", "--wire", wire, "--ip", "all", "--out", out, "--report", "json",
                   "--scenarios", str(SOURCE / "scenarios"), *arguments]
        if order:
            command += ["--shuffle", str(order)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        report = Path(out) / "report.json"
        if not report.exists():
            sys.exit(done.stdout + done.stderr)
        results = json.loads(report.read_text())["results"]
        verdicts = {}
        for one in results:
            key = (one["scenario"], one["ip"], *[f"repetition {one['repetition']}"] * bool(one.get("repetition")))
            verdicts[key] = (one["verdict"], reason(one))
        return verdicts, done.returncode, last_line(done)


def wrong(verdicts, status):
    """Lines: what is the same in every run can be wrong every time. 3: something was inconclusive, counted below."""
    lines = [f"{' '.join(key)}: {verdict} ({why})" for key, (verdict, why) in verdicts.items() if verdict in BAD]
    return lines + [f"exit status {status}"] * (status not in (0, 3))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--wires", default="raw,tun")
    parser.add_argument("--hogs", type=int, default=0)
    parser.add_argument("--lastack", default=os.environ.get("LASTACK") or str(SOURCE / "build/lastack"))
    parser.add_argument("rest", nargs="*")
    given = parser.parse_args()
    # Also when asked to end the hogs are ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(given.hogs)]
    reference, total, inconclusive, different, failed = None, 0, 0, 0, 0
    try:
        for number in range(given.runs):
            for wire in given.wires.split(","):
                verdicts, status, last = one_run(given.lastack, wire, number if number % 2 else 0, given.rest)
                reference = reference or verdicts
                lines = differences(reference, verdicts)
                different += len(lines)
                bad = wrong(verdicts, status)
                failed += len(bad)
                total += len(verdicts)
                inconclusive += sum(verdict == "inconclusive" for verdict, _ in verdicts.values())
                print(f"run {number + 1} by {wire}: {len(verdicts)} verdicts, {len(lines)} differ; {last}", flush=True)
                for line in lines + bad:
                    print(f"  {line}", flush=True)
    finally:
        for hog in hogs:
            hog.kill()
    print(f"{total} verdicts, {different} differ, {inconclusive} inconclusive ({100 * inconclusive / total:.2f} %), "
          f"{failed} wrong")
    sys.exit(1 if different or failed or inconclusive > MOST_INCONCLUSIVE * total else 0)


if __name__ == "__main__":
    main()
