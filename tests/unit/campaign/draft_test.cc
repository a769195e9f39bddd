#include "harness/campaign/draft.h"

#include <gtest/gtest.h>

#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::campaign {
namespace {

// The blocks of what a peer that agreed to everything tells of four pieces that came early.
std::size_t blocks(wire::Flags flags, bool stamped) {
  Strand strand;
  strand.offer = {.mss = 1460, .shift = 7, .timestamps = true, .sack = true};
  for (Place i = 0; i < 4; ++i) strand.early[i] = {.from = 100 * i, .to = 100 * i + 10};
  strand.early_count = 4;
  Draft draft = plain(strand, flags);
  draft.stamped = stamped;
  draft.sacks = true;
  target::Host host;
  host.local = *wire::IpAddress::parse("192.0.2.1");
  host.remote = *wire::IpAddress::parse("198.51.100.1");
  event::Trace trace;
  const auto body = lay(draft, strand, host, clock::kStart, trace);
  const auto datagram = wire::DatagramView::parse(trace.body(body));
  const auto view = wire::SegmentView::parse(datagram->payload());
  const auto segment = wire::read(*view);
  return segment ? segment->sack_count : 0u;
}

TEST(Draft, TellsOfAsManyPiecesAsThereIsRoomFor) {
  EXPECT_EQ(blocks(wire::kAck, false), 4u);
  EXPECT_EQ(blocks(wire::kAck, true), 3u);
  EXPECT_EQ(blocks(wire::kSyn | wire::kAck, false), 3u);
  EXPECT_EQ(blocks(wire::kSyn | wire::kAck, true), 2u);
}

}  // namespace
}  // namespace harness::campaign
