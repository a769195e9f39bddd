"""`lastack swarm`: random conversations, judged; each of them can be held again by its number."""

import json
import re
import tempfile
from pathlib import Path

import harness


def swarm(*args, **more):
    return harness.run(harness.LASTACK, "swarm", *args, **more)


def without_time(text):
    return re.sub(r", [0-9.]+ m?s: \d+ conversations/s", "", text)


def test_the_same_seed_is_the_same_swarm_however_many_workers():
    one, three = swarm("--count", 3500, "--seed", 5), swarm("--count", 3500, "--seed", 5, "--jobs", 3)
    assert not one.stderr and not three.stderr, (one, three)
    summary = re.search(r"3500 conversations: .*", one.stdout, re.S)
    assert summary and without_time(summary[0]) == without_time(three.stdout[three.stdout.index("3500 conversations"):])
    assert swarm("--count", 3500, "--seed", 6).stdout != one.stdout


def test_one_of_them_is_held_again_with_its_ladder_and_its_record():
    done = swarm("--seed", 5, "--only", 17, "--trace", "/dev/stdout")
    again = swarm("--seed", 5, "--only", 17, "--trace", "/dev/stdout")
    assert done.stdout == again.stdout and "swarm/17 (engine" in done.stdout, done
    assert "target (engine)" in done.stdout and "\nlastack trace 1\n" in done.stdout, done
    assert "repeat it: lastack swarm --target engine --seed 5 --only 17\n" in done.stdout, done


def test_links_can_do_all_there_is_and_each_failure_says_what_its_link_did():
    one, two = (swarm("--faults", "all", "--count", 3000, "--jobs", jobs) for jobs in (1, 2))
    assert one.returncode == 0 and without_time(one.stdout) == without_time(two.stdout), (one, two)
    assert one.stdout != swarm("--count", 3000).stdout
    target = "engine:defect=fin-not-repeated"
    done = swarm("--faults", "all", "--count", 500, "--target", target)
    index, faults = re.search(r"^fail  swarm/(\d+) .*\n  faults: (.*)\n", done.stdout, re.M).groups()
    assert f"repeat it: lastack swarm --target {target} --faults all --seed 1 --only {index}\n" in done.stdout, done.stdout
    again = swarm("--faults", "all", "--only", index, "--target", target)
    # The same faults, written out, are the same conversation.
    written = swarm("--faults", faults, "--only", index, "--target", target)
    ladder = lambda run: run.stdout[run.stdout.index("faults: "):run.stdout.index("repeat it: ")]
    assert again.returncode == 1 and ladder(again) == ladder(written) and ladder(again) in done.stdout, (again, written)


def test_from_its_record_a_conversation_is_judged_as_it_was():
    with tempfile.TemporaryDirectory() as folder:
        waiting = 0
        for index in range(12):
            trace = Path(folder, f"{index}.trace")
            done = swarm("--seed", 9, "--faults", "all", "--only", index, "--trace", trace)
            assert done.returncode == 0, done
            # Its application may be left waiting: nobody promised it what it waits for.
            text = trace.read_text()
            calls, replies = (set(re.findall(rf" {kind} id=(\d+) ", text)) for kind in ("call <", "reply >"))
            waiting += bool(calls - replies)
        assert waiting > 0
        judged = harness.run(harness.LASTACK, "judge", *Path(folder).glob("*.trace"))
        assert judged.returncode == 0 and judged.stdout.count("swarm/") == 12, judged


def test_it_ends_when_its_time_is_over():
    done = swarm("--time", 1)
    assert re.search(r"^\d+ conversations: ", done.stdout, re.M) and not done.stderr, done
    assert done.returncode in (0, 1, 3), done


def test_what_is_found_is_a_small_scenario_that_fails_when_it_is_run():
    with tempfile.TemporaryDirectory() as folder:
        target = "engine:defect=ack-late"
        done = swarm("--target", target, "--count", 200, "--found", folder)
        assert done.returncode == 1, done
        scripts = [script for script in sorted(Path(folder).glob("*.pkt")) if script.name.startswith("must-40")]
        assert scripts and all(script.with_suffix(".trace").exists() for script in scripts), done.stdout
        for script in scripts:
            assert f"written: {script}" in done.stdout, done.stdout
            assert sum(" < " in line for line in script.read_text().splitlines()) <= 12, script.read_text()
            run = harness.run(harness.LASTACK, "run", "--target", target, script)
            assert run.returncode == 1 and "MUST-40" in run.stdout, run
            assert harness.run(harness.LASTACK, "run", script).returncode == 0, script.read_text()


