"""A process of its own for targets that want one: a kernel's namespaces are the process's.

There main() answers calls that come as pickles on standard input: a session's methods by name, or a
whole run. What a call raises is sent back and raised there.
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, Optional

from . import _core
from ._errors import HostError


def needed(target: str) -> bool:
    return dict(_core.targets()).get(target, False)


class Worker:
    """The other end: calls go to a process that ends with this object, or with this process."""

    def __init__(self) -> None:
        package = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen([sys.executable, "-c", "from lastack._worker import main; main()"], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})

    def call(self, name: str, *arguments: Any) -> Any:
        sent, got = self._process.stdin, self._process.stdout
        assert sent is not None and got is not None
        try:
            pickle.dump((name, arguments), sent)
            sent.flush()
            raised, value = pickle.load(got)
        except (EOFError, BrokenPipeError, ValueError):
            raise HostError(f"the process that ran the target ended with status {self._process.wait()}") from None
        except BaseException:
            self.close()  # Interrupted half-way: nobody knows what it would answer next.
            raise
        if raised:
            raise value
        return value

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass
        if self._process.poll() is None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __del__(self) -> None:
        if hasattr(self, "_process") and self._process.poll() is None:
            self.close()


def answer(calls: BinaryIO, replies: BinaryIO) -> None:
    session: Optional[_core.Session] = None
    while True:
        try:
            name, arguments = pickle.load(calls)
        except EOFError:
            return
        value: Any = None
        raised = False
        try:
            if name == "run_file":
                value = _core.run_file(*arguments)
            elif name == "open":
                session = _core.Session(*arguments)
            else:
                value = getattr(session, name)(*arguments)
        except (Exception, KeyboardInterrupt) as error:
            value, raised = error, True
        pickle.dump((raised, value), replies)
        replies.flush()


def main() -> None:
    # What prints by mistake must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    answer(sys.stdin.buffer, answers)
