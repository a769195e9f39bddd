"""For tests in which programs nobody here wrote talk to the engine: `lastack serve`, and what they moved."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import harness

ENGINE, KERNEL = "192.0.2.1", "198.51.100.1"
ENGINE6 = "[2001:db8:1::1]"


def need(*programs):
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        harness.skip(f"not installed: {', '.join(missing)}")


def serve(*arguments, command, timeout=110, profile="linux-like", faults=None):
    """Runs the shell command in a network namespace in which the engine serves; what it wrote to stdout."""
    harness.need_kernel("tun")
    done = harness.run(harness.LASTACK, "serve", *arguments, "--engine-profile", profile,
                       *(["--faults", faults] if faults else []), "--", "bash", "-ec", command, timeout=timeout)
    assert done.returncode == 0, done
    return done.stdout


def sha(octets):
    return hashlib.sha256(octets).hexdigest()


def pattern(octets):
    """What `source` and GET /octets/N send."""
    whole = bytes(range(251))
    return whole * (octets // 251) + whole[:octets % 251]


class Files:
    """A file of random octets to be sent, and a place for the one that arrives."""

    def __init__(self, octets):
        self.folder = tempfile.TemporaryDirectory()
        self.sent = Path(self.folder.name) / "sent"
        self.got = Path(self.folder.name) / "got"
        self.sent.write_bytes(os.urandom(octets))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def check(self):
        sent, got = self.sent.read_bytes(), self.got.read_bytes()
        assert sha(sent) == sha(got), f"sent {len(sent)} octets, {len(got)} arrived"

    def send(self, to, sink, listen):
        """A shell command: socat sends the file to `to`; another at `sink` writes down what arrives, and ends with it.
        `listen`: how it listens."""
        return (f"socat -u {listen}:{sink},reuseaddr CREATE:{self.got} & sink=$!; "
                f"until ss -Htln | grep -q ':{sink.split(',')[0]} '; do sleep .02; done; "
                f"socat -u FILE:{self.sent} TCP:{to}; wait $sink")
