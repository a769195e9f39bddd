#include "harness/engine/arrival.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

// RFC 9293, 3.10.7.1
void arrive_closed(Step& step, const Arrival& arrival) {
  if (step.broken(Defect::ClosedUnanswered)) return;
  if (!arrival.flags.rst() || step.broken(Defect::ClosedResetAnswered)) emit_reset(step, arrival);
}

}  // namespace harness::engine
