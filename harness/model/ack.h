#pragma once

#include "harness/model/arrival.h"

namespace harness::model {

// How a step of 3.10.7.4 ends.
enum class Flow : std::uint8_t {
  Continue,  // Go on to the next step.
  Perhaps,   // Go on, but the target may have stopped here.
  Stop,      // The segment is done with.
  Dead,      // The hypothesis cannot be.
};

// RFC 9293, 3.10.7.4, fifth: check the ACK field. `sure`: whether the target got this far.
Flow arrive_ack(Hypothesis&, Judgement&, const Arrival&, Offset seq, Certainty sure);

}  // namespace harness::model
