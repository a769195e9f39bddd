#include "harness/campaign/swarm_icmp.h"

#include <array>

#include "harness/wire/craft.h"
#include "harness/wire/icmp.h"

namespace harness::campaign {
namespace {

struct Told {
  std::uint8_t type, code;
};

// Soft ones, hard ones, and Source Quench; of packets that are too big there are more.
constexpr std::array<Told, 9> kKinds4 = {
    {{3, 0}, {3, 1}, {3, 2}, {3, 3}, {4, 0}, {11, 0}, {12, 0}, {3, 4}, {3, 4}}};
constexpr std::array<Told, 8> kKinds6 = {
    {{1, 0}, {1, 1}, {1, 3}, {1, 4}, {3, 0}, {4, 1}, {2, 0}, {2, 0}}};
constexpr std::array<std::uint32_t, 10> kSizes = {0,    68,   296,  576,  600,
                                                  1000, 1400, 1480, 1500, 9000};

Place draw_place(base::Rng& rng, const Strand& s) {
  switch (rng.below(6)) {
    case 0:
    case 1:
      return s.acked;
    case 2:
      return s.rcv_high;
    case 3:
      return s.rcv_high - 1;
    case 4:
      return s.acked + static_cast<Place>(rng.below(s.rcv_high - s.acked + 1u));
    default:
      return s.acked - 1 - static_cast<Place>(rng.below(3000));
  }
}

}  // namespace

event::Body draw_icmp(base::Rng& rng, const Strand& s, const target::Host& host,
                      event::Trace& trace) {
  const bool four = host.local.version() == wire::IpVersion::V4;
  const Told told = four ? kKinds4[rng.below(kKinds4.size())] : kKinds6[rng.below(kKinds6.size())];
  const bool too_big = four ? told.type == 3 && told.code == 4 : told.type == 2;
  wire::SegmentSpec about{.source = s.target_port, .destination = s.peer_port};
  about.seq = s.their_isn + draw_place(rng, s);
  const auto quoted = wire::craft(about, {.source = host.local, .destination = host.remote}, {});
  const wire::IcmpMessage message{.type = told.type,
                                  .code = told.code,
                                  .rest = too_big ? kSizes[rng.below(kSizes.size())] : 0,
                                  .quote = wire::quote_of(quoted)};
  const wire::IpHeader ip{.source = host.remote, .destination = host.local};
  const auto room = trace.reserve(wire::datagram_size(ip, message));
  wire::write(ip, message, room.bytes);
  return room.body;
}

}  // namespace harness::campaign
