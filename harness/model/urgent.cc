#include "harness/model/urgent.h"

#include <algorithm>

namespace harness::model {
namespace {

// A pointer has 16 bits; what lies farther is named as far as they reach.
constexpr Offset kFarthest = 0xFFFF;

}  // namespace

bool judge_urgent(Hypothesis& h, Judgement& j, const Emission& out, Offset seq) {
  const Connection& facts = j.facts;
  if (!facts.calls_known) return true;
  const auto& ends = facts.urgent_ends;
  if (!out.flags().urg()) {
    const Offset distance = facts.urgent_sure - seq;
    if (out.octets() == 0 || distance <= 0 || distance > kFarthest) return true;
    return j.fail({.id = Id::UrgentSent,
                   .expected = "URG on octets before the end of urgent data at",
                   .found = "a segment without it at",
                   .nearest = "the same with URG and its pointer",
                   .unit = Unit::Number,
                   .low = facts.urgent_sure,
                   .high = facts.urgent_sure,
                   .got = seq});
  }
  const Offset points = seq + out.segment.urgent;
  const Offset last = *std::ranges::max_element(ends);
  // Of a call that has not returned yet, part may have been taken.
  const bool part = last > facts.urgent_sure && points > facts.urgent_sure && points < last;
  const bool named = points > seq && (part || std::ranges::count(ends, points) > 0);
  const bool capped = out.segment.urgent == kFarthest && last > points;
  if (named || capped) {
    j.held(Id::UrgentPointer);
    j.held(Id::UrgentSent);
    return true;
  }
  if (last == 0) {
    return j.fail({.id = Id::UrgentPointer,
                   .expected = "no URG: the application sent no urgent data",
                   .found = "a segment with it",
                   .nearest = "the same without URG"});
  }
  return j.fail(
      {.id = Id::UrgentPointer,
       .expected = seq < h.nxt ? "in what is sent again a pointer to the octet behind urgent data,"
                               : "an urgent pointer to the octet behind the urgent data,",
       .found = "one to",
       .nearest = "the end of the urgent data less SEG.SEQ",
       .unit = Unit::Number,
       .low = last,
       .high = last,
       .got = points});
}

}  // namespace harness::model
