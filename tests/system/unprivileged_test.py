"""An ordinary user, by a user namespace: the same verdicts as root gets, on the raw wire."""

import grp
import json
import os
import pwd
import shutil
import tempfile
from pathlib import Path

import harness

SCENARIOS = harness.SOURCE / "scenarios"
MANY = ["handshake", "close", "reset", "sequence"]


def somebody():
    """Becomes a user that has nothing and is nobody else: there is no account of this number."""
    taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.gr_gid for entry in grp.getgrall()}
    free = next(number for number in range(60_001, 65_000) if number not in taken)
    return ["setpriv", f"--reuid={free}", f"--regid={free}", "--clear-groups", "--no-new-privs"]


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
    if os.geteuid() != 0:
        harness.skip("only root can become another user")
    if shutil.which("setpriv") is None:
        harness.skip("setpriv (util-linux) is missing")
    harness.need_kernel()
    harness.need_kernel(prefix=somebody())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)  # The source tree may be closed to others.
        shutil.copy(harness.LASTACK, folder / "lastack")
        shutil.copytree(SCENARIOS, folder / "scenarios")
        harness.run("chmod", "-R", "a+rX", folder / "scenarios", folder / "lastack")
        as_root = verdicts(folder)
        assert len(as_root) >= 35 and "pass" in as_root.values(), as_root
        assert verdicts(folder, *somebody()) == as_root


def test_where_user_namespaces_are_closed_every_scenario_is_not_applicable_and_says_why():
    if os.geteuid() != 0:
        harness.skip("only root can close user namespaces")
    if shutil.which("setpriv") is None or shutil.which("unshare") is None:
        harness.skip("setpriv or unshare (util-linux) is missing")
    harness.need_kernel(prefix=somebody())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        shutil.copy(harness.LASTACK, folder / "lastack")
        shutil.copytree(SCENARIOS / "handshake", folder / "scenarios/handshake")
        shutil.copytree(SCENARIOS / "preamble", folder / "scenarios/preamble")
        harness.run("chmod", "-R", "a+rX", folder / "scenarios", folder / "lastack")
        # The limit is that of a user namespace of the test's own, in which the others are.
        closed = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$@\""
        done = harness.run("unshare", "--user", "--map-users=all", "--map-groups=all", "sh", "-c", closed, "sh",
                           *somebody(), folder / "lastack", "run", "handshake", "--target", "linux", "--scenarios",
                           folder / "scenarios", "--out", folder / "out")
        if "lastack" not in done.stderr:
            harness.skip("no user namespace with all users in it can be made: " + done.stderr.strip())
        results = json.loads((folder / "out/report.json").read_text())["results"]
        assert len(results) >= 5, done
        for one in results:
            assert one["verdict"] == "not-applicable" and "user namespaces" in one["reason"], one
        assert done.returncode == 0, done


harness.main()
