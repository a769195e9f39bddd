#include "harness/model/timers.h"

#include <algorithm>

#include "harness/model/close.h"
#include "harness/model/retransmission.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

const char* wanted(Debt debt) {
  switch (debt) {
    case Debt::Ack:
      return "an acknowledgment";
    case Debt::DuplicateAck:
      return "a duplicate acknowledgment";
    case Debt::SecondSegment:
      return "an acknowledgment of two full segments";
    case Debt::Challenge:
      return "an acknowledgment, <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>";
    case Debt::Reset:
      return "a reset";
    case Debt::SynAck:
      return "a SYN,ACK";
    case Debt::Retransmission:
      return "a retransmission";
    case Debt::Probe:
      return "a probe of the zero window";
    case Debt::Fin:
      return "a FIN";
    case Debt::Data:
      return "the data that was written";
  }
  return "";
}

}  // namespace

bool expire(Hypothesis& h, Judgement& j) {
  for (std::size_t i = 0; i < kDebts; ++i) {
    const Obligation owed = h.owed[i];
    if (owed.latest >= j.when.from) continue;
    const auto debt = static_cast<Debt>(i);
    if (debt == Debt::Retransmission) {
      if (!miss_retransmission(h, j)) return false;
      if (h.phase == Phase::Closed) return true;
      continue;
    }
    h.clear(debt);
    const Miss miss{.id = owed.id(),
                    .expected = wanted(debt),
                    .found = "none until",
                    .nearest = wanted(debt),
                    .unit = Unit::Duration,
                    .low = 0,
                    .high = 0,
                    .got = owed.latest,
                    .cause = owed.cause};
    if (owed.should == 0) return j.fail(miss);
    j.lapse(miss);
  }
  return true;
}

Time next_deadline(const Hypothesis& h) {
  Time next = kNoTime;
  for (const Obligation& owed : h.owed) next = std::min(next, owed.latest);
  return next;
}

void expect(Hypothesis& h, const Judgement& j) {
  if (h.phase != Phase::Synchronized) return;
  expect_fin(h, j);
  expect_probe(h, j);
}

}  // namespace harness::model
