"""What a system test needs: run a program, skip with a reason, and run every test_ function of a file.

    import harness

    def test_a_broken_script_is_named_with_its_line():
        done = harness.run(harness.LASTACK, "run", "broken.pkt")
        assert done.returncode == 4, done

    harness.main()
"""

import ctypes
import grp
import os
import pwd
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

SOURCE = Path(os.environ.get("LASTACK_SOURCE") or Path(__file__).resolve().parents[2])
LASTACK = os.environ.get("LASTACK") or str(SOURCE / "build/lastack")


class Skip(SystemExit):
    """Uncaught it ends the program with 77, which ctest shows as skipped."""

    def __init__(self, reason):
        super().__init__(77)
        self.reason = reason


_inside_a_test = False


def skip(reason):
    """Ends the test function, or outside of one the whole file. `reason` names what is missing."""
    if not _inside_a_test:
        print(f"SKIP: {Path(sys.argv[0]).stem}: {reason}", flush=True)
    raise Skip(reason)


def run(*args, env=None, input=None, timeout=60, cwd=None):
    """Runs a program to its end; text in, text out. `env` is added to the environment."""
    return subprocess.run([str(arg) for arg in args], env={**os.environ, **(env or {})}, cwd=cwd, timeout=timeout,
                          capture_output=True, text=True,
                          **({"stdin": subprocess.DEVNULL} if input is None else {"input": input}))


def somebody():
    """What makes a program run as a user that has nothing and is nobody else: there is no account of this number."""
    if os.geteuid() != 0:
        skip("only root can become another user")
    if shutil.which("setpriv") is None:
        skip("setpriv (util-linux) is missing")
    taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.gr_gid for entry in grp.getgrall()}
    free = next(number for number in range(60_001, 65_000) if number not in taken)
    return ["setpriv", f"--reuid={free}", f"--regid={free}", "--clear-groups", "--no-new-privs"]


def lend(folder, *scenarios):
    """A copy of the program and of scenarios that every user can read: the source tree may be closed to others."""
    folder = Path(folder)
    folder.chmod(0o777)
    shutil.copy(LASTACK, folder / "lastack")
    for name in scenarios or [""]:
        shutil.copytree(SOURCE / "scenarios" / name, folder / "scenarios" / name)
    run("chmod", "-R", "a+rX", folder / "scenarios", folder / "lastack")
    return folder


def adopt():
    """From now on whoever of this program's descendants loses its parent is this program's child: children_of() misses
    nobody, and whatever others do on this machine meanwhile does not matter."""
    set_child_subreaper = 36  # prctl(2)
    if ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0) != 0:
        raise OSError("prctl(PR_SET_CHILD_SUBREAPER)")


def alive(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def children_of(pid):
    """And theirs; not what is dead and only waits to be told of."""
    found = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except OSError:
        pass
    return [one for child in found if alive(child) for one in (child, *children_of(child))]


def need_kernel(wire="raw", prefix=()):
    """Skips where this machine does not have what the wire to the kernel takes; lastack itself is not asked.

    `prefix` becomes the user in question ("setpriv ...").
    """
    if shutil.which("unshare") is None:
        skip("unshare (util-linux) is missing: nobody can say whether there are namespaces")
    own = [] if os.geteuid() == 0 and not prefix else ["--user", "--map-root-user"]
    probe = ["true"]
    if wire == "tun":
        probe = ["sh", "-c", "exec 3<>/dev/net/tun"]
    elif shutil.which("ip") is not None:
        probe = ["ip", "link", "add", "dev", "near0", "type", "veth", "peer", "name", "far0"]
    done = run(*prefix, "unshare", *own, "--net", "--mount", "--pid", "--fork", *probe)
    if done.returncode != 0:
        skip(f"{' '.join(probe)} in namespaces of its own: {done.stderr.strip()}")


def write_files(root, files, preambles=False):
    """Writes {"close/normal.pkt": text} below a folder, with the tree's own preambles if wanted. Returns the folder."""
    texts = {Path(root, name): text for name, text in files.items()}
    if preambles:
        texts |= {Path(root, "preamble", file.name): file.read_text()
                  for file in (SOURCE / "scenarios/preamble").glob("*.pkt")}
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def copy_of_the_tree(root):
    """A fresh checkout that is built already: what builds is tested by being how the tests came about."""
    shutil.copytree(SOURCE, root, ignore=shutil.ignore_patterns("build*", ".git"))
    (root / "build").mkdir()
    os.symlink(LASTACK, root / "build/lastack")
    script = root / "scenarios/run"
    text = script.read_text()
    build = "cmake --build build --target lastack"
    assert build in text, text
    script.write_text(text.replace(build, "true"))
    (root / "build/build.ninja").touch()
    return root


def main():
    """Runs the test_ functions of the program in the order they are written, and exits.

    Status 1 if one failed, 77 if all were skipped. Each skip prints a line of its own, which tests/run counts.
    """
    global _inside_a_test
    program = sys.modules["__main__"]
    stem = Path(program.__file__).stem
    tests = [(name, test) for name, test in vars(program).items() if name.startswith("test_") and callable(test)]
    failed = skipped = 0
    for name, test in tests:
        _inside_a_test = True
        try:
            test()
            print(f"ok {name}", flush=True)
        except Skip as skip_:
            skipped += 1
            print(f"SKIP: {stem}.{name}: {skip_.reason}", flush=True)
        except (Exception, SystemExit):
            failed += 1
            print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
        _inside_a_test = False
    if not tests:
        print(f"{stem}: no test_ function")
    sys.exit(1 if failed or not tests else 77 if skipped == len(tests) else 0)
