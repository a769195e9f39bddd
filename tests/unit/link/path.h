#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "harness/event/decision.h"
#include "harness/link/link.h"
#include "harness/wire/craft.h"

namespace harness::link {

inline constexpr auto kSynAck = wire::kSyn | wire::kAck, kFinAck = wire::kFin | wire::kAck;

inline constexpr clock::Instant at(clock::Duration d) { return clock::kStart + d; }

struct Arrived {
  std::uint32_t id;
  clock::Duration at;
  friend bool operator==(const Arrived&, const Arrived&) = default;
};
using List = std::vector<Arrived>;

// Some of everything.
inline const std::vector<Fault> kMany = {
    {Delay{.least = {}, .most = std::chrono::milliseconds{40}}, {}},
    {Corrupt{{1, 2}}, {}},
    {Reorder{.rate = {1, 5}, .behind = 2}, {}},
    {Drop{{1, 4}}, {}},
};

// A link with its trace. Datagrams are numbered in the order they are sent.
class Path {
 public:
  explicit Path(std::vector<Fault> faults, std::uint64_t seed = 1)
      : link(std::move(faults), base::Rng{seed}) {}

  std::uint32_t send(clock::Duration when, wire::Flags flags = wire::kAck, std::size_t payload = 0,
                     event::Direction direction = event::Direction::ToTarget) {
    const wire::IpHeader ip{.source = wire::IpAddress::v4(1),
                            .destination = wire::IpAddress::v4(2)};
    wire::SegmentSpec spec;
    spec.flags = flags;
    spec.payload = base::Bytes(payload, std::byte{0x5A});
    return send_octets(when, wire::craft(spec, ip, {}), direction);
  }
  std::uint32_t send_octets(clock::Duration when, const base::Bytes& octets,
                            event::Direction direction = event::Direction::ToTarget) {
    const auto record = trace.append_new_packet(event::Kind::PeerPacket, at(when), direction,
                                                trace.keep(octets), event::kNoRecord);
    link.take(at(when), trace.packet(trace[record]), trace);
    return record;
  }
  // Everything that has arrived by then.
  List receive(clock::Duration until) {
    List arrived;
    while (const auto arrival = link.release(at(until))) {
      arrived.push_back({arrival->packet.id, arrival->at - clock::kStart});
      bodies[arrival->packet.id] = arrival->packet.body;
    }
    return arrived;
  }
  std::vector<event::Decision> decisions() const {
    std::vector<event::Decision> all;
    for (const event::Record& record : trace.records()) {
      if (record.kind == event::Kind::Decision) all.push_back(event::decision(trace, record));
    }
    return all;
  }

  event::Trace trace;
  Link link;
  std::map<std::uint32_t, event::Body> bodies;
};

}  // namespace harness::link
