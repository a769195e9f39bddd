#include "harness/model/timers.h"

#include <algorithm>

#include "harness/model/close.h"
#include "harness/model/give_up.h"
#include "harness/model/keep_alive.h"
#include "harness/model/reset.h"
#include "harness/model/retransmission.h"
#include "harness/model/user_calls.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

const char* again(const Hypothesis& h) {
  if (h.phase == Phase::SynSent) return "its SYN again";
  if (h.phase == Phase::SynReceived) return "its SYN,ACK again";
  if (closed_window(h)) return "a probe of the window that shrank to zero";
  return h.una == h.own_fin ? "its FIN again" : "what is not acknowledged, again";
}

}  // namespace

const char* wanted(const Hypothesis& h, const Connection& facts, Debt debt) {
  switch (debt) {
    case Debt::Ack:
      // SHLD-3: nobody can read any more what came.
      return facts.closed && h.may_reset ? "a reset or an acknowledgment" : "an acknowledgment";
    case Debt::DuplicateAck:
      return "a duplicate acknowledgment";
    case Debt::SecondSegment:
      return "an acknowledgment at once: two full segments came, or a gap was filled";
    case Debt::Challenge:
      return "an acknowledgment, <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>";
    case Debt::Reset:
      return "a reset";
    case Debt::SynAck:
      return "a SYN,ACK";
    case Debt::Retransmission:
      return again(h);
    case Debt::FirstProbe:
      return "a first probe of the zero window within a retransmission timeout";
    case Debt::Probe:
      return "a probe of the zero window";
    case Debt::Fin:
      return "a FIN";
    case Debt::Data:
      return "the data that was written";
    case Debt::KeepAlive:
      return "a keep-alive, <SEQ=SND.NXT-1><ACK=RCV.NXT><CTL=ACK>";
    case Debt::Word:
      return "an answer to the call that waits: what it waits for is there";
  }
  return "";
}

namespace {

// What would have met it; of a reset its form (RFC 9293, 3.5.2).
const char* nearest(const Hypothesis& h, const Connection& facts, Debt debt) {
  if (debt != Debt::Reset || h.resets_owed == 0) return wanted(h, facts, debt);
  return h.resets[0].by_ack ? "<SEQ=SEG.ACK><CTL=RST>"
                            : "<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>";
}

}  // namespace

bool expire(Hypothesis& h, Judgement& j) {
  for (std::size_t i = 0; i < kDebts; ++i) {
    const auto debt = static_cast<Debt>(i);
    const Obligation owed = h.owed[debt];
    if (owed.latest >= j.when.from) continue;
    if (debt == Debt::Retransmission) {
      if (!miss_retransmission(h, j)) return false;
      if (h.phase == Phase::Closed) return true;
      continue;
    }
    h.clear(debt);
    if (debt == Debt::KeepAlive && h.keepalives > 1) {  // It has given up: it is told later.
      close_with(h, j, Ending::TimedOut);
      return true;
    }
    const Miss miss{.id = owed.id(),
                    .expected = wanted(h, j.facts, debt),
                    .found = "none until",
                    .nearest = nearest(h, j.facts, debt),
                    .unit = Unit::Duration,
                    .low = 0,
                    .high = 0,
                    .got = owed.latest,
                    .cause = owed.cause,
                    .due = owed.latest,
                    .late = true};
    if (user_timeout_over(h, j, owed.latest)) {
      if (owed.should) continue;
      close_with(h, j, Ending::TimedOut);
      return true;
    }
    if (!owed.should) return j.fail(miss);
    j.lapse(miss);
  }
  return true;
}

void expect(Hypothesis& h, const Judgement& j) {
  expect_word(h, j);
  if (h.phase != Phase::Synchronized) return;
  // Neither is asked for most of the time, nor owed then.
  if (j.facts.closing || h.owed.owed(Debt::Fin)) expect_fin(h, j);
  expect_probe(h, j);
  if (j.facts.keepalive || h.owed.owed(Debt::KeepAlive)) expect_keep_alive(h, j);
}

}  // namespace harness::model
