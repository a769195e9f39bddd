"""Killed at any instant, a run on the kernel leaves the host as it found it."""

import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import harness

SCENARIOS = harness.SOURCE / "scenarios"
SHORT = ["handshake/passive", "handshake/simultaneous_open", "close/four_way_passive", "reset/exact",
         "sequence/overlap", "malformed"]
PATIENCE = 10  # Seconds: the kernel takes its namespaces down behind their owners.


def namespaces(of):
    """Of these processes, by inode."""
    found = set()
    for pid in of:
        for kind in ("net", "user", "mnt", "pid"):
            try:
                found.add(os.readlink(f"/proc/{pid}/ns/{kind}"))
            except OSError:
                pass
    return found


def links():
    return sorted(os.listdir("/sys/class/net"))


def readable(pattern):
    found = {}
    for path in sorted(Path("/proc/sys/net").glob(pattern)):
        try:
            found[str(path)] = path.read_text()
        except OSError:
            pass
    return found


def host(temporary):
    return {"links": links(),  "ipv4": readable("ipv4/*"), "conf": readable("ipv4/conf/all/*"),
            "ipv6": readable("ipv6/conf/all/*"), "mounts": Path("/proc/self/mounts").read_text(),
            "files": sorted(str(path) for path in Path(temporary).rglob("*"))}


def held_namespaces(inodes):
    """Those of `inodes` that some process of ours is still in, or holds open."""
    found = set()
    for pid in [os.getpid(), *harness.children_of(os.getpid())]:
        process = Path(f"/proc/{pid}")
        try:
            places = [*(process / "ns").iterdir(), *(process / "fd").iterdir()]
        except OSError:
            continue
        for place in places:
            try:
                target = os.readlink(place)
            except OSError:
                continue
            if target in inodes:
                found.add(target)
    return found


def kill_one_at(delay, wire, temporary, scenarios, *program):
    """Returns the namespaces seen in its processes, and the processes, once the run has been killed."""
    run = subprocess.Popen([*program, "run", *SHORT, "--target", "linux", "--wire", wire, "--jobs", "2",
                            "--repeat", "1000"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env={**os.environ, "TMPDIR": temporary,
                                                                              "LASTACK_SCENARIOS": str(scenarios)})
    ours = namespaces([os.getpid()])
    # On a busy machine its first scenario may be long in coming: the instant is counted from there.
    await_true(lambda: any(name.startswith("mnt") for name in namespaces(harness.children_of(run.pid)) - ours),
               "no scenario got namespaces of its own")
    time.sleep(delay)
    workers = harness.children_of(run.pid)
    seen = namespaces(workers) - ours
    run.send_signal(signal.SIGKILL)
    run.wait()
    return seen, workers


def await_true(condition, what):
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def killed_ten_times(wire, scenarios, *program):
    dice = random.Random(7)
    with tempfile.TemporaryDirectory() as temporary:
        os.chmod(temporary, 0o777)
        before = host(temporary)
        all_seen = set()
        for _ in range(10):
            delay = dice.uniform(0.01, 0.5)
            seen, workers = kill_one_at(delay, wire, temporary, scenarios, *program)
            all_seen |= {name.split(":")[0] for name in seen}
            await_true(lambda: not any(harness.alive(pid) for pid in workers), f"workers live on, killed after {delay} s")
            await_true(lambda: not held_namespaces(seen), f"namespaces live on, killed after {delay} s")
        # Otherwise no run had come so far as to make them.
        assert {"net", "mnt", "pid"} <= all_seen, all_seen
        assert host(temporary) == before


def test_killed_ten_times_on_the_raw_wire():
    harness.need_kernel("raw")
    killed_ten_times("raw", SCENARIOS, harness.LASTACK)


def test_killed_ten_times_on_the_tun_wire():
    harness.need_kernel("tun")
    killed_ten_times("tun", SCENARIOS, harness.LASTACK)


def test_killed_ten_times_as_an_ordinary_user():
    user = harness.somebody()
    harness.need_kernel(prefix=user)
    with tempfile.TemporaryDirectory() as name:
        folder = harness.lend(name)
        killed_ten_times("raw", folder / "scenarios", *user, folder / "lastack")


harness.adopt()
harness.main()
