#include "harness/model/assumptions.h"

#include <charconv>

#include "harness/event/start.h"

namespace harness::model {

Assumptions assumptions_of(const event::Trace& trace) {
  Assumptions made;
  const auto start = event::start_of(trace);
  for (const auto& [key, value] : start.facts()) {
    if (key == "can" && value == "virtual-time") made.virtual_time = made.lossless = true;
    if (key == "can" && value == "cut") made.lossless = true;
    if (key == "target") made.calls_recorded = true;
    if (key == "mtu") {
      std::int64_t mtu = 0;
      const auto read = std::from_chars(value.data(), value.data() + value.size(), mtu);
      if (read.ec == std::errc{} && mtu > 0) made.mtu = mtu;
    }
    if (key == "local") made.local = wire::IpAddress::parse(value).value_or(wire::IpAddress{});
  }
  // Two jiffies of a kernel that ticks 250 times a second, and being late ourselves.
  if (!made.virtual_time) made.slack = 20 * kMillisecond;
  return made;
}

}  // namespace harness::model
