"""An ordinary user, by a user namespace: the same verdicts as root gets, on the raw wire."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import harness

MANY = ["handshake", "close", "reset", "sequence"]


def verdicts(folder, *prefix):
    """Where the tool itself was late, which an ordinary user's is sooner on a busy machine, it may try again."""
    found = {}
    for _ in range(3):
        for scenario, verdict in tried(folder, *prefix).items():
            if found.get(scenario, "inconclusive") == "inconclusive":
                found[scenario] = verdict
        if "inconclusive" not in found.values():
            break
    return found


def tried(folder, *prefix):
    out = Path(folder) / "out"
    done = harness.run(*prefix, folder / "lastack", "run", *MANY, "--target", "linux", "--wire", "raw", "--jobs", "4",
                       "--scenarios", folder / "scenarios", "--out", out)
    assert (out / "report.json").exists(), done
    found = {one["scenario"]: one["verdict"] for one in json.loads((out / "report.json").read_text())["results"]}
    shutil.rmtree(out)
    return found


def test_an_ordinary_user_gets_the_verdicts_root_gets():
    user = harness.somebody()
    harness.need_kernel()
    harness.need_kernel(prefix=user)
    with tempfile.TemporaryDirectory() as name:
        folder = harness.lend(name)
        as_root = verdicts(folder)
        assert len(as_root) >= 35 and "pass" in as_root.values(), as_root
        assert verdicts(folder, *user) == as_root


def without_user_namespaces(*command):
    """Runs it in a user namespace that has all users in it and may have no other below."""
    ours = os.readlink("/proc/self/ns/user")
    script = 'read go && exec sh -c "echo 0 > /proc/sys/user/max_user_namespaces && exec \\"\\$@\\"" sh "$@"'
    process = subprocess.Popen(["unshare", "--user", "sh", "-c", script, "sh", *map(str, command)], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while process.poll() is None and os.readlink(f"/proc/{process.pid}/ns/user") == ours:
        time.sleep(0.01)
    if process.poll() is not None:
        harness.skip("unshare --user: " + process.stderr.read().strip())
    for kind in ("uid_map", "gid_map"):
        Path(f"/proc/{process.pid}/{kind}").write_text("0 0 4294967295")
    out, errors = process.communicate("go\n", timeout=60)
    return process.returncode, out, errors


def test_where_user_namespaces_are_closed_every_scenario_is_not_applicable_and_says_why():
    user = harness.somebody()
    harness.need_kernel(prefix=user)
    with tempfile.TemporaryDirectory() as name:
        folder = harness.lend(name, "handshake", "preamble")
        done = without_user_namespaces(*user, folder / "lastack", "run", "handshake", "--target", "linux", "--scenarios",
                                       folder / "scenarios", "--out", folder / "out")
        assert done[0] == 0, done
        results = json.loads((folder / "out/report.json").read_text())["results"]
        assert len(results) >= 5, done
        for one in results:
            assert one["verdict"] == "not-applicable" and "user namespaces" in one["reason"], one


harness.main()
