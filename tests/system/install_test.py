"""What is installed: the program with its scenarios, a manual page and bash's completion, both true to its options."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import harness

BUILD = Path(harness.LASTACK).resolve().parent


def lastack(*arguments, **kwargs):
    return harness.run(harness.LASTACK, *arguments, **kwargs)


def commands():
    names = re.findall(r"^  (\S+) +\S", lastack("help").stdout, re.M)
    return [name for name in names if name not in ("help", "--version")]


def options(command):
    return re.findall(r"^ +(--[a-z0-9-]+)", lastack("help", command).stdout, re.M)


def test_the_manual_has_every_command_and_option():
    page = lastack("man").stdout.replace("\\-", "-")
    assert len(commands()) >= 7, commands()
    for command in commands():
        section = re.search(rf'^\.SS "{command}"$(.*?)(?=^\.SS |^\.SH )', page, re.M | re.S)
        assert section, command
        assert re.findall(r"^\\fB(--[a-z0-9-]+)", section[1], re.M) == options(command), command
    assert ".SH \"EXIT STATUS\"" in page and "LASTACK_SCENARIOS" in page


def test_the_manual_is_one_to_those_who_read_manuals():
    mandoc = shutil.which("mandoc")
    if not mandoc:
        harness.skip("mandoc is not installed")
    page = lastack("man").stdout
    done = harness.run(mandoc, "-T", "lint", "-W", "error", input=page)
    assert done.returncode == 0, done.stdout
    shown = re.sub(r".\x08", "", harness.run(mandoc, "-T", "ascii", input=page).stdout)
    assert "--shard I/N" in shown and "lastack run close --target linux --seed 7" in shown, shown
    assert harness.run(mandoc, "-T", "lint", "-W", "error", input=".SS\n.nf\n.RS 1 2 3\n.BOGUS").returncode != 0


def complete(*words):
    """What bash offers for the last of these words."""
    script = ('source <("$0" completion); COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _lastack; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = harness.run("bash", "-c", script, harness.LASTACK, harness.LASTACK, *words, cwd=harness.SOURCE)
    assert done.returncode == 0 and done.stderr == "", done
    return [word for word in done.stdout.splitlines() if word]


def test_bash_completes_commands_options_and_values():
    assert complete("doc") == ["doctor"] and set(commands()) < set(complete(""))
    for command in commands():
        assert complete(command, "--") == ["--help", *options(command)], command
        assert command in complete("help", "")
    assert complete("run", "--target", "en") == ["engine"] and complete("run", "--target", "=", "lin") == ["linux"]
    assert complete("run", "--target", "=")[0] == "engine"
    assert complete("run", "--ip", "m") == ["mapped"] and "junit" in complete("run", "--report", "")
    assert complete("run", "--seed", "7") == [] and complete("frobnicate", "") == []


def test_bash_completes_scenarios_and_files():
    assert complete("run", "close/simul") == ["close/simultaneous"]
    assert complete("run", "READ") == ["README.md"] and complete("fmt", "READ") == ["README.md"]
    assert complete("run", "--out", "harn") == ["harness"] and complete("run", "--known", "READ") == ["README.md"]
    for command in ("judge", "trace", "fmt", "new"):
        assert complete(command, "READ") == ["README.md"], command


def test_bash_completes_the_names_that_the_program_knows():
    known = {kind: [row["id"] for row in json.loads(lastack("rules", "--json", *words).stdout)[kind]]
             for kind, words in (("rules", ()), ("claims", ("--claims",)))}
    for command in ("explain", "rules"):
        assert complete(command, "") == known["rules"] + known["claims"], command
    assert complete("explain", "MUST-4") == [name for name in known["rules"] if name.startswith("MUST-4")]
    assert complete("explain", "S1-1") == [name for name in known["claims"] if name.startswith("S1-1")] != []
    for command in ("run", "matrix", "swarm", "serve"):
        profiles = complete(command, "--engine-profile", "")
        assert "minimal" in profiles and "linux-like" in profiles, (command, profiles)
        assert lastack(command, "--engine-profile", "no such").returncode == 2
    for profile in (found := complete("run", "--profile", "")):
        assert lastack("run", "--profile", profile, "reset/exact", "--scenarios", harness.SOURCE / "scenarios").returncode == 0
    assert found[0] == "rfc" and "linux" in found


def test_bash_completes_a_list_of_reports():
    assert complete("run", "--report", "json,ju") == ["json,junit"]
    assert complete("run", "--report", "tap,json,pcap") == ["tap,json,pcapng"]
    assert set(complete("run", "--report", "json,")) == {f"json,{name}" for name in complete("run", "--report", "")}


def test_what_is_installed_works_by_itself():
    with tempfile.TemporaryDirectory() as folder:
        done = harness.run("cmake", "--install", BUILD, "--prefix", f"{folder}/usr", timeout=110)
        assert done.returncode == 0, done
        root = Path(folder) / "usr"
        assert (root / "share/man/man1/lastack.1").read_text() == lastack("man").stdout
        completion = root / "share/bash-completion/completions/lastack"
        assert completion.read_text() == lastack("completion").stdout
        assert not (root / "share/lastack/scenarios/run").exists()
        env = {"LASTACK_SCENARIOS": ""}
        listed = harness.run(root / "bin/lastack", "list", "--json", cwd=folder, env=env)
        ours = lastack("list", "--json", "--scenarios", harness.SOURCE / "scenarios")
        assert json.loads(listed.stdout) == json.loads(ours.stdout), listed
        done = harness.run(root / "bin/lastack", "run", "close", "textbook", cwd=folder, env=env)
        assert done.returncode == 0 and "pass  close/simultaneous" in done.stdout, done
        packages = root / "lib/python3/dist-packages"
        if any(packages.glob("lastack/_core*.so")):
            done = harness.run("/usr/bin/python3", "-c", "import lastack; print(lastack.Segment('S 1:1(0) win 9'))",
                               env={"PYTHONPATH": str(packages)}, cwd=folder)
            assert done.stdout == "S 1:1(0) win 9\n", done
            empty = Path(folder) / "empty"
            empty.mkdir()
            done = harness.run("/usr/bin/python3", harness.SOURCE / "bindings/examples/by_hand.py", cwd=empty,
                               env={"PYTHONPATH": str(packages), "LASTACK_SCENARIOS": ""})
            assert done.returncode == 0 and "after both FINs: TIME-WAIT" in done.stdout, done


YOURS = ("yours/.github/workflows/tcp.yml", "yours/.gitlab-ci.yml")


def snippets(yaml):
    text = (harness.SOURCE / "README.md").read_text()
    return {name: yaml.safe_load(content) for name, content in re.findall(r"^```yaml (\S+)\n(.*?)^```$", text, re.M | re.S)}


def test_so_do_those_for_a_repository_of_ones_own():
    try:
        import yaml
    except ImportError:
        harness.skip("python3-yaml is not installed")
    harness.need_kernel()
    hub, lab = (snippets(yaml)[name]["conformance" if "gitlab" in name else "jobs"] for name in YOURS)
    steps = hub["conformance"]["steps"]
    assert [step["with"]["path"] for step in steps if step.get("uses", "").startswith("actions/checkout") and "with" in step
            ] == ["lastack"]
    assert lab["before_script"][-1].split()[-1] == "lastack" and lab["artifacts"]["reports"]["junit"] == "results/junit.xml"
    for script in ([step["run"] for step in steps if "run" in step], lab["script"]):
        with tempfile.TemporaryDirectory() as folder:
            harness.copy_of_the_tree(Path(folder) / "lastack")
            scenarios = {name: (harness.SOURCE / f"scenarios/handshake/{name}.pkt").read_text() for name in ("active", "passive")}
            harness.write_files(Path(folder) / "tests/tcp", {f"{name}.pkt": text for name, text in scenarios.items()})
            done = subprocess.run(["bash", "-e", "-c", "\n".join(script)], cwd=folder, text=True, capture_output=True, timeout=110)
            assert done.returncode == 0 and "pass  active (linux" in done.stdout, done
            results = (Path(folder) / "results/junit.xml").read_text()
            assert all(f'name="{name}"' in results for name in scenarios), results


def test_the_snippets_for_ci_work_as_shell():
    """Each command of the README's CI files, in a copy of the sources, as the first of two machines and as the second."""
    try:
        import yaml
    except ImportError:
        harness.skip("python3-yaml is not installed")
    files = snippets(yaml)
    assert sorted(files) == [".github/workflows/tcp.yml", ".gitlab-ci.yml", *sorted(YOURS)], files.keys()
    hub, = files[".github/workflows/tcp.yml"]["jobs"].values()
    lab, = (job for job in files[".gitlab-ci.yml"].values() if isinstance(job, dict))
    shards = hub["strategy"]["matrix"]["shard"]
    assert lab["parallel"] == len(shards) == 2 and lab["artifacts"]["reports"]["junit"] == "results/junit.xml"
    hub_script = "\n".join(step["run"] for step in hub["steps"] if "run" in step)
    names = {"hub": [], "lab": []}
    with tempfile.TemporaryDirectory() as folder:
        root = harness.copy_of_the_tree(Path(folder) / "lastack")
        for shard in shards:
            for kind, script in (("hub", hub_script.replace("${{ matrix.shard }}", str(shard))),
                                 ("lab", "\n".join(lab["script"]))):
                assert "${{" not in script, script
                shutil.rmtree(root / "results", ignore_errors=True)
                done = subprocess.run(["bash", "-e", "-c", script], cwd=root, text=True, capture_output=True, timeout=110,
                                      env={**os.environ, "CI_NODE_INDEX": str(shard), "CI_NODE_TOTAL": str(len(shards))})
                assert done.returncode == 0, done
                names[kind] += re.findall(r'<testcase classname="\S+\.(\S+)" name="([^" ]+)[^"]*"',
                                          (root / "results/junit.xml").read_text())
    whole = [scenario["id"] for scenario in json.loads(lastack("list", "--json", cwd=harness.SOURCE).stdout)]
    for kind, found in names.items():
        assert sorted("/".join(name) for name in found) == sorted(whole), kind


harness.main()
