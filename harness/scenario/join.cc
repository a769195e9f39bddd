#include "harness/scenario/join.h"

#include "harness/base/check.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::scenario {
namespace {

struct Read {
  wire::DatagramView ip;
  wire::Segment segment;
};

Read read(const event::Trace& trace, std::uint32_t record) {
  const auto seen = wire::tcp_of(trace.body(trace[record]));
  CHECK(seen);
  const auto segment = wire::read(seen->tcp);
  CHECK(segment);
  return {seen->ip, *segment};
}

}  // namespace

bool continues(const event::Trace& trace, std::uint32_t before, std::uint32_t next) {
  constexpr wire::Flags kMayDiffer = wire::kFin | wire::kPsh | wire::kCwr;
  const auto a = read(trace, before).segment, b = read(trace, next).segment;
  return (a.flags | kMayDiffer) == (b.flags | kMayDiffer) && a.ack == b.ack &&
         a.window == b.window && a.urgent == b.urgent && a.seq + a.length() == b.seq;
}

event::Body join(event::Trace& trace, std::span<const std::uint32_t> records) {
  base::Bytes payload;
  for (const auto record : records) {
    const auto octets = read(trace, record).segment.payload;
    payload.insert(payload.end(), octets.begin(), octets.end());
  }
  auto [ip, segment] = read(trace, records.back());
  segment.seq = read(trace, records.front()).segment.seq;
  segment.payload = payload;
  const wire::IpHeader header{.source = ip.source(),
                              .destination = ip.destination(),
                              .ttl = ip.ttl(),
                              .traffic_class = ip.traffic_class()};
  const auto room = trace.reserve(wire::datagram_size(header, segment));
  wire::write(header, segment, room.bytes);
  return room.body;
}

}  // namespace harness::scenario
