#include "harness/link/strike.h"

#include <algorithm>

#include "harness/link/distribution.h"
#include "harness/link/mangle.h"

namespace harness::link {

using event::Decision;

void Link::Strike::record(Decision decision) {
  decision.fault = static_cast<std::uint32_t>(fault);
  event::append(log, passing.now, passing.packet, decision);
}

bool Link::Strike::operator()(const Drop&) {
  struck();
  record({.action = event::Action::Drop});
  return false;
}

bool Link::Strike::operator()(const Delay& delay) {
  Stage& stage = link.stages_[fault];
  struck();
  // A copy waits as long as its own luck says.
  const bool remembered = delay.correlation != kNever && !passing.copy;
  auto delayed = remembered ? stage.last : draw(delay, rng);
  if (delay.in_order) {
    auto& latest = stage.latest[way()];
    delayed = std::max(delayed, latest - passing.due);
    latest = passing.due + delayed;
  }
  record({.action = event::Action::Delay, .delay = delayed});
  passing.due += delayed;
  return true;
}

bool Link::Strike::operator()(const Reorder& reorder) {
  struck();
  record({.action = event::Action::Hold, .delay = reorder.at_most, .behind = reorder.behind});
  passing.held = true;
  passing.held_for = std::max(passing.held_for, reorder.at_most);
  passing.behind = std::max(passing.behind, reorder.behind);
  return true;
}

bool Link::Strike::operator()(const Duplicate&) {
  struck();
  Passing copy = passing;
  copy.packet.id = log.size();
  // It meets the other faults with luck of its own; of those that remember it shares the moment's.
  copy.ordinal = link.stages_[fault].rng.nth(passing.ordinal).fork("copy").next();
  copy.copy = true;
  record({.action = event::Action::Duplicate, .other = copy.packet.id});
  link.pass(fault + 1, passing, log);
  link.pass(fault + 1, copy, log);
  return false;
}

bool Link::Strike::operator()(const Corrupt& corrupt) {
  const auto before = log.body(passing.packet.body);
  const auto bits = choose_bits(before, corrupt.fields, corrupt.bits, rng);
  if (bits.empty()) return true;
  struck();
  const auto room = log.reserve(before.size());
  std::ranges::copy(before, room.bytes.begin());
  passing.packet.body = room.body;
  for (const auto bit : bits) {
    flip(room.bytes, bit);
    record({.action = event::Action::Corrupt, .other = bit});
  }
  if (corrupt.repaired) repaired(room.bytes);
  return true;
}

bool Link::Strike::operator()(const Truncate& truncate) {
  const auto before = log.body(passing.packet.body);
  const auto left = truncate.at ? truncate.at : choose_cut(before, rng);
  if (!left || *left >= before.size()) return true;
  struck();
  record({.action = event::Action::Truncate, .other = *left});
  passing.packet.body.length = *left;
  if (!truncate.repaired) return true;
  const auto room = log.reserve(*left);
  std::ranges::copy(before.first(*left), room.bytes.begin());
  passing.packet.body = room.body;
  repaired(room.bytes);
  return true;
}

void Link::Strike::repaired(std::span<std::byte> datagram) {
  repair(datagram);
  record({.action = event::Action::Repair});
}

bool Link::Strike::operator()(const Bandwidth& bandwidth) {
  auto& queue = link.stages_[fault].queue[way()];
  std::erase_if(queue, [&](clock::Instant leaves) { return leaves <= passing.due; });
  struck();
  if (bandwidth.queue != 0 && queue.size() >= bandwidth.queue) {
    record({.action = event::Action::Drop});
    return false;
  }
  const auto bits = std::uint64_t{passing.packet.body.length} * 8;
  const clock::Duration takes{
      static_cast<std::int64_t>(bits * 1'000'000'000 / bandwidth.bits_per_second)};
  const auto leaves = std::max(passing.due, queue.empty() ? passing.due : queue.back()) + takes;
  queue.push_back(leaves);
  record({.action = event::Action::Delay, .delay = leaves - passing.due});
  passing.due = leaves;
  return true;
}

bool Link::Strike::operator()(const Mtu& mtu) {
  if (passing.packet.body.length <= mtu.octets) return true;
  struck();
  const bool told = mtu.icmp && passing.packet.direction == event::Direction::FromTarget;
  const auto message = told ? too_big(log.body(passing.packet.body), mtu.octets) : base::Bytes{};
  if (message.empty()) {
    record({.action = event::Action::Drop});
    return false;
  }
  const event::Packet answer{
      .direction = event::Direction::ToTarget, .id = log.size(), .body = log.keep(message)};
  record({.action = event::Action::TooBig, .other = answer.id});
  link.push(passing.now, ++link.order_, answer);
  return false;
}

}  // namespace harness::link
