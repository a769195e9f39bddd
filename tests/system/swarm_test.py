"""`lastack swarm`: random conversations, judged; each of them can be held again by its number."""

import re

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


def test_it_ends_when_its_time_is_over():
    done = swarm("--time", 1)
    assert re.search(r"^\d+ conversations: ", done.stdout, re.M) and not done.stderr, done
    assert done.returncode in (0, 1, 3), done


def test_what_it_cannot_do_is_said_in_a_sentence():
    for args, says in ((["close"], "no selectors"), (["--count", "many"], "--count wants a number"),
                       (["--time", 1, "--only", 2], "exclude each other"), (["--trace", "x"], "--only K"),
                       (["--target", "bsd"], "bsd")):
        done = swarm(*args)
        assert done.returncode == 2 and says in done.stderr and done.stderr.count("\n") == 1, (args, done)


harness.main()
