#include "harness/model/outside.h"

#include "harness/model/close.h"

namespace harness::model {
namespace {

constexpr const char* kBefore = "nothing from a reset before the window";
constexpr const char* kBehind = "nothing from a reset behind the window";

// What is wanted of a reset outside the window, said by its place.
const char* wanted_of(const Hypothesis& h, const Connection& facts, Offset seq, Offset end) {
  if (facts.closed && h.own_fin != kNowhere && h.una_high > h.own_fin) {
    return "nothing from a reset outside the window of a closed socket in FIN-WAIT-2";
  }
  if (h.fin_received() && seq == h.fin) return "nothing from a reset at the peer's FIN";
  if (seq < h.rcv && seq < end && end == h.rcv) {
    return "nothing from a reset whose SYN lies before the window";
  }
  if (seq < h.rcv) return kBefore;
  if (seq == h.advertised) return "nothing from a reset at the right edge of the window";
  constexpr Offset kFull = 65535;  // All that can be offered without scaling.
  const bool full = !h.scaled && h.edge_last - h.acked == kFull;
  return full ? "nothing from a reset behind a window of 65535 octets" : kBehind;
}

}  // namespace

void note_outside(const Hypothesis& h, Judgement& j, Offset seq, Offset end) {
  Connection& facts = j.facts;
  if (!j.first && facts.reset_outside == j.record) return;
  const char* const wanted = wanted_of(h, facts, seq, end);
  const bool far = wanted == kBefore || wanted == kBehind;
  const bool edge = facts.outside != kBefore && facts.outside != kBehind;
  if (facts.reset_outside != event::kNoRecord && far && edge) return;
  facts.reset_outside = j.record;
  facts.outside = wanted;
}

bool blame_outside(Judgement& j, const char* found) {
  if (j.facts.reset_outside == event::kNoRecord) return false;
  return j.fail({.id = Id::ResetOutside,
                 .expected = j.facts.outside,
                 .found = found,
                 .nearest = "a connection that goes on",
                 .cause = j.facts.reset_outside});
}

}  // namespace harness::model
