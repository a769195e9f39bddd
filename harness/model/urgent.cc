#include "harness/model/urgent.h"

#include <algorithm>

namespace harness::model {
namespace {

// A pointer has 16 bits; what lies farther is named as far as they reach.
constexpr Offset kFarthest = 0xFFFF;

constexpr std::int64_t kPollUrgent = 0x2;  // As in call_numbers.h.

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

void note_urgent(const Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Certainty sure) {
  Connection& facts = j.facts;
  const Offset up = seq + in.segment.urgent;
  const bool urgent = in.flags().urg();
  if (urgent) facts.urgent = true;  // Perhaps of an octet that is still to come.
  if (!urgent || h.fin_received()) {
    if (in.segment.urgent == 0) return;
    facts.void_up = up;
    facts.void_up_record = j.record;
    facts.void_up_rule = static_cast<std::uint8_t>(urgent ? Id::UrgentBehindFin : Id::UrgentField);
    return;
  }
  facts.rcv_up_high = std::max(facts.rcv_up_high, up);
  // "RCV.UP <- max(RCV.UP,SEG.UP)"
  const bool turn = sure == Certainty::Yes && seq <= h.rcv && h.rcv == h.rcv_high;
  if (!turn || h.held_count > 0 || up <= h.rcv || !facts.inlined) return;
  facts.rcv_up_next = up;
  facts.rcv_up_record = j.record;
  facts.up_in_shut = h.edge_last <= h.rcv;
}

void settle_urgent(Judgement& j) {
  if (j.facts.rcv_up_record != j.record) return;
  j.facts.rcv_up_low = std::max(j.facts.rcv_up_low, j.facts.rcv_up_next);
}

bool judge_poll(const Hypothesis& h, Judgement& j, const event::Call& call,
                const event::Reply& reply) {
  const Connection& facts = j.facts;
  const bool open = h.phase == Phase::Synchronized && !facts.reading_shut && !facts.closed;
  if ((call.args[0] & kPollUrgent) == 0 || reply.error != 0 || !open || j.racing()) return true;
  if ((reply.flags & kPollUrgent) != 0) {
    if (facts.rcv_up_high > facts.read) {
      j.held(Id::UrgentTold);
      return true;
    }
    const bool ignored = facts.void_up > facts.read;
    return j.fail({.id = ignored ? static_cast<Id>(facts.void_up_rule) : Id::UrgentLeft,
                   .expected = ignored ? "no urgent data: the pointer had to be ignored"
                                       : "no urgent data: all of it is read",
                   .found = "the application told of some",
                   .nearest = "poll() without POLLPRI",
                   .cause = ignored ? facts.void_up_record : event::kNoRecord});
  }
  const Offset left = j.assume.profile.urgent_when_here ? h.rcv : facts.rcv_up_low;
  if (facts.rcv_up_low <= facts.read || facts.rcv_up_low > left || !j.assume.lossless) {
    if (facts.urgent && facts.rcv_up_high <= facts.read) j.held(Id::UrgentLeft);
    if (facts.void_up > facts.read) j.held(static_cast<Id>(facts.void_up_rule));
    return true;
  }
  return j.fail({.id = facts.up_in_shut ? Id::InShutWindow : Id::UrgentTold,
                 .expected = "the application told of urgent data, up to",
                 .found = "nothing of it, with what is read up to",
                 .nearest = "poll() with POLLPRI",
                 .unit = Unit::Number,
                 .low = facts.rcv_up_low,
                 .high = facts.rcv_up_low,
                 .got = facts.read});
}

}  // namespace harness::model
