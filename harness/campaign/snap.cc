#include "harness/campaign/snap.h"

#include <array>
#include <variant>

namespace harness::campaign {

using scenario::CallStep;
using scenario::PacketStep;

namespace {

// How far from the base, the plainest first; modulo 2^32.
constexpr std::array<std::uint32_t, 17> kDistances = {
    0,    1,      0u - 1, 10,     0u - 10, 100,          0u - 100,    1000,       0u - 1000,
    1460, 10'000, 65'535, 65'536, 100'000, 0u - 100'000, 0x4000'0000, 0x8000'0000};

bool of_one_connection(const PacketStep& one, const PacketStep& other) {
  return one.source == other.source && one.destination == other.destination;
}

// What a segment of the peer's brings.
std::uint32_t advanced(std::uint32_t rcv_nxt, const PacketStep& packet) {
  const std::uint32_t end = packet.seq + packet.length + (packet.flags.fin() ? 1 : 0);
  const bool in_order = rcv_nxt - packet.seq < 0x8000'0000u;
  const bool brings = end - rcv_nxt < 0x8000'0000u;
  return in_order && brings ? end : rcv_nxt;
}

}  // namespace

Bases bases_at(const scenario::Scenario& script, std::size_t step) {
  const auto& wanted = std::get<PacketStep>(script.steps[step].what);
  Bases bases{.rcv_nxt = 0, .snd_nxt = 1};  // Its SYN is 0.
  bool finished = false;
  for (std::size_t i = 0; i < step; ++i) {
    const auto& what = script.steps[i].what;
    if (const auto* call = std::get_if<CallStep>(&what)) {
      if (call->op == event::Op::Send && !finished) bases.snd_nxt += call->octets;
      const bool ends = call->op == event::Op::Close || call->op == event::Op::Shutdown;
      if (ends && !finished) {
        ++bases.snd_nxt;
        finished = true;
      }
      continue;
    }
    const auto* packet = std::get_if<PacketStep>(&what);
    if (packet == nullptr || packet->direction != event::Direction::ToTarget || packet->icmp ||
        !of_one_connection(*packet, wanted)) {
      continue;
    }
    bases.rcv_nxt = packet->flags.syn() ? 1 + packet->length : advanced(bases.rcv_nxt, *packet);
  }
  return bases;
}

std::vector<std::uint32_t> plainer(std::uint32_t number, std::uint32_t base) {
  std::vector<std::uint32_t> numbers;
  for (const auto distance : kDistances) {
    if (number - base == distance) break;
    numbers.push_back(base + distance);
  }
  return numbers;
}

}  // namespace harness::campaign
