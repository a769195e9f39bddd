"""`lastack doctor`: what this machine can do, and for what it cannot do the way to get it."""

import json

import harness

STATES = {"ok", "poor", "missing"}
NAMES = ["rights", "wire raw", "wire tun", "scheduling", "timers", "clocks", "congestion", "sysctls", "qdiscs", "ipv6", "states", "tracefs"]


def examined():
    done = harness.run(harness.LASTACK, "doctor", "--json")
    assert done.returncode in (0, 1) and not done.stderr, done
    return done.returncode, {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}


def test_everything_is_named_and_what_is_missing_says_what_it_disables_and_how_to_get_it():
    status, found = examined()
    assert list(found) == NAMES, list(found)
    for finding in found.values():
        assert finding["state"] in STATES and finding["says"], finding
        assert (finding["state"] == "ok") == (finding["disables"] == "") == (finding["cure"] == ""), finding
    assert status == (1 if all(found[f"wire {wire}"]["state"] == "missing" for wire in ("raw", "tun")) else 0)


def test_the_cut_and_lateness_are_measured():
    _, found = examined()
    wires = [found[name] for name in ("wire raw", "wire tun") if found[name]["state"] != "missing"]
    if not wires:
        harness.skip(found["wire raw"]["cure"])
    for wire in wires:
        figures = wire["figures"]
        assert figures["probes"] == 1000 and figures["at_once"] + figures["later"] <= 1000, wire
        assert figures["at_once"] >= 990, wire
        assert (wire["state"] == "ok") == (figures["at_once"] == 1000), wire
    late = found["scheduling"]["figures"]
    assert 0 <= late["p50_us"] <= late["p99_us"] <= late["p99_9_us"] <= late["worst_us"], late
    assert found["timers"]["figures"]["hz"] in (100, 250, 300, 1000), found["timers"]


def test_text_is_a_line_for_each_and_two_more_for_what_is_not_good():
    done = harness.run(harness.LASTACK, "doctor")
    lines = done.stdout.splitlines()
    for name in NAMES:
        assert any(line.split("  ", 1)[0] in STATES and line[9:].startswith(name) for line in lines), (name, lines)
    bad = sum(line.startswith(("poor", "missing")) for line in lines)
    assert sum(line.strip().startswith("to cure:") for line in lines) == bad, lines


def test_it_takes_no_selectors():
    done = harness.run(harness.LASTACK, "doctor", "close")
    assert done.returncode == 2 and "no selectors" in done.stderr, done


harness.main()
