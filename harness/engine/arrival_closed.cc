#include "harness/engine/arrival.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

// RFC 9293, 3.10.7.1
void arrive_closed(Step& step, const Arrival& arrival) {
  if (!arrival.flags.rst()) emit_reset(step, arrival);
}

}  // namespace harness::engine
