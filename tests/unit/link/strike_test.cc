#include "harness/link/strike.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "harness/wire/checksum.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/icmp.h"
#include "harness/wire/segment.h"
#include "tests/unit/link/path.h"

namespace harness::link {
namespace {

using namespace std::chrono_literals;
using event::Direction;

std::vector<Fault> faults(std::string_view text) {
  auto parsed = parse_faults(text);
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().message;
  return parsed ? *parsed : std::vector<Fault>{};
}

wire::DatagramView datagram(const Path& path, std::uint32_t id) {
  return wire::DatagramView::parse(path.trace.body(path.bodies.at(id))).value();
}

bool checksum_ok(const wire::DatagramView& ip) {
  return wire::tcp_checksum(ip.source(), ip.destination(), ip.payload()) == 0;
}

TEST(Strike, OnlyTheChosenFieldsAreCorrupted) {
  // From the beginning of the segment, in bits; there are no options.
  const struct {
    std::string_view field;
    std::uint32_t first, count;
  } kFields[] = {{"ports", 0, 32},      {"seq", 32, 32},     {"ack", 64, 32},
                 {"offset", 96, 4},     {"flags", 103, 9},   {"window", 112, 16},
                 {"checksum", 128, 16}, {"urgent", 144, 16}, {"payload", 160, 80}};
  for (const auto& field : kFields) {
    std::vector<bool> seen(field.count);
    Path path{faults("corrupt " + std::string(field.field))};
    for (int i = 0; i < 1500; ++i) path.send(0s, wire::kAck, 10);
    path.receive(0s);
    for (const auto& decision : path.decisions()) {
      ASSERT_EQ(decision.action, event::Action::Corrupt);
      const auto bit = decision.other - 160;
      ASSERT_GE(bit, field.first) << field.field;
      ASSERT_LT(bit, field.first + field.count) << field.field;
      seen[bit - field.first] = true;
    }
    EXPECT_EQ(std::ranges::find(seen, false), seen.end()) << field.field;
  }
}

TEST(Strike, ADatagramWithoutTheFieldStaysAsItIs) {
  Path path{faults("corrupt options; corrupt payload; corrupt urgent bits 64")};
  const auto empty = path.send(0s);
  path.receive(0s);
  EXPECT_EQ(path.link.tallies()[0], (Tally{.met = 1, .struck = 0}));
  EXPECT_EQ(path.link.tallies()[1].struck, 0u);
  // All sixteen, and each once.
  EXPECT_EQ(path.decisions().size(), 16u);
  EXPECT_EQ(base::load16(datagram(path, empty).payload().data() + 18), 0xFFFF);
}

TEST(Strike, AChecksumIsLeftWrongOrRepaired) {
  Path left{faults("corrupt seq|ack|window bits 3")};
  Path repaired{faults("corrupt seq|ack|window bits 3 checksum repaired")};
  for (int i = 0; i < 100; ++i) {
    const auto a = left.send(0s, wire::kAck, 10), b = repaired.send(0s, wire::kAck, 10);
    left.receive(0s);
    repaired.receive(0s);
    EXPECT_TRUE(checksum_ok(datagram(repaired, b)));
    // Bits that are added and taken away alike go unnoticed; hardly ever.
    if (i == 0) {
      EXPECT_FALSE(checksum_ok(datagram(left, a)));
    }
  }
  const auto decisions = repaired.decisions();
  EXPECT_EQ(decisions.at(3).action, event::Action::Repair);
  EXPECT_EQ(decisions.at(4).action, event::Action::Corrupt);
}

TEST(Strike, ATruncatedDatagramEndsWhereItIsCut) {
  Path path{faults("truncate at 45 nth 1; truncate at 45 checksum repaired nth 2; truncate nth 3")};
  const auto cut = path.send(0s, wire::kAck, 10), whole = path.send(0s, wire::kAck, 10);
  const auto somewhere = path.send(0s, wire::kAck, 10), rest = path.send(0s, wire::kAck, 10);
  path.receive(0s);
  EXPECT_EQ(path.bodies.at(cut).length, 45u);
  EXPECT_EQ(wire::DatagramView::parse(path.trace.body(path.bodies.at(cut))).error(),
            wire::DatagramError::TotalLength);
  EXPECT_EQ(datagram(path, whole).total_length(), 45u);
  EXPECT_TRUE(checksum_ok(datagram(path, whole)));
  EXPECT_TRUE(datagram(path, whole).header_checksum_ok());
  EXPECT_GE(path.bodies.at(somewhere).length, 20u);
  EXPECT_LT(path.bodies.at(somewhere).length, 50u);
  EXPECT_EQ(path.bodies.at(rest).length, 50u);
  EXPECT_EQ(path.decisions()[0].other, 45u);
}

TEST(Strike, WhatIsShorterThanTheCutPasses) {
  Path path{faults("truncate at 40")};
  path.send(0s);
  EXPECT_EQ(path.receive(0s).size(), 1u);
  EXPECT_TRUE(path.decisions().empty());
}

// 1000 octets take 8 ms at 1 Mbit/s.
TEST(Strike, AWireTakesItsTimeInEachDirection) {
  Path path{faults("rate 1mbit")};
  const auto a = path.send(0s, wire::kAck, 960), b = path.send(0s, wire::kAck, 960);
  const auto other = path.send(1ms, wire::kAck, 0, Direction::FromTarget);
  const auto late = path.send(100ms, wire::kAck, 960);
  EXPECT_EQ(path.receive(1s), (List{{other, 1ms + 320us}, {a, 8ms}, {b, 16ms}, {late, 108ms}}));
  EXPECT_EQ(path.decisions()[1].delay, 16ms);
}

TEST(Strike, WhatFindsTheQueueFullIsLost) {
  Path path{faults("rate 1mbit queue 2")};
  const auto a = path.send(0s, wire::kAck, 960), b = path.send(0s, wire::kAck, 960);
  path.send(0s, wire::kAck, 960);
  const auto behind = path.send(8ms, wire::kAck, 960);  // The first has just left.
  EXPECT_EQ(path.receive(1s), (List{{a, 8ms}, {b, 16ms}, {behind, 24ms}}));
  EXPECT_EQ(path.decisions()[2].action, event::Action::Drop);
}

TEST(Strike, WhatIsTooBigIsLostAndItsSenderToldIfAsked) {
  Path path{faults("mtu 100 icmp")};
  const auto fits = path.send(0s, wire::kAck, 60, Direction::FromTarget);
  const auto lost = path.send(1ms, wire::kAck, 61, Direction::FromTarget);
  path.send(2ms, wire::kAck, 61, Direction::ToTarget);  // Peers get no word.
  const auto arrived = path.receive(1s);
  ASSERT_EQ(arrived.size(), 2u);
  EXPECT_EQ(arrived[0].id, fits);
  EXPECT_EQ(arrived[1].at, 1ms);
  const auto ip = datagram(path, arrived[1].id);
  EXPECT_EQ(ip.destination(), wire::IpAddress::v4(1));
  const auto icmp = wire::IcmpView::parse(ip);
  ASSERT_TRUE(icmp);
  EXPECT_EQ(icmp->mtu(), 100u);
  EXPECT_TRUE(wire::quoted_segment(*icmp));
  ASSERT_EQ(path.decisions().size(), 2u);
  EXPECT_EQ(path.decisions()[0].action, event::Action::TooBig);
  EXPECT_EQ(path.decisions()[0].other, arrived[1].id);
  EXPECT_EQ(path.decisions()[1].action, event::Action::Drop);
  EXPECT_NE(lost, arrived[1].id);
}

TEST(Strike, WithoutIcmpNobodyIsTold) {
  Path path{faults("mtu 100")};
  path.send(0s, wire::kAck, 61, Direction::FromTarget);
  EXPECT_TRUE(path.receive(1s).empty());
  EXPECT_EQ(path.decisions().at(0).action, event::Action::Drop);
}

TEST(Strike, JitterReordersUnlessItKeepsTheOrder) {
  for (const bool in_order : {false, true}) {
    Path path{faults(in_order ? "delay 20ms +- 15ms in-order" : "delay 20ms +- 15ms")};
    for (int i = 0; i < 200; ++i) path.send(clock::Duration{i} * 1'000'000);
    const auto arrived = path.receive(10s);
    ASSERT_EQ(arrived.size(), 200u);
    EXPECT_EQ(std::ranges::is_sorted(arrived, {}, &Arrived::id), in_order);
    for (const auto& decision : path.decisions()) ASSERT_GE(decision.delay, 5ms);
  }
}

TEST(Strike, ACorrelatedDelayIsOftenThatOfTheOneBefore) {
  const auto same = [](std::string_view text) {
    Path path{faults(text)};
    for (int i = 0; i < 2000; ++i) path.send(0s);
    int count = 0;
    const auto all = path.decisions();
    for (std::size_t i = 1; i < all.size(); ++i) count += all[i].delay == all[i - 1].delay ? 1 : 0;
    return count;
  };
  EXPECT_NEAR(same("delay 0s..1s correlation 75%"), 1500, 80);
  EXPECT_EQ(same("delay 0s..1s"), 0);
}

TEST(Strike, OneHeldBackMeetsTheFaultsBehindToo) {
  Path path{faults("reorder nth 1; delay 5ms nth 1; drop nth 2; reorder nth 3; drop nth 3")};
  const auto held = path.send(0s);
  path.send(0s);
  path.send(0s);
  const auto last = path.send(1ms);
  EXPECT_EQ(path.receive(1s), (List{{last, 1ms}, {held, 5ms}}));
}

}  // namespace
}  // namespace harness::link
