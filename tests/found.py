#!/usr/bin/env python3
"""What comes of each defect of the engine: is it found, does it become a small scenario, and does that fail again?

    tests/found.py                       every defect
    tests/found.py ack-late no-backoff   some of them
    tests/found.py --fresh-clone         what was found is run by a program built from a fresh clone of this tree

For each defect random conversations are held (`lastack swarm`), then every scenario is played as it stands and with every
single fault on every packet (`lastack sweep --singles`), until a failure of the requirement that the defect breaks has become a scenario. Where
none has, a SHOULD that is not followed counts too (`--strict`), and then the engine is one of its other profiles, of which less is legal. What
shrinks it is timed alone. The scenario must fail on the engine with the defect for the requirement that it was found for,
and pass on the right engine. A line for each defect, and the counts of all; the status is 1 when one has no such file, one of
more than 12 packets, or one that took 5 s and more.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
MOST_PACKETS, MOST_SECONDS = 12, 5.0
WAYS = [], ["--strict"], ["--engine-profile", "linux-like"], ["--engine-profile", "minimal"]


@dataclass
class File:
    """A scenario that came of a failure."""
    path: Path
    requirements: list
    packets: int
    how: str
    seconds: float = 0.0
    options: list = field(default_factory=list)
    fails: bool = False
    passes: bool = False

    def good(self):
        return self.fails and self.passes and self.packets <= MOST_PACKETS and self.seconds < MOST_SECONDS


@dataclass
class Row:
    defect: str
    requirement: str
    seen: list  # Where a failure of the requirement was seen.
    file: File | None


class Hunter:
    def __init__(self, lastack, fresh, count, folder):
        self.lastack, self.fresh, self.count, self.folder = lastack, fresh, count, folder

    def run(self, *args, program=None):
        return subprocess.run([program or self.lastack, *map(str, args)], capture_output=True, text=True, timeout=1800,
                              stdin=subprocess.DEVNULL, env={**os.environ, "LASTACK_SCENARIOS": str(SOURCE / "scenarios")})

    @staticmethod
    def files_in(folder, how, seconds):
        return [File(path, re.split(", *", (re.search(r"^rules: (.*)", text, re.M) or ("", ""))[1]), len(re.findall(r"^\S+ [<>] ", text, re.M)),
                     how, seconds) for path in sorted(folder.glob("*.pkt")) for text in [path.read_text()]]

    def timed(self, folder, how, *args):
        """The scenarios that one run becomes, and how long that takes with all around it."""
        begun = time.monotonic()
        self.run(*args, "--found", folder)
        return self.files_in(folder, how, time.monotonic() - begun)

    def check(self, defect, file, options):
        """Whether it fails there and passes on the right engine, as whoever clones the tree sees it."""
        file.options = options
        wrong = self.run("run", file.path, "--target", f"engine:defect={defect}", *options, program=self.fresh)
        right = self.run("run", file.path, *options, program=self.fresh)
        file.fails = wrong.returncode == 1 and all(one in wrong.stdout for one in file.requirements)
        file.passes = right.returncode == 0
        return file

    def swarm(self, defect, requirement, options):
        """Where the requirement was seen to fail, and [(what it is, the command that makes a scenario of it)]."""
        target = ["--target", f"engine:defect={defect}", *options]
        folder = self.folder / defect / "_".join(["swarm", *options])
        out = self.run("swarm", *target, "--count", self.count, "--found", folder).stdout
        seen = [f"swarm/{index}" for ids, index in
                re.findall(r"^ *\d+ x \S+ (\S*): .*\(first swarm/(\d+)\)$", out, re.M) if requirement in ids.split(",")]
        of, held = {}, ""
        for line in out.splitlines():
            if match := re.match(r"(swarm/\d+): as a script ", line):
                held = match[1]
            elif match := re.match(r"  written: (.*\.pkt)$", line):
                of[Path(match[1])] = held
        files = sorted(self.files_in(folder, "", 0), key=lambda file: (requirement not in file.requirements, file.packets))
        return seen, [(of[file.path], ["swarm", *target, "--only", of[file.path].removeprefix("swarm/")]) for file in files]

    def sweep(self, defect, requirement, options):
        done = self.run("sweep", SOURCE / "scenarios", "--singles", "--json", "--target", f"engine:defect={defect}", *options)
        own, others = [], []
        for line in done.stdout.splitlines():
            one = json.loads(line)
            for failure in one["failures"]:
                if failure["verdict"] != "fail":
                    continue
                how = f"{one['scenario']} · {'as it stands' if failure['as_it_stands'] else failure['faults'] or 'no fault'}"
                words = shlex.split(failure["repeat"])[1:]
                if words[0] == "run":
                    words[0] = "shrink"
                (own if requirement in failure["requirements"] else others).append((how, words))
        return [how for how, _ in own], own + others

    def should(self, requirement):
        return '"level":"SHOULD' in self.run("rules", requirement, "--json").stdout.replace(" ", "")

    def row(self, defect, requirement):
        seen, best = [], None
        for options in WAYS:
            for hunt in self.swarm, self.sweep:
                where, candidates = hunt(defect, requirement, options)
                seen += where
                for how, args in candidates[:8]:
                    folder = self.folder / defect / re.sub(r"\W+", "_", "_".join([how, *options]))
                    for file in self.timed(folder, how, *args):
                        self.check(defect, file, options)
                        if best is None or self.rank(file, requirement) > self.rank(best, requirement):
                            best = file
                    if best is not None and best.good() and requirement in best.requirements:
                        return Row(defect, requirement, seen, best)
            if best is not None and best.good() and (options or not self.should(requirement)):
                break
        return Row(defect, requirement, seen, best)

    @staticmethod
    def rank(file, requirement):
        return file.good(), requirement in file.requirements, -file.packets


def fresh_build(folder):
    """The program of a fresh clone of this tree, as it is committed."""
    clone = folder / "clone"
    for command in (["git", "clone", "-q", "--no-hardlinks", SOURCE, clone], ["cmake", "--preset", "release"],
                    ["cmake", "--build", "--preset", "release", "--target", "lastack"]):
        subprocess.run(list(map(str, command)), cwd=clone if clone.exists() else folder, check=True,
                       stdout=subprocess.DEVNULL)
    return clone / "build/lastack"


def line(row):
    if row.file is None:
        return f"no file  {row.defect:<28} {row.requirement:<26} {'seen: ' + row.seen[0] if row.seen else 'never seen'}"
    file = row.file
    wrong = [text for bad, text in ((not file.fails, "does not fail again"), (not file.passes, "fails on the right engine"),
                                    (file.packets > MOST_PACKETS, "is too large"),
                                    (file.seconds >= MOST_SECONDS, "took too long")) if bad]
    own = row.requirement in file.requirements
    word = "bad" if not file.good() else "found" if own else "other"
    other = "" if own else f" as {', '.join(file.requirements)}"
    how = " ".join([file.how, *file.options])
    return (f"{word:<7}  {row.defect:<28} {row.requirement:<26} {file.packets:>3} packets {file.seconds:6.2f} s  {how}{other}"
            + "".join(f"; {one}" for one in wrong))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("defects", nargs="*")
    parser.add_argument("--lastack", type=Path, default=SOURCE / "build/lastack")
    parser.add_argument("--fresh-clone", action="store_true")
    parser.add_argument("--count", type=int, default=20_000, help="so many conversations with each")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="leave what was found there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        fresh = fresh_build(Path(temporary)) if args.fresh_clone else args.lastack
        hunter = Hunter(args.lastack, fresh, args.count, folder)
        listed = [json.loads(text) for text in hunter.run("defects", *args.defects, "--list", "--json").stdout.splitlines()]
        if not listed:
            sys.exit("there is no such defect; `lastack defects --list` has them all")
        rows = []
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for row in pool.map(lambda one: hunter.row(one["defect"], one["requirement"]), listed):
                rows.append(row)
                print(line(row), flush=True)
    good = [row.file for row in rows if row.file and row.file.good()]
    own = sum(row.file.good() and row.requirement in row.file.requirements for row in rows if row.file)
    print(f"{len(rows)} defects: {len(good)} became a scenario that fails for the same requirement ({own} for the defect's own),"
          f" {len(rows) - len(good)} did not")
    if good:
        print(f"packets: at most {max(file.packets for file in good)}; seconds: at most {max(file.seconds for file in good):.2f}")
    sys.exit(0 if len(good) == len(rows) else 1)


if __name__ == "__main__":
    main()
