"""A target that is talked to step by step."""

import re
from collections.abc import Iterable
from types import TracebackType
from typing import Any, NamedTuple, Optional, Union

from . import _core, _worker
from ._core import Segment
from ._errors import Error, Mismatch, UsageError, checked_seed
from ._result import Result, Trace

StatusValue = Union[str, int]


def _seconds(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


class Reply(NamedTuple):
    """What a call of the target's application returned."""

    result: int
    error: str  # "ECONNRESET"; empty when there is none.
    data: bytes  # What was read.


class Session:
    """A target, the link to it, and the peer at the other end, which is you.

    On the engine time stands still between your steps; on a kernel it does not. Numbers of segments count as in
    scripts: from the initial sequence numbers, but in segments with SYN. Use it in a `with`: behind it result()
    and trace tell what came of it.

    target: "engine", "engine:profile=rfc", "linux" ...; wire: "raw" or "tun", of a kernel. seed: 0 and up; what is
    drawn at random is drawn from it. ip: "v4", "mapped" or "v6". faults: of the link, as "loss 5%; delay 20ms".
    rules: ids of what the run is about, which result() then shows. strict: what a SHOULD asks must hold as well.
    scenarios: the folder of what `use` names; if not said, that of LASTACK_SCENARIOS, ./scenarios, or what came
    with the package. UsageError when there is no such target or file.
    """

    def __init__(self, target: str = "engine", *, wire: Optional[str] = None, seed: int = 1, ip: str = "v4",
                 faults: str = "", rules: Iterable[str] = (), strict: bool = False,
                 scenarios: str = "") -> None:
        arguments = (target, wire, checked_seed(seed), ip, strict, scenarios, faults, list(rules))
        self._next_name = 1001
        self._result: Optional[Result] = None
        self._remote: Optional[_worker.Worker] = None
        self._local: Optional[_core.Session] = None
        if _worker.needed(target):
            self._remote = _worker.Worker()
            try:
                self._remote.call("open", *arguments)
            except BaseException:
                self._remote.close()
                raise
        else:
            self._local = _core.Session(*arguments)

    def _call(self, name: str, *arguments: Any) -> Any:
        if self._remote is not None:
            return self._remote.call(name, *arguments)
        if self._local is None:
            over = "only result() and trace tell more of it" if self._result else "it was closed without being judged"
            raise UsageError(f"the session is over: {over}")
        return getattr(self._local, name)(*arguments)

    def play(self, steps: str) -> None:
        """Plays steps in the whole notation of scripts: "+.1 < . 1:1(0) ack 1 win 0", several if you like.

        ScriptError before anything is played; Mismatch at the first step that is not met.
        """
        self._call("play", steps, False)

    def send(self, segment: str, *, after: float = 0.0) -> None:
        """The peer sends it: send("S 0:0(0) win 65535 <mss 1460>")."""
        self._call("play", f"+{_seconds(after)} < {segment}", False)

    def expect(self, segment: str, *, within: float = 0.0) -> Segment:
        """It has come from the target since the last step, or comes within so many seconds; else Mismatch.

        Returned is what came, with its numbers as on the wire. Several segments that were one to the application
        are one here.
        """
        since: float = self._call("since_last")
        self._call("play", f"+0~+{_seconds(since + within)} > {segment}", True)
        return Segment.parse(self._call("last_matched"))

    def silence(self, seconds: float) -> None:
        """For so long nothing may come from the target, nor may anything be left that came before."""
        self._call("play", f"+0 silence {_seconds(seconds)}", False)

    def call(self, call: str) -> Reply:
        """The application on the target makes a call: call("read(4, ..., 100)").

        With a result, "listen(3, 1) = 0", another one is a Mismatch. Of socket() and accept() the result is the
        name of the new socket: the one you gave it, "accept(3, ..., ...) = 4", or a number.
        """
        step, named = call.strip(), None
        wanted = re.search(r"\)\s*=\s*(\S+)[^)]*\Z", step)
        if re.match(r"(socket|accept)\s*\(", step):
            # Scripts give new sockets their names; a number that none is likely to use.
            named = int(wanted[1], 0) if wanted and wanted[1].isdigit() else self._next_name
            self._next_name += 1
        if not wanted:
            step += " = ..." if named is None else f" = {named}"
        self._call("play", f"+0 {step}", False)
        reply = Reply(*self._call("returned"))
        return reply if named is None or reply.result < 0 else reply._replace(result=named)

    def state(self, fd: Optional[int] = None, *, port: Optional[int] = None) -> str:
        """The connection's state as RFC 9293 spells it, "SYN-RECEIVED". CLOSED is also a connection that is not.

        Of the connection at hand, of a socket, or of the connection from this port of the peer.
        """
        return str(self.status(fd, port=port).get("state", "CLOSED"))

    def status(self, fd: Optional[int] = None, *, port: Optional[int] = None) -> dict[str, StatusValue]:
        """All that the target tells: "state", "rto", "send-una" ...; which of them there are depends on it."""
        told: Optional[dict[str, StatusValue]] = self._call("status", fd, port)
        return told or {}

    def received(self) -> list[Segment]:
        """The segments from the target that nothing has asked for yet, as on the wire."""
        return [Segment.parse(octets) for octets in self._call("received")]

    def advance(self, seconds: float) -> None:
        """Lets time pass; on the engine that costs none."""
        self._call("advance", seconds)

    @property
    def now(self) -> float:
        """Seconds since the run began."""
        return float(self._call("now"))

    @property
    def trace(self) -> Trace:
        """All that happened so far."""
        if self._result is not None:
            return self._result.trace
        return Trace(self._call("trace_text"))

    def result(self) -> Result:
        """Ends the session and judges it as a scenario is judged. Also behind the `with`, which has ended it."""
        if self._result is None:
            self._result = Result.from_json(self._call("finish"))
            self.close()
        return self._result

    def close(self) -> None:
        """Ends the session. Nothing of the target is left."""
        if self._remote is not None:
            self._remote.close()
            self._remote = None
        self._local = None

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, kind: Optional[type[BaseException]], value: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        try:
            open_still = self._local is not None or self._remote is not None
            if open_still and (kind is None or issubclass(kind, Mismatch)):
                self.result()
        except Error:
            if kind is None:
                raise
        finally:
            self.close()
