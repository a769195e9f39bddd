"""How lastack is called, and what it says to whoever calls it wrongly."""

import json
import tempfile
from pathlib import Path

import harness

SCRIPT = """// A socket is made
//
// Nothing more.
rules: MUST-13
claims: S2-12
{extra}
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
"""


def suite(folder, **scenarios):
    """A scenarios folder: close_normal="slow: why" becomes close/normal.pkt with this line at its head."""
    return harness.write_files(folder, {name.replace("_", "/", 1) + ".pkt": SCRIPT.format(extra=extra)
                                        for name, extra in scenarios.items()})


def lastack(*arguments, **kwargs):
    return harness.run(harness.LASTACK, *arguments, **kwargs)


def expect_usage(sentence, *arguments, **kwargs):
    done = lastack(*arguments, **kwargs)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence + "\n"), done


def test_without_arguments_it_says_how_it_is_called():
    done = lastack()
    assert done.returncode == 2 and done.stdout == "" and done.stderr.startswith("usage: lastack"), done
    assert done.stderr.count("\n") == 1, done


def test_help_is_on_stdout():
    for arguments in (["--help"], ["-h"], ["help"]):
        done = lastack(*arguments)
        assert done.returncode == 0 and done.stderr == "", done
        assert "run" in done.stdout and "list" in done.stdout and "Exit status" in done.stdout, done


def test_each_command_has_its_help():
    for command in ("run", "list"):
        texts = {lastack(*arguments).stdout
                 for arguments in (["help", command], [command, "--help"], [command, "x", "-h"], ["--help", command])}
        assert len(texts) == 1 and f"usage: lastack {command}" in texts.pop()
    assert "--seed" in lastack("help", "run").stdout


def test_the_version_is_one_line():
    done = lastack("--version")
    assert done.returncode == 0 and done.stdout.startswith("lastack ") and done.stdout.count("\n") == 1, done


def test_a_slip_is_met_with_what_was_meant():
    expect_usage("lastack: there is no command `rnu`; did you mean `run`?", "rnu")
    expect_usage("lastack: there is no command `rnu`; did you mean `run`?", "help", "rnu")
    expect_usage("lastack: there is no option `--versoin`; did you mean `--version`?", "--versoin")
    expect_usage("lastack run: there is no option `--sed`; did you mean `--seed`?", "run", "--sed", "7")
    expect_usage("lastack list: there is no option `--jsno`; did you mean `--json`?", "list", "--jsno")
    expect_usage("lastack: there is no command `frobnicate`", "frobnicate")


def test_a_selector_that_fits_nothing_is_named():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, close_normal="")
        root = ("--scenarios", folder)
        for command in ("run", "list"):
            expect_usage(f"lastack {command}: `close/nromal` is no scenario, file, requirement or claim; "
                         "did you mean `close/normal`?", command, "close/nromal", *root)
        expect_usage("lastack run: no scenario names MUST-14 (RFC 9293, 3.7.1)", "run", "MUST-14", *root)
        expect_usage("lastack run: no scenario fits `q*`", "run", "q*", *root)


def test_junk_is_refused():
    seed = "wants a number from 0 to 18446744073709551615, found"
    expect_usage(f"lastack run: --seed {seed} `7x`", "run", "--seed", "7x")
    expect_usage(f"lastack run: LASTACK_SEED {seed} `x`", "run", env={"LASTACK_SEED": "x"})
    expect_usage("lastack run: --jobs wants a number from 1 to 256, found `0`", "run", "--jobs", "0")
    expect_usage("lastack run: --ip wants v4, mapped, v6 or all, found `ipv4`", "run", "--ip", "ipv4")
    done = lastack("run", "--target", "lunix")
    assert done.returncode == 2 and "there is no target `lunix`; there are: engine, linux" in done.stderr, done


def test_where_the_scenarios_are():
    with tempfile.TemporaryDirectory() as folder:
        for name in ("option", "variable", "here/scenarios"):
            suite(f"{folder}/{name}", **{name.split("/")[0] + "_x": ""})
        listed = [["list", "--json", "--scenarios", f"{folder}/option"], ["list", "--json"], ["list", "--json"]]
        env = {"LASTACK_SCENARIOS": f"{folder}/variable"}
        found = [json.loads(lastack(*arguments, env=e, cwd=f"{folder}/here").stdout)[0]["id"]
                 for arguments, e in zip(listed, (env, env, {"LASTACK_SCENARIOS": ""}))]
        assert found == ["option/x", "variable/x", "here/x"], found
        expect_usage("lastack run: --scenarios wants a folder with scenarios; `no/such` is none",
                     "run", "--scenarios", "no/such")


def test_list_is_a_table_or_a_json_array():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, close_normal="slow: it waits\nneeds: status", reset_exact="")
        table = lastack("list", "--scenarios", folder).stdout.splitlines()
        assert table[0].split() == ["id", "title", "rules", "claims", "needs", "slow"], table
        assert table[1].split("  ")[0] == "close/normal" and table[1].endswith("status  it waits"), table
        assert len({line.index("MUST-13") for line in table[1:]}) == 1, table
        listed = json.loads(lastack("list", "--json", "--scenarios", folder).stdout)
        assert listed[0] == {"id": "close/normal", "title": "A socket is made", "rules": ["MUST-13"],
                             "claims": ["S2-12"], "needs": ["status"], "slow": "it waits"}, listed
        assert listed[1]["slow"] is None and listed[1]["needs"] == [], listed


def test_an_empty_list_is_an_array_too():
    with tempfile.TemporaryDirectory() as folder:
        done = lastack("list", "--json", "--scenarios", folder)
        assert done.returncode == 0 and json.loads(done.stdout) == [], done


def test_a_list_goes_on_behind_a_broken_file():
    with tempfile.TemporaryDirectory() as folder:
        suite(folder, close_normal="", close_broken="nonsense: 7")
        done = lastack("list", "--json", "--scenarios", folder)
        assert done.returncode == 4 and "close/broken.pkt:6:1: " in done.stderr, done
        assert [scenario["id"] for scenario in json.loads(done.stdout)] == ["close/normal"], done


harness.main()
