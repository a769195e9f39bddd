#pragma once

#include <cstdint>

#include "harness/model/judgement.h"
#include "harness/wire/segment.h"

namespace harness::model {

// A segment that reached the target's edge, whole and with a right checksum.
struct Arrival {
  const wire::Segment& segment;

  wire::Flags flags() const { return segment.flags; }
  std::int64_t length() const { return segment.length(); }
  std::int64_t octets() const { return static_cast<std::int64_t>(segment.payload.size()); }
};

// RFC 9293, 3.10.7: SEGMENT ARRIVES. False: this hypothesis cannot be.
bool arrive(Hypothesis&, Judgement&, const Arrival&);

// RFC 5681, 4.2: at most one ACK for every segment that comes and that is something to acknowledge.
void grant_ack(Hypothesis&);

// What arrived must have no effect at all: whatever the target does next because of it is wrong by
// this rule.
void ignore(Hypothesis&, const Judgement&, Id rule);

// Octets and FIN of the segment are put on record, for what the application reads later.
void remember(Connection&, const Hypothesis&, const Arrival&);

}  // namespace harness::model
