#include "harness/model/many.h"

namespace harness::model {

bool multicast(const wire::IpAddress& a) {
  return a.version() == wire::IpVersion::V4 ? a.low() >= 0xE000'0000u : a.high() >> 56 == 0xFF;
}

bool for_many(const wire::IpAddress& a) {
  return multicast(a) || (a.version() == wire::IpVersion::V4 && a.low() == 0xFFFF'FFFFu);
}

void ignore_for_many(Entry& e, std::uint32_t record) {
  for (auto& h : e.frontier.hypotheses()) {
    if (h.phase != Phase::Closed || h.offered || h.resets_owed > 0) continue;
    h.dropped = record;
    h.dropped_rule = static_cast<std::uint8_t>(Id::ToMany);
  }
}

}  // namespace harness::model
