#include "harness/engine/arrival.h"

namespace harness::engine {

// RFC 9293, 3.10.7.4, sixth. The pointer names the octet behind the urgent ones (MUST-62); they
// stay where they are in the stream (RFC 6093, 6). The application is told once the text is there,
// too (MUST-32).
void check_urgent(Step& step, Connection& c, const Arrival& arrival) {
  if (!arrival.flags.urg() || c.fin_received || step.broken(Defect::UrgentUntold)) return;
  const SeqNum behind = arrival.left + arrival.urgent;
  const SeqNum known = c.urgent_in ? c.rcv_up : c.read_point();
  if (!wire::before(known, behind)) return;
  c.rcv_up = behind;
  c.urgent_in = true;
}

}  // namespace harness::engine
