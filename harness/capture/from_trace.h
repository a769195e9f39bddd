#pragma once

#include <string>
#include <vector>

#include "harness/capture/capture.h"
#include "harness/event/trace.h"

namespace harness::capture {

// Something to say about a record of a trace.
struct Remark {
  std::uint32_t record = 0;
  std::string text;
};

// The interfaces of what from_trace() makes: each end of the link, in this order.
inline constexpr std::string_view kPeerSide = "peer", kTargetSide = "target";

// A run as a capture: every datagram at both ends of the link, as raw IP. What the link did to one
// is a comment where it was sent; remarks stand at their record. The facts of the run's start,
// one "key=value" in a line, are the comment of the whole, behind `comment`.
Capture from_trace(const event::Trace&, const std::vector<Remark>&, std::string_view comment = {});

}  // namespace harness::capture
