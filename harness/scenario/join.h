#pragma once

#include <cstdint>
#include <span>

#include "harness/event/trace.h"

namespace harness::scenario {

// Whether `next` goes on where `before` ends and differs in nothing that a stack changes within one
// burst (FIN, PSH and CWR may).
bool continues(const event::Trace&, std::uint32_t before, std::uint32_t next);

// Several segments as one: the headers of the last, the sequence number of the first, all octets.
// Scripts count in what the application wrote, whatever the stack cut it into.
event::Body join(event::Trace&, std::span<const std::uint32_t> records);

}  // namespace harness::scenario
