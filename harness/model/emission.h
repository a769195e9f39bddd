#pragma once

#include <cstdint>

#include "harness/model/judgement.h"
#include "harness/wire/segment.h"

namespace harness::model {

// A segment the target sent.
struct Emission {
  const wire::Segment& segment;
  bool several = false;  // The target's host cuts it up later.
  bool whole = false;    // Nobody may cut it up.

  wire::Flags flags() const { return segment.flags; }
  std::int64_t length() const { return segment.length(); }
  std::int64_t octets() const { return static_cast<std::int64_t>(segment.payload.size()); }
};

// Whether this hypothesis explains the segment. False: it does not, and the miss says why.
bool emit(Hypothesis&, Judgement&, const Emission&);

// The rule that a segment nobody asked for breaks: the one by which the target should have ignored
// what came just before, if there is such a one.
Id rule_behind(const Hypothesis&, const Judgement&, Id otherwise);

}  // namespace harness::model
