#!/usr/bin/env python3
"""Checks the shape of the repository: layout, arrows, names of files, namespaces, sizes, banned words.

Run by ctest as `tidy`. Each finding is one line, `path:line: message`, and says what to do instead.
The arrows are the module() lines of the top CMakeLists.txt; there is no second list.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from includes import check_includes

TOP = {"CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE",
       "harness", "scenarios", "fuzz", "bindings", "tests", "reports"}
FREE = ("harness/cli", "fuzz", "bindings", "tests")  # The roof: sees everything, seen by nothing.
ROOF_ONLY = ("harness/target/catalogue",)  # Knows every target; whoever saw it would know them too.

LINES_MAX = 400
LONGER = {  # "harness/x/y.cc": "why it is one thing"
    "fuzz/engine.cc": "one player of one engine: what it does with octets, and what it looks at",
    "harness/model/model.cc": "each kind of record, and which connections it goes to",
    "harness/rules/catalogue.cc": "a table: one line for each of 406 requirements",
    "harness/rules/quotation.cc": "a table: one line for each requirement that is quoted",
    "tests/checker/arrives.cc": "one section of RFC 9293, 3.10.7, step by step as it stands there",
    "tests/unit/engine/open_test.cc": "three opens and everything that can come in between, one fixture",
    "tests/unit/event/text_test.cc": "one notation: what it writes, reads back and refuses, record by record",
}

# What is written, where it is at home, what to write elsewhere.
BANNED = [
    (r"\b(steady|system)_clock\b|\bclock_gettime\b", "harness/clock", "the `now` you were given"),
    (r"\brandom_device\b|\b\w+_distribution\s*<|\brand\(\)", None, "base::Rng, seeded from the run"),
    (r"\bstd::j?thread\b|\bstd::async\b", "harness/target/netns", "a process: runs share nothing"),
    (r"\busing namespace std\s*;", None, "std::"),
    (r"\bstd::c(out|err)\b|\b[fv]*printf\(", "harness/cli", "a reports::Writer"),
    (r"\bv?sn?printf\s*\(", None, "fmt::format or fmt::format_to_n"),
    (r"(?<![\w_])assert\(", None, "CHECK, which release builds keep"),
    (r"\bFIXME\b", None, "the fix, before merging"),
]

MACHINE_PATH = re.compile(r"(?<![\w.}])/(work|root|home)/")


def read_arrows(root):
    """{folder: [folders it may include]}, in the order the CMake file draws them."""
    text = re.sub(r"#.*", "", (root / "CMakeLists.txt").read_text())
    arrows = {}
    for call in re.findall(r"\bmodule\(([^)]*)\)", text):
        folder, *words = call.split()
        arrows[folder], keyword = [], None
        for word in words:
            if word in ("USES", "LINKS"):
                keyword = word
            elif keyword == "USES":
                arrows[folder].append(word)
    return arrows


def check_layout(root):
    for entry in sorted(root.iterdir()):
        is_build = entry.is_dir() and (entry.name.startswith("build") or (entry / "CMakeCache.txt").exists())
        if not is_build and not entry.name.startswith(".") and entry.name not in TOP:
            yield f"{entry.name}:1: not one of the top-level names; put it inside one of them"


def check_arrows(arrows):
    drawn = set()
    for folder, uses in arrows.items():
        for used in uses:
            if used not in drawn:
                yield f"CMakeLists.txt:1: {folder} -> {used} does not point down; the graph has no cycles"
            elif used in FREE or used in ROOF_ONLY and folder not in FREE:
                yield f"CMakeLists.txt:1: {folder} -> {used}: only the roof may see {used}"
        drawn.add(folder)
    for one, other in (("harness/engine", "harness/model"), ("harness/model", "harness/engine")):
        if other in arrows.get(one, []):
            yield f"CMakeLists.txt:1: {one} -> {other}: the oracle must not share the engine's bugs"


def module_of(path, arrows):
    return next((p.as_posix() for p in Path(path).parents if p.as_posix() in arrows or p.as_posix() in FREE), None)


def check_file(path, text, arrows):
    lines = text.splitlines()
    module = module_of(path, arrows)
    if module is None:
        yield f"{path}:1: in no module; draw its folder into the top CMakeLists.txt"
        return
    if len(lines) > LINES_MAX and path not in LONGER:
        yield f"{path}:{LINES_MAX}: {len(lines)} lines; split it, or say in LONGER why it is one thing"
    if path.endswith(".h") and not text.startswith("#pragma once"):
        yield f"{path}:1: start with #pragma once"
    namespace = module.replace("/", "::")
    if module not in FREE and f"namespace {namespace} " not in text:
        yield f"{path}:1: not in namespace {namespace}; the folder is the namespace"
    for number, line in enumerate(lines, 1):
        yield from check_line(path, module, number, line, arrows)


def check_line(path, module, number, line, arrows):
    include = re.match(r'\s*#\s*include\s+(?:"([^"]+)"|<((?:harness|reports|fuzz|bindings|tests)/[^>]+)>)', line)
    if include:
        other = module_of(include[1] or include[2], arrows)
        if other is None:
            yield f'{path}:{number}: include by full path from the root: "harness/wire/seq_num.h"'
        elif other != module and other in FREE and module != "tests":
            yield f"{path}:{number}: nothing includes {other}"
        elif other != module and other in ROOF_ONLY and module not in FREE:
            yield f"{path}:{number}: only the roof includes {other}"
        elif other != module and module not in FREE and other not in arrows[module]:
            yield f"{path}:{number}: {module} may not include {other}"
    for written, home, instead in BANNED:
        found = re.search(written, line)
        if found and not (home and path.startswith(home + "/")):
            yield f"{path}:{number}: `{found[0]}`: write {instead}"


def includes(text):
    return re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M)


def check_pairs(files):
    """A .cc has its .h beside it, which it includes first: so the header is shown to need nothing before it. Or it
    is one of several that implement a header of its folder, which it includes.
    A unit test carries the name of a header, or tests its folder as a whole, of which it includes a header.
    """
    paths = set(files)
    for path, text in sorted(files.items()):
        stem = path.removesuffix(".cc")
        if stem == path:
            continue
        header = f"{stem}.h"
        if header in paths and re.findall(r"^\s*#\s*include\s+(.*)", text, re.M)[:1] != [f'"{header}"']:
            yield f"{path}:1: include {header} before anything else, which shows that it compiles on its own"
        if path.startswith(("harness/", "reports/")):
            of_folder = any(i in paths and Path(i).parent == Path(path).parent for i in includes(text))
            if not path.endswith("/main.cc") and header not in paths and not of_folder:
                yield f"{path}:1: no {Path(stem).name}.h beside it; a .cc implements the header of its name"
        elif path.startswith("tests/unit/") and path.endswith("_test.cc"):
            tested = stem.removesuffix("_test").removeprefix("tests/unit/")
            tested = tested if tested.startswith("reports/") else f"harness/{tested}"
            folders = (Path(tested).parent, Path(path).parent)
            of_folder = any(Path(i).parent in folders for i in includes(text))
            if f"{tested}.h" not in paths and f"{tested}.cc" not in paths and not of_folder:
                yield f"{path}:1: tests {tested}.h, which is not there; a test carries the name of what it tests"


def repository_files(root):
    """The files of the repository: git's own list, or without git all but hidden and build folders."""
    try:
        listed = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard",
                                 "--", "."], capture_output=True, check=True).stdout
        return sorted({root / name for name in os.fsdecode(listed).split("\0") if name and (root / name).is_file()})
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, inner, names in os.walk(root):
            at_top = Path(folder) == root
            inner[:] = [n for n in inner if n not in (".git", "__pycache__") and not (at_top and n.startswith("build"))]
            found += [Path(folder) / name for name in names]
        return sorted(found)


def check_machine_paths(root):
    for file in repository_files(root):
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # Bytes, not text.
        for number, line in enumerate(text.splitlines(), 1):
            found = MACHINE_PATH.search(line)
            if found:
                yield (f"{file.relative_to(root).as_posix()}:{number}: `{found[0]}` is a path of one machine; "
                       "write one relative to the repository")


def check(root):
    arrows = read_arrows(root)
    yield from check_layout(root)
    yield from check_arrows(arrows)
    sources = {}
    for top in ("harness", "reports", "fuzz", "bindings", "tests"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix in (".h", ".cc"):
                sources[file.relative_to(root).as_posix()] = file.read_text()
    for path, text in sources.items():
        yield from check_file(path, text, arrows)
    yield from check_pairs(sources)
    yield from check_includes(sources)
    yield from check_machine_paths(root)


if __name__ == "__main__":
    findings = list(check(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    print("\n".join(findings) or "tidy")
    sys.exit(bool(findings))
