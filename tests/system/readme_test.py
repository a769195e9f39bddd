"""Every command of the README is run, and prints what the README says it prints.

A ```pkt NAME, ```py NAME or ```yaml NAME block is saved under that name. A ```console block holds commands (`$ ...`) and their output. A line `...` stands for any lines, and `{...}` within a
line for any text. Commands run in a copy of the sources, in the order they are written.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import harness

README = harness.SOURCE / "README.md"


def blocks(text):
    """[(name, content)]: of a console, or a file to be saved, in their order."""
    return [(saved or "console", content)
            for saved, content in re.findall(r"^```(?:console|(?:pkt|py|yaml) (\S+))\n(.*?)^```$", text, re.M | re.S)]


def steps(block):
    """[(command, expected output)]; a command goes on in the next line after a backslash."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (found[-1][0][:-1] + line, [])
        elif found:
            found[-1][1].append(line)
    return found


def as_pattern(lines):
    pattern = ""
    for line in lines:
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += r".*?".join(re.escape(part) for part in line.split("{...}")) + r"\n"
    return re.compile(pattern + r"\Z")


def matches(lines, output):
    return as_pattern(lines).match(output if output.endswith("\n") or not output else output + "\n") is not None


def test_a_wrong_output_is_noticed():
    assert matches(["a", "...", "b {...} c"], "a\nx\ny\nb 12 c\n")
    assert not matches(["a", "b"], "a\nc\n")
    assert not matches(["a"], "a\nb\n")


def test_every_command_prints_what_the_readme_says():
    with tempfile.TemporaryDirectory() as folder:
        root = harness.copy_of_the_tree(Path(folder) / "lastack")
        package = Path(harness.LASTACK).parent / "python"
        (root / "bindings/run").write_text(f'#!/bin/sh\nPYTHONPATH={package} exec /usr/bin/python3 "$@"\n')
        (root / "tests/run").write_text("#!/bin/sh\necho the tests are running already\n")
        ran, missing = 0, None
        try:
            harness.need_kernel()
        except harness.Skip as skip:
            missing = skip.reason
        for name, block in blocks(README.read_text()):
            if name != "console":
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(block)
                continue
            for command, expected in steps(block):
                done = subprocess.run(["bash", "-c", command], cwd=root, text=True, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                                      env={**os.environ, "NO_COLOR": "1"})
                if "tests/run" in command or ("bindings/run" in command and not any(package.glob("lastack/_core*.so"))):
                    continue  # tests/python says what the package lacks.
                if missing and "--target linux" in command:
                    continue  # The rest still counts.
                assert matches(expected, done.stdout), f"$ {command}\n{done.stdout}\ninstead of\n" + "\n".join(expected)
                ran += 1
        assert ran >= 4, ran
        if missing:
            harness.skip(missing)


harness.main()
