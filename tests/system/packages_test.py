"""need_packages of harness/cmake/packages.sh, among fakes: nothing is ever installed here."""

import os
import shutil
import tempfile
from pathlib import Path

import harness

FAKES = {
    "dpkg-query": '''echo "dpkg-query" >>"$CALLS"
for package in "$@"; do
  case " $HAVE " in *" $package "*) echo "$package installed" ;; esac
  case " $REMOVED " in *" $package "*) echo "$package config-files" ;; esac
done
[ -z "$UNKNOWN" ]''',
    "apt-get": 'echo "apt-get $*" >>"$CALLS"; [ "$1" != "$APT_FAILS" ]',
    "sudo": '''echo "sudo $*" >>"$CALLS"
[ -n "$SUDO_WORKS" ] || exit 1
[ "$1" = -n ] && shift
exec "$@"''',
    "id": 'echo "$FAKE_UID"',
}


def need(*packages, have="", removed="", unknown="", uid=0, sudo=None, apt_fails=""):
    """(exit status, calls in order, what was said); sudo is None where it is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bin"
        path.mkdir()
        for name, body in FAKES.items():
            if name != "sudo" or sudo is not None:
                (path / name).write_text(f"#!/bin/sh\n{body}\n")
                (path / name).chmod(0o755)
        for name in ("env", "true"):
            os.symlink(shutil.which(name), path / name)
        calls = Path(folder) / "calls"
        script = 'set -euo pipefail; source "$0"; need_packages "$@"; echo ready'
        done = harness.run(shutil.which("bash"), "-c", script, harness.SOURCE / "harness/cmake/packages.sh", *packages,
                           env={"PATH": str(path), "CALLS": str(calls), "HAVE": have, "REMOVED": removed,
                                "UNKNOWN": unknown, "FAKE_UID": str(uid), "SUDO_WORKS": "yes" if sudo else "",
                                "APT_FAILS": apt_fails})
        assert (done.returncode == 0) == (done.stdout == "ready\n"), done
        return done.returncode, calls.read_text().splitlines(), done.stderr


INSTALL_B = ["apt-get update", "apt-get install -y --no-install-recommends b"]


def test_when_nothing_is_missing_one_query_is_all():
    assert need("a", "b", have="a b") == (0, ["dpkg-query"], "")
    assert need("a", "b", have="a b", uid=1000) == (0, ["dpkg-query"], "")


def test_root_installs_what_is_missing_and_only_that():
    status, calls, said = need("a", "b", "c", have="a c", unknown="b")
    assert status == 0 and calls == ["dpkg-query", *INSTALL_B] and "installing b" in said, (calls, said)


def test_a_removed_package_is_missing():
    assert need("a", "b", have="a", removed="b")[1] == ["dpkg-query", *INSTALL_B]


def test_a_user_installs_through_sudo():
    status, calls, _ = need("a", "b", have="a", uid=1000, sudo=True)
    assert status == 0 and [call for call in calls if call.startswith("apt-get")] == INSTALL_B, calls
    assert all("sudo env DEBIAN_FRONTEND=noninteractive " + call in calls for call in INSTALL_B), calls


def says_what_to_run(status, calls, said):
    assert status == 2, status
    assert not any("apt-get" in call for call in calls), calls
    assert "Missing packages: b c\n" in said, said
    assert "apt-get update && apt-get install -y --no-install-recommends b c\n" in said, said


def test_a_user_without_sudo_is_told_what_to_run():
    says_what_to_run(*need("a", "b", "c", have="a", uid=1000))


def test_a_user_whose_sudo_refuses_is_told_what_to_run():
    says_what_to_run(*need("a", "b", "c", have="a", uid=1000, sudo=False))


def test_an_installation_that_fails_is_not_passed_over():
    for step in ("update", "install"):
        status, _, said = need("a", apt_fails=step)
        assert status == 2 and "could not install: a" in said, (status, said)


harness.main()
