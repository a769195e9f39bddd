"""lastack from Python: segments, scenarios, and a TCP to talk to step by step.

    import lastack

    syn = lastack.Segment("S 7:7(0) win 65535 <mss 1460>")
    assert lastack.Segment.parse(bytes(syn)) == syn

    result = lastack.run("scenarios/close/simultaneous.pkt")
    assert result.ok, result.findings

    with lastack.Session("engine") as tcp:
        tcp.play('use "preamble/listen.pkt"')
        tcp.send("S 0:0(0) win 65535 <mss 1460>")
        tcp.expect("S. 0:0(0) ack 1 <...>")
"""

import os
from typing import Optional, Union

from . import _core, _worker
from ._core import Icmp, Record, Segment
from ._errors import Error, HostError, Mismatch, ScriptError, UsageError, WireError, checked_seed
from ._result import FaultScore, Finding, Result, Trace, Verdict
from ._session import Reply, Session

__all__ = ["Error", "FaultScore", "Finding", "HostError", "Icmp", "Mismatch", "Record", "Reply", "Result",
           "ScriptError", "Segment", "Session", "Trace", "UsageError", "Verdict", "WireError", "run", "targets"]
__version__ = _core.version


def targets() -> list[str]:
    """The names of what can be tested."""
    return [name for name, _ in _core.targets()]


def run(scenario: Union[str, "os.PathLike[str]"], target: str = "engine", *, wire: Optional[str] = None,
        seed: int = 1, ip: str = "v4", strict: bool = False, scenarios: str = "", faults: str = "") -> Result:
    """Runs a `.pkt` file, or the scenario of the suite with this id, and judges it. `scenarios` is the folder of
    what it uses; if not said, that of the variable LASTACK_SCENARIOS, ./scenarios, or what was built or
    installed with the package.
    `faults`, as "loss 5%; delay 20ms", are those of the link beside its own.

    ScriptError when it cannot be read, UsageError when there is no such file or target. Known deviations are
    not applied: what is wrong is a fail.
    """
    arguments = (os.fspath(scenario), target, wire, checked_seed(seed), ip, strict, scenarios, faults)
    if not _worker.needed(target):
        return Result.from_json(_core.run_file(*arguments))
    worker = _worker.Worker()
    try:
        return Result.from_json(worker.call("run_file", *arguments))
    finally:
        worker.close()
