#include "harness/scenario/join.h"

#include <gtest/gtest.h>

#include <vector>

#include "harness/base/bytes.h"
#include "harness/event/stream.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"

namespace harness::scenario {
namespace {

constexpr std::uint32_t kFirst = 0xFFFF'FFF0;  // The second piece lies behind the wrap.

std::uint32_t piece(event::Trace& trace, std::uint32_t offset, std::size_t octets,
                    wire::Flags flags = wire::kAck, std::uint32_t ack = 7) {
  base::Bytes payload(octets);
  event::fill_stream(payload, offset, event::kFromApplication);
  const wire::IpHeader ip{.source = wire::IpAddress::v4(1), .destination = wire::IpAddress::v4(2)};
  const wire::Segment segment{.seq = wire::SeqNum{kFirst + offset},
                              .ack = wire::SeqNum{ack},
                              .flags = flags,
                              .window = 100,
                              .payload = payload};
  const auto room = trace.reserve(wire::datagram_size(ip, segment));
  wire::write(ip, segment, room.bytes);
  return trace.append_new_packet(event::Kind::PeerPacket, clock::kStart,
                                 event::Direction::FromTarget, room.body, event::kNoRecord);
}

TEST(Join, PiecesOfOneBurstContinueEachOther) {
  event::Trace trace;
  const auto one = piece(trace, 0, 20), two = piece(trace, 20, 20, wire::kAck | wire::kPsh);
  EXPECT_TRUE(continues(trace, one, two));
  EXPECT_FALSE(continues(trace, two, one));
  EXPECT_FALSE(continues(trace, one, piece(trace, 21, 20)));
  EXPECT_FALSE(continues(trace, one, piece(trace, 20, 20, wire::kAck, 8)));
  EXPECT_FALSE(continues(trace, one, piece(trace, 20, 20, wire::kAck | wire::kUrg)));
}

TEST(Join, TheWholeHasTheFirstNumberTheLastHeaderAndAllOctets) {
  event::Trace trace;
  const std::vector records = {piece(trace, 0, 20), piece(trace, 20, 30),
                               piece(trace, 50, 5, wire::kAck | wire::kPsh | wire::kFin)};
  const auto octets = trace.body(join(trace, records));
  const auto ip = wire::DatagramView::parse(octets);
  ASSERT_TRUE(ip);
  EXPECT_EQ(wire::tcp_checksum(ip->source(), ip->destination(), ip->payload()), 0);
  const auto segment = wire::SegmentView::parse(ip->payload());
  EXPECT_EQ(segment->seq().raw(), kFirst);
  EXPECT_EQ(segment->flags(), wire::kAck | wire::kPsh | wire::kFin);
  ASSERT_EQ(segment->payload().size(), 55u);
  EXPECT_FALSE(event::first_difference(segment->payload(), 0, event::kFromApplication));
}

}  // namespace
}  // namespace harness::scenario
