"""Both wires to the kernel carry the same conversations: the verdicts are the same."""

import json
import tempfile
from pathlib import Path

import harness

SCENARIOS = harness.SOURCE / "scenarios"
FINE = {"pass", "non-strict", "known", "not-applicable"}
SOME = ["handshake/passive", "handshake/active", "handshake/simultaneous_open", "close/four_way_passive",
        "close/simultaneous", "reset", "sequence", "malformed", "challenge_ack"]


def verdicts(*arguments):
    with tempfile.TemporaryDirectory() as out:
        done = harness.run(harness.LASTACK, "run", *SOME, "--target", "linux", "--jobs", "2", "--scenarios", SCENARIOS,
                           "--out", out, *arguments)
        file = Path(out) / "report.json"
        assert file.exists(), done
        return {one["scenario"]: one["verdict"] for one in json.loads(file.read_text())["results"]}


def test_the_verdicts_are_the_same():
    harness.need_kernel("raw")
    harness.need_kernel("tun")
    for ip in ("v4", "mapped", "v6"):
        raw = verdicts("--wire", "raw", "--ip", ip)
        assert len(raw) >= 10 and set(raw.values()) <= FINE, raw
        assert verdicts("--wire", "tun", "--ip", ip) == raw


def test_raw_is_the_usual_one():
    harness.need_kernel()
    done = harness.run(harness.LASTACK, "run", "handshake/passive", "--target", "linux", "--scenarios", SCENARIOS)
    assert " on raw," in done.stdout, done.stdout


def test_a_wire_that_is_not_there_is_named():
    done = harness.run(harness.LASTACK, "run", "--target", "linux", "--wire", "copper")
    assert done.returncode == 2 and "`copper`" in done.stderr and "raw, tun" in done.stderr, done
    done = harness.run(harness.LASTACK, "run", "--wire", "raw")
    assert done.returncode == 2 and "engine" in done.stderr, done


harness.main()
