"""The suite itself, on both targets: it passes, it repeats to the byte, and it leaves nothing behind."""

import functools
import json
import os
import subprocess
import tempfile
from pathlib import Path

import harness

SCENARIOS = harness.SOURCE / "scenarios"
FINE = {"pass", "non-strict", "known", "not-applicable"}


def files_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(Path(folder).rglob("*")) if p.is_file()}


def run_suite(out, *arguments, timeout=110):
    return harness.run(harness.LASTACK, "run", "--scenarios", SCENARIOS, "--out", out, *arguments, timeout=timeout)


def report(out):
    return json.loads((Path(out) / "report.json").read_text())


def verdicts(out):
    return {result["scenario"]: result["verdict"] for result in report(out)["results"]}


@functools.cache
def on_the_engine(*arguments):
    """What a run said, and all files that it left."""
    with tempfile.TemporaryDirectory() as out:
        return run_suite(out, *arguments), files_of(out)


def test_every_scenario_passes_on_the_engine():
    done, files = on_the_engine("--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    found = {result["scenario"]: result["verdict"] for result in json.loads(files["report.json"])["results"]}
    assert len(found) >= 60, found
    assert set(found.values()) <= {"pass", "not-applicable"}, found


# What they name the script watches alone: the model sees it only where other things come together.
WATCHED_BY_THE_SCRIPT = {"options/scale_not_on_syn", "window/ack_while_closed"}


def test_nothing_is_to_be_said_about_the_scenarios_themselves():
    done, _ = on_the_engine("--seed", "1")
    told, name = [], ""
    for line in done.stdout.splitlines():
        if not line.startswith(" "):
            name = line.split()[1] if line.strip() else ""
        # What a scenario of found/ names is at stake where it is broken, which here it is not.
        elif "warning:" in line and "no line accounts" not in line and not name.startswith("found/"):
            if name not in WATCHED_BY_THE_SCRIPT:
                told.append(f"{name}: {line.strip()}")
    assert "pass  close/simultaneous" in done.stdout, done.stdout
    assert not told, "a fault that never struck, or a requirement of `rules:` that was never at stake:\n" + "\n".join(told)


def test_every_scenario_passes_on_the_engine_over_ipv6():
    with tempfile.TemporaryDirectory() as out:
        done = run_suite(out, "--ip", "v6")
        assert done.returncode == 0, done.stdout + done.stderr
        assert set(verdicts(out).values()) <= {"pass", "not-applicable"}, verdicts(out)


def test_all_families_are_reported_each():
    with tempfile.TemporaryDirectory() as out:
        done = run_suite(out, "--ip", "all")
        assert done.returncode == 0, done.stdout + done.stderr
        seen = [(one["scenario"], one["ip"]) for one in report(out)["results"]]
        assert len(set(seen)) == len(seen), seen
        assert {ip for _, ip in seen} == {"v4", "mapped", "v6"}
        # One that says itself what it is runs once, as that.
        assert [ip for name, ip in seen if name == "options/mss_default"] == ["v4"]
        assert [ip for name, ip in seen if name == "close/simultaneous"] == ["v4", "mapped", "v6"]
        traces = {str(path.relative_to(Path(out, "traces"))) for path in Path(out, "traces").rglob("*.trace")}
        ran = [one for one in report(out)["results"] if one["verdict"] != "not-applicable"]
        assert len(traces) == len(ran) and "close/simultaneous.mapped.trace" in traces, traces


def test_the_order_of_a_shuffled_run_follows_from_its_number():
    orders = []
    for number in ("1", "1", "2"):
        with tempfile.TemporaryDirectory() as out:
            run_suite(out, "--shuffle", number)
            orders.append([one["scenario"] for one in report(out)["results"]])
    assert orders[0] == orders[1] and orders[0] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2]) and orders[0] != sorted(orders[0])


def test_the_same_seed_is_the_same_run_to_the_byte():
    (_, first), (_, second) = on_the_engine("--seed", "1"), on_the_engine("--seed", "1", "--jobs", "2")
    assert first == second and len(first) > 25


def test_another_seed_is_another_run():
    assert on_the_engine("--seed", "1")[1] != on_the_engine("--seed", "8")[1]


def namespaces():
    """Of this program and all that it left behind."""
    found = set()
    for pid in [os.getpid(), *harness.children_of(os.getpid())]:
        try:
            found.add(os.readlink(f"/proc/{pid}/ns/net"))
        except OSError:
            pass  # It ended meanwhile.
    return found


def host():
    links = harness.run("ip", "-o", "link").stdout
    sysctls = {str(p): p.read_text() for p in Path("/proc/sys/net/ipv4").glob("tcp_*")
               if os.access(p, os.R_OK) and p.name not in ("tcp_fastopen_key",)}
    return sorted(line.split(":")[1] for line in links.splitlines()), sysctls, namespaces()


def test_the_suite_on_linux_leaves_nothing_and_gives_the_same_verdicts_in_another_order():
    harness.need_kernel()
    before = host()
    seen = []
    for order in ([], ["--shuffle", "7"]):
        with tempfile.TemporaryDirectory() as out:
            done = run_suite(out, "--target", "linux", "--jobs", "4", *order)
            assert done.returncode == 0, done.stdout + done.stderr
            seen.append(verdicts(out))
            assert set(seen[-1].values()) <= FINE, done.stdout
    assert seen[0] == seen[1]
    assert len(seen[0]) >= 25
    assert host() == before


def test_what_is_left_behind_is_seen():
    harness.need_kernel()
    before = host()
    own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    sleeper = "unshare {} --net sleep 5 <&- >&- 2>&- & sleep 0.5".format(" ".join(own))
    subprocess.run(["bash", "-c", sleeper], check=True)  # Its parent is gone when it is looked for.
    assert host() != before


harness.adopt()
harness.main()
