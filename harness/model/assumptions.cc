#include "harness/model/assumptions.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "harness/event/start.h"

namespace harness::model {
namespace {

// What the kernel counts when it loses what it should have looked at: for lack of room, or because
// it never got to TCP. The rest of what is noted it dropped on purpose.
constexpr std::string_view kLosses[] = {
    "InDiscards",          "OutDiscards",    "InAddrErrors",
    "PruneCalled",         "RcvPruned",      "OfoPruned",
    "ListenOverflows",     "ListenDrops",    "TCPAbortOnMemory",
    "TCPBacklogDrop",      "PFMemallocDrop", "TCPReqQFullDrop",
    "TCPOFODrop",          "TCPRcvQDrop",    "TCPZeroWindowDrop",
    "IPReversePathFilter", "rx_drop",        "tx_drop",
    "InNoRoutes",          "OutNoRoutes",    "has not seen it",
    "TCPTimeWaitOverflow"};

bool tells_of_loss(std::string_view note) {
  if (!note.starts_with("the kernel ")) return false;
  return std::ranges::any_of(kLosses, [&](std::string_view loss) { return note.contains(loss); });
}

}  // namespace

Assumptions assumptions_of(const event::Trace& trace, const Profile& profile) {
  Assumptions made;
  made.profile = profile;
  const auto start = event::start_of(trace);
  for (const auto& [key, value] : start.facts()) {
    if (key == "can" && value == "virtual-time") made.virtual_time = made.lossless = true;
    if (key == "can" && value == "cut") made.lossless = true;
    if (key == "target") made.calls_recorded = true;
    if (key == "mtu") {
      std::int64_t mtu = 0;
      const auto read = std::from_chars(value.data(), value.data() + value.size(), mtu);
      if (read.ec == std::errc{} && mtu > 0) {
        made.mtu = mtu;
        made.mtu_known = true;
      }
    }
    if (key == "local") made.local = wire::IpAddress::parse(value).value_or(wire::IpAddress{});
  }
  // What was counted as lost may have been any segment before, so that none is sure to be seen.
  for (const auto& record : trace.records()) {
    if (record.kind == event::Kind::Note && tells_of_loss(trace.text(record))) {
      made.lossless = false;
    }
  }
  // A run on a real clock is late itself, besides the target's timers.
  if (!made.virtual_time) made.slack = 12 * kMillisecond + profile.granularity;
  return made;
}

Assumptions assumptions_of(const event::Trace& trace) {
  const auto* const own = profile_named(event::start_of(trace).get("target"));
  return assumptions_of(trace, own != nullptr ? *own : profiles().front());
}

}  // namespace harness::model
