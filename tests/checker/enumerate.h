#pragma once

#include <cstddef>
#include <string>

#include "tests/checker/play.h"
#include "tests/checker/tcb.h"

namespace harness::checker {

// A second judge, to hold the model of harness/model against. Where that keeps a few hypotheses
// with intervals that evidence narrows, this one knows no lazy value: it keeps the set of all TCBs
// that can be inside the target, each one whole and concrete, and at every step replaces each by
// all those that it may become. It is written from the RFCs by another hand, and slow.
//
// Its subset: one connection over IPv4, opened by either side or both, at most ten segments; MSS
// the only option; no urgent data, none on a SYN; virtual time, every arrival reaches the TCP at
// once; the peer's window is never what limits the target; no options of sockets, no SYN-cookies,
// no keep-alives; nothing outstanding for longer than 2.5 s (how late a retransmission may come is
// not judged; how early it is); no second connection of the same name. A play that leaves the
// subset is judged up to there.
enum class Verdict { Pass, NonStrict, Fail, Outside };

struct Judged {
  Verdict verdict = Verdict::Pass;
  std::size_t step = 0;  // Fail: where no TCB was left. Outside: where it leaves the subset.
  // Fail: whatever one of the last TCBs would have broken at this step. NonStrict: the SHOULDs that
  // some TCB that is left has not followed.
  Rules rules{};
  std::size_t widest = 1;  // TCBs at most.
};
Judged enumerate(const Play&);

}  // namespace harness::checker
