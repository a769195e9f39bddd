#pragma once

#include <cstdint>

#include "harness/model/judgement.h"
#include "harness/wire/segment.h"

namespace harness::model {

// A segment the target sent.
struct Emission {
  const wire::Segment& segment;
  bool several = false;  // The target's host cuts it up later.

  wire::Flags flags() const { return segment.flags; }
  std::int64_t length() const { return segment.length(); }
  std::int64_t octets() const { return static_cast<std::int64_t>(segment.payload.size()); }
};

// Whether this hypothesis explains the segment. False: it does not, and the miss says why.
bool emit(Hypothesis&, Judgement&, const Emission&);

// The acknowledgment a segment carries, with the window and what it settles.
bool judge_acknowledgment(Hypothesis&, Judgement&, const Emission&);

// What was just sent, for the one behind it (MUST-59). Once for all hypotheses, after them.
void note_ack_alone(const Hypothesis&, Judgement&, const Emission&);

// The rule that a segment nobody asked for breaks: the one by which the target should have ignored
// what came just before, if there is such a one.
Id rule_behind(const Hypothesis&, const Judgement&, Id otherwise);

}  // namespace harness::model