def test_of_one_kind_of_failure_one_script_is_written():
    with tempfile.TemporaryDirectory() as folder:
        done = swarm("--target", "engine:defect=ack-late", "--count", 3500, "--jobs", 2, "--found", folder)
        late = [script.name for script in Path(folder).glob("must-40_*.pkt")]
        assert late == ["must-40_an_acknowledgment.pkt"], late
        told = re.findall(r"^(swarm/\d+): as a script \d+ packets, after \d+ tries\n  written: (.*\.pkt)$", done.stdout, re.M)
        assert len(told) == len(list(Path(folder).glob("*.pkt"))) > 1, told
        # It came of the conversation that is named.
        index = next(name for name, path in told if path.endswith("must-40_an_acknowledgment.pkt")).removeprefix("swarm/")
        alone = Path(folder, "alone")
        swarm("--target", "engine:defect=ack-late", "--only", index, "--found", alone)
        assert [script.name for script in alone.glob("*.pkt")] == late, (index, alone)


def test_what_is_listed_as_known_of_random_conversations_does_not_fail():
    target = "engine:defect=ack-late"
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "known", "engine.txt")
        listed.parent.mkdir()

        def with_list(text):
            listed.write_text(text)
            return swarm("--target", target, "--count", 200, env={"LASTACK_SCENARIOS": folder})

        def counted(done):
            known = re.search(r"(\d+) known", done.stdout)
            return int(known[1]) if known else 0, int(re.search(r"(\d+) fail", done.stdout)[1])

        nothing = with_list("# nothing\n")
        none, failed = counted(nothing)
        assert nothing.returncode == 1 and none == 0 and failed > 10 and "MUST-40" in nothing.stdout, nothing
        assert counted(with_list("swarm | MUST-13: a reset | another | * | sometimes\n")) == (0, failed)
        assert counted(with_list("close/normal | MUST-40 | a scenario's | * | sometimes\n")) == (0, failed)
        listed_too = with_list("swarm | MUST-40: an acknowledgment | acknowledges late | * | sometimes\n")
        known, left = counted(listed_too)
        assert known > 10 and known + left == failed, (known, left, failed)
        assert "(known: acknowledges late)" in listed_too.stdout, listed_too
        wrong = with_list("swarm | MUST-40: an acknowledgment | acknowledges late | * | always\n")
        assert wrong.returncode == 4 and "known/engine.txt:1:1: " in wrong.stderr and "sometimes" in wrong.stderr, wrong


def test_defects_are_killed_by_the_requirements_that_they_name():
    done = harness.run(harness.LASTACK, "defects", "ack-late", "reserved-bits-sent", "--count", 100, "--jobs", 2)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "2 of 2 killed", done
    lines = harness.run(harness.LASTACK, "defects", "ack-late", "--count", 100, "--json").stdout.splitlines()
    hunt = json.loads(lines[0])
    assert len(lines) == 1 and hunt["killed"] and hunt["requirement"] == "MUST-40" and hunt["by_swarm"], hunt
    wrong = harness.run(harness.LASTACK, "defects", "ack-lat")
    assert wrong.returncode == 2 and "did you mean `ack-late`" in wrong.stderr, wrong


def test_what_was_never_exercised_is_listed_below():
    text = swarm("--count", 1).stdout
    line = re.search(r"^requirements exercised: \d+ of \d+; never, what `lastack explain ID` tells of:\n  \S", text, re.M)
    assert line and max(len(line) for line in text[line.start():].splitlines()[:8]) <= 100, text


def test_defects_are_listed_with_what_they_break():
    lines = harness.run(harness.LASTACK, "defects", "--list").stdout.splitlines()
    assert lines[0].split("  ")[0] == "name" and len(lines) > 90, lines[:2]
    assert any(re.match(r"ack-late +MUST-40 +[A-Z]", line) for line in lines), lines
    one = harness.run(harness.LASTACK, "defects", "ack-late", "--list", "--json").stdout.splitlines()
    assert [json.loads(line)["requirement"] for line in one] == ["MUST-40"], one


def test_the_scenarios_alone_kill_defects_of_every_kind():
    names = """isn-stands-still reset-sequence-wrong zero-window-reset-ignored challenge-unlimited
        beyond-window-taken text-shifted window-from-old-segment ack-seldom fin-acknowledged-by-any karn-forgotten
        congestion-ignored no-collapse window-signed probe-given-up silly-sender silly-receiver scale-on-syn
        timestamp-echo-latest timestamp-clock-stopped timestamp-missing-resets urgent-untold ttl-ignored icmp-ignored
        icmp-soft-aborts icmp-sequence-unchecked source-quench-heeded broadcast-answered""".split()
    done = harness.run(harness.LASTACK, "defects", *names, "--count", 1, "--json", "--jobs", 2, "--scenarios",
                       harness.SOURCE / "scenarios")
    hunts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [hunt["defect"] for hunt in hunts if not hunt["by_suite"]] == [], done
    assert done.returncode == 0 and len(hunts) == len(names), done


def test_what_it_cannot_do_is_said_in_a_sentence():
    for args, says in ((["close"], "no selectors"), (["--count", "many"], "--count wants a number"),
                       (["--time", 1, "--only", 2], "exclude each other"), (["--trace", "x"], "--only K"),
                       (["--target", "bsd"], "bsd")):
        done = swarm(*args)
        assert done.returncode == 2 and says in done.stderr and done.stderr.count("\n") == 1, (args, done)


harness.main()
