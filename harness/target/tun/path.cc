#include "harness/target/tun/path.h"

#include <algorithm>
#include <utility>

namespace harness::target::tun {
namespace {

// A trace is as good as empty below the first; above the second it is full.
constexpr std::size_t kFewOctets = std::size_t{1} << 18, kManyOctets = std::size_t{1} << 26;
constexpr std::uint32_t kManyRecords = 1 << 20;

}  // namespace

Path::Path(std::vector<link::Fault> faults, base::Rng rng) : faults_(std::move(faults)), rng_(rng) {
  stretches_.push_back({.log = {}, .link = {faults_, rng_.nth(begun_++)}});
}

void Path::take(clock::Instant now, event::Direction direction, event::Body body) {
  auto& [log, link] = stretches_.back();
  const auto record =
      log.append_new_packet(event::Kind::Packet, now, direction, body, event::kNoRecord);
  link.take(now, log.packet(log[record]), log);
}

std::optional<clock::Instant> Path::next_deadline() const {
  std::optional<clock::Instant> first;
  for (const auto& stretch : stretches_) {
    const auto deadline = stretch.link.next_deadline();
    if (deadline && (!first || *deadline < *first)) first = deadline;
  }
  return first;
}

void Path::release(clock::Instant now,
                   const std::function<void(event::Direction, event::Span)>& arrived) {
  // What arrives may bring about something new: its octets stay where they are meanwhile.
  for (auto& stretch : stretches_) {
    while (const auto arrival = stretch.link.release(now)) {
      arrived(arrival->packet.direction, stretch.log.body(arrival->packet.body));
    }
  }
}

void Path::tidy_up() {
  while (stretches_.size() > 1 && !stretches_.front().link.next_deadline()) {
    stretches_.pop_front();
  }
  auto& last = stretches_.back();
  if (!last.link.next_deadline()) {
    if (last.log.octets() > kFewOctets) last.log.clear();
  } else if (last.log.octets() > kManyOctets || last.log.size() > kManyRecords) {
    stretches_.push_back({.log = {}, .link = {faults_, rng_.nth(begun_++)}});
  }
}

std::size_t Path::octets() const {
  std::size_t sum = 0;
  for (const auto& stretch : stretches_) sum += stretch.log.octets();
  return sum;
}

}  // namespace harness::target::tun
