"""`lastack matrix`: each cell against a reading of RFC 9293, 3.10.7, that was written without looking at any TCP."""

import json
import os
import sys
from pathlib import Path

import harness

GOLDEN = Path(__file__).resolve().parents[1] / "golden/matrix"
sys.path.insert(0, str(GOLDEN))
import reading  # noqa: E402

PROBES = {line.split("\t")[0]: line.split("\t") for line in (GOLDEN / "probes.tsv").read_text().splitlines()[1:]}
STATES = ["CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "SYN-RECEIVED-active", "ESTABLISHED", "ESTABLISHED+unacked",
          "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"]


def cells(*arguments):
    if "linux" in arguments:
        harness.need_kernel()
    done = harness.run(harness.LASTACK, "matrix", "--json", *arguments, timeout=110)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def place(cell):
    return cell["state"], cell["probe"]


def fits(cell):
    return any(tuple(cell["emitted"]) == answer.emitted and cell["next_state"] == answer.next_state and
               cell["delivered"] == answer.delivered and cell["application"] in answer.application
               for answer in reading.allowed(cell["state"], PROBES[cell["probe"]]))


def told(cell):
    return " | ".join([" ".join(cell["emitted"]) or "-", cell["next_state"], str(cell["delivered"]), cell["application"] or "-"])


def test_there_is_every_state_against_every_segment():
    assert [place(cell) for cell in cells()] == [(state, probe) for state in STATES for probe in PROBES]


def test_the_engine_does_in_each_cell_what_the_text_allows():
    wrong = [f"{place(cell)}: {told(cell)}" for cell in cells() if not fits(cell)]
    assert not wrong, "\n".join(wrong)


def test_the_reading_rejects_what_differs_in_one_thing():
    for cell in cells():
        for change in ({"emitted": [*cell["emitted"], "<SEQ=SND.NXT+1><CTL=.>"]}, {"delivered": cell["delivered"] + 1}, {"next_state": "LISTENING"},
                       {"application": "EPIPE"}):
            assert not fits({**cell, **change}), (cell, change)


def test_a_cell_depends_on_neither_seed_nor_addresses():
    assert cells("--seed", "2", "--ip", "v6") == cells("--seed", "1")


def test_linux_does_what_the_text_allows_or_what_is_listed_with_a_reason():
    version = ".".join(os.uname().release.split(".")[:2])
    listing = GOLDEN / f"linux-{version}.txt"
    if not listing.exists():
        harness.skip(f"nobody has looked at Linux {version} yet: there is no {listing.name}")
    lines = [line for line in listing.read_text().splitlines() if line and not line.startswith("#")]
    listed = {tuple(left.split(" / ", 1)): right for left, right in (line.split(" => ") for line in lines)}
    odd = {place(cell): told(cell) for cell in cells("--target", "linux") if not fits(cell)}
    assert odd == listed, "\n".join(f"{at}: listed {listed.get(at)}, seen {odd.get(at)}"
                                    for at in sorted({*odd, *listed}) if odd.get(at) != listed.get(at))


def test_a_part_of_it_can_be_asked_for():
    some = cells("--state", "TIME-WAIT", "--state", "LISTEN", "--probe", "SYN in-window")
    assert [place(cell) for cell in some] == [("LISTEN", "SYN in-window"), ("TIME-WAIT", "SYN in-window")]


def test_a_name_that_is_not_there_is_answered_with_the_one_that_was_meant():
    done = harness.run(harness.LASTACK, "matrix", "--state", "TIME-WAlT")
    assert done.returncode == 2 and "`TIME-WAIT`" in done.stderr, done
    done = harness.run(harness.LASTACK, "matrix", "--probe", "SYN in-windov")
    assert done.returncode == 2 and "`SYN in-window`" in done.stderr, done
    done = harness.run(harness.LASTACK, "matrix", "--state", "opening")
    assert done.returncode == 2 and "there are: " + ", ".join(STATES) in done.stderr, done
    done = harness.run(harness.LASTACK, "matrix", "--probe", "anything")
    assert done.returncode == 2 and all(probe in done.stderr for probe in PROBES), done
    done = harness.run(harness.LASTACK, "matrix", "--engine-profile", "mininal")
    assert done.returncode == 2 and "did you mean `minimal`?" in done.stderr, done
    done = harness.run(harness.LASTACK, "matrix", "extra")
    assert done.returncode == 2 and "`extra`" in done.stderr, done


def test_without_json_it_is_a_table():
    done = harness.run(harness.LASTACK, "matrix", "--state", "ESTABLISHED", "--probe", "FIN+ACK with data")
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[0].split() == ["ESTAB"], done
    assert lines[1].startswith("FIN+ACK with data  . 20 EOF CLO-W"), done


harness.main()
