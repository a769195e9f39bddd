"""What came of a run, as objects."""

import enum
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, Union, overload

from . import _core
from ._core import Record, Segment


class Verdict(str, enum.Enum):
    """What is said of a scenario on a target."""

    PASS = "pass"
    NON_STRICT = "non-strict"
    INCONCLUSIVE = "inconclusive"
    KNOWN = "known"
    FAIL = "fail"
    HARNESS_ERROR = "harness-error"
    NOT_APPLICABLE = "not-applicable"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    verdict: Verdict
    checker: str
    text: str
    expected: str
    found: str
    legal: str  # What would have been right and is nearest to it.
    requirements: tuple[str, ...]
    place: Optional[str]  # "close/simultaneous.pkt:12:8"
    record: Optional[int]  # Where in the trace it shows.


class Trace(Sequence[Record]):
    """All that happened in a run, record by record. str() is the text form, which from_text() reads."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._records = _core.records(text)

    @classmethod
    def from_text(cls, text: str) -> "Trace":
        """ScriptError when it cannot be read."""
        return cls(text)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Record, Sequence[Record]]:
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def __str__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def segments(self, direction: Optional[str] = None) -> list[Segment]:
        """What passed the target's own edge: "<" to it, ">" from it, or both."""
        return [record.segment for record in self._records
                if record.kind == "packet" and record.segment is not None
                and direction in (None, record.direction)]


@dataclass(frozen=True)
class Result:
    """What came of one scenario on one target."""

    scenario: str
    title: str
    target: str
    target_version: str
    ip: str  # v4, mapped, v6: what it was played over.
    seed: int
    verdict: Verdict
    reason: str  # Why there is nothing to judge; else empty.
    rules: tuple[str, ...]
    claims: tuple[str, ...]
    findings: tuple[Finding, ...]
    exercised: dict[str, int]  # How often each requirement was at stake; none that was not.
    warnings: tuple[str, ...]
    segments: int
    seconds: float  # Of the target's own time.
    ladder: str = field(repr=False)
    trace: Trace = field(repr=False)

    @property
    def ok(self) -> bool:
        """Nothing was violated, but for a SHOULD perhaps."""
        return self.verdict in (Verdict.PASS, Verdict.NON_STRICT)

    @classmethod
    def from_json(cls, text: str) -> "Result":
        read: dict[str, Any] = json.loads(text)
        return cls(scenario=read["scenario"], title=read["title"], target=read["target"],
                   target_version=read["target_version"], ip=read["ip"], seed=read["seed"], verdict=Verdict(read["verdict"]),
                   reason=read["reason"], rules=tuple(read["rules"]), claims=tuple(read["claims"]),
                   findings=tuple(_finding(one) for one in read["findings"]),
                   exercised={one["requirement"]: one["exercised"] for one in read["ledger"]},
                   warnings=tuple(read["warnings"]), segments=read["segments"], seconds=read["span_ns"] / 1e9,
                   ladder=read["ladder"],
                   trace=Trace(read["trace"]))


def _finding(read: dict[str, Any]) -> Finding:
    place = read.get("place")
    return Finding(verdict=Verdict(read["verdict"]), checker=read["checker"], text=read["text"],
                   expected=read["expected"], found=read["actual"], legal=read["legal"], requirements=tuple(read["requirements"]),
                   place=f"{place['file']}:{place['line']}:{place['column']}" if place else None,
                   record=read.get("record"))
