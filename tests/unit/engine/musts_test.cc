// MUSTs of RFC 9293 that no other test here is about.

#include "harness/wire/checksum.h"
#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

TEST(EngineMusts, AWindowThatShrinksToZeroStopsNewTextAndIsProbed) {
  Rig rig;
  const int fd = rig.accepted(8000, Rig::mss(1000));
  rig.send(fd, 0, 20'000);
  EXPECT_EQ(rig.sent().size(), 8u);
  rig.inject(kAck, 1, 1001, 0, 0);  // The edge moves back from 8001 to 1001.
  EXPECT_EQ(rig.sent(), Lines{});
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{"P. 1001:1002(1) ack 1 win 65535"});
  rig.inject(kAck, 1, 1001, 0, 8000);
  EXPECT_EQ(rig.sent().at(0), ". 1001:2001(1000) ack 1 win 65535");
  EXPECT_EQ(rig.state(), "ESTABLISHED");
}

TEST(EngineMusts, APassiveOpenLeavesExistingConnectionsAlone) {
  Rig rig;
  const int first = rig.accepted();
  rig.call(Op::Close, 3);
  rig.listen();
  rig.inject(kAck | kPsh, 1, 1, 10);
  EXPECT_EQ(rig.receive(first), ok(10));
  EXPECT_EQ(rig.state(), "ESTABLISHED");
}

TEST(EngineMusts, TheApplicationMayChooseTheLocalAddressAndItStays) {
  const wire::IpAddress second = wire::IpAddress::v4(0xC0000202);
  Config config = config_of(kLocal);
  config.addresses = {kLocal, second};
  for (const auto& [bound, expected] :
       {std::pair{second, second}, {wire::IpAddress::v4(0), kLocal}}) {
    Stack stack{config, base::Rng{1}};
    event::Trace trace;
    const auto call = [&](Op op, std::int32_t fd, std::array<std::int64_t, 3> args,
                          event::Span data = {}) {
      const auto from = trace.size();
      Out out{trace, clock::Instant{}, event::kNoRecord};
      stack.step(clock::Instant{},
                 {.id = 1, .fd = fd, .op = op, .args = args, .data = data, .text = {}}, out);
      return from;
    };
    call(Op::Socket, -1, {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0});
    call(Op::Bind, 3, {}, event::encode(wire::Endpoint{bound, 5000}));
    call(Op::Connect, 3, {}, event::encode(wire::Endpoint{kRemote, 80}));
    // The SYN, and each time it goes again.
    for (int i = 0; i < 3; ++i) {
      const auto due = *stack.next_deadline();
      Out out{trace, due, event::kNoRecord};
      stack.step(due, out);
    }
    int seen = 0;
    for (const auto& record : trace.records()) {
      if (record.kind != event::Kind::Packet) continue;
      ++seen;
      EXPECT_EQ(wire::DatagramView::parse(trace.body(record))->source(), expected);
    }
    EXPECT_EQ(seen, 4);
  }
}

TEST(EngineMusts, AnIpOptionIsPassedOver) {
  Rig rig;
  rig.listen();
  wire::Segment segment;
  segment.source = kPeer;
  segment.destination = kService;
  segment.flags = kSyn;
  segment.window = 1000;
  wire::IpHeader ip;
  ip.source = kRemote;
  ip.destination = kLocal;
  base::Bytes octets = wire::craft({}, ip, segment);
  // Four NOPs (RFC 791, 3.1), and a header that is a word longer.
  octets.insert(octets.begin() + 20, 4, std::byte{1});
  octets[0] = std::byte{0x46};
  base::store16(octets.data() + 2, static_cast<std::uint16_t>(octets.size()));
  base::store16(octets.data() + 10, 0);
  wire::Checksum sum;
  sum.add(event::Span{octets}.first(24));
  base::store16(octets.data() + 10, sum.value());
  rig.deliver(octets);
  EXPECT_EQ(rig.sent().size(), 1u);
  EXPECT_EQ(rig.state(), "SYN-RECEIVED");
}

TEST(EngineMusts, ASynToABroadcastAddressIsDroppedInSilence) {
  for (const std::uint32_t to : {0xFFFF'FFFFu, 0xE000'0001u, 0xC000'02FFu}) {
    Config config = config_of(kLocal);
    config.broadcasts = {wire::IpAddress::v4(0xC000'02FF)};
    Rig rig{config};
    rig.listen();
    wire::Segment segment;
    segment.source = kPeer;
    segment.destination = kService;
    segment.flags = kSyn;
    segment.window = 1000;
    wire::IpHeader ip;
    ip.source = kRemote;
    ip.destination = wire::IpAddress::v4(to);
    rig.deliver(wire::craft({}, ip, segment));
    EXPECT_EQ(rig.sent(), Lines{});
    EXPECT_EQ(rig.state(), "none");
  }
}

TEST(EngineMusts, OnlyASynCarriesTheMssOption) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 5000);
  rig.inject(kAck | kPsh, 1, 1, 100);
  rig.wait(3s);
  rig.call(Op::Close, fd);
  const Lines lines = rig.sent();
  EXPECT_GT(lines.size(), 5u);
  for (const std::string& line : lines) EXPECT_EQ(line.find("mss"), std::string::npos) << line;
}

TEST(EngineMusts, OurOptionsFitTheirLengthsAndEndInZeros) {
  Rig rig;
  rig.connect(rig.socket());
  rig.inject(kSyn | kAck, 0, 1, 0, 1000, Rig::mss(1000));
  std::size_t seen = 0;
  for (const auto& record : rig.trace().records()) {
    if (record.kind != event::Kind::Packet || record.direction != event::Direction::FromTarget) {
      continue;
    }
    const auto ip = wire::DatagramView::parse(rig.trace().body(record));
    const auto segment = wire::SegmentView::parse(ip->payload());
    for (const wire::OptionView& option : segment->options()) {
      ++seen;
      EXPECT_FALSE(option.broken);
      if (!option.is(wire::OptionKind::End)) continue;
      for (const std::byte octet : option.bytes) EXPECT_EQ(octet, std::byte{0});
    }
  }
  EXPECT_GT(seen, 3u);
}

TEST(EngineMusts, OneAckCoversAllThatWasQueued) {
  Rig rig;
  rig.accepted();
  for (std::uint32_t i = 5; i > 0; --i) rig.inject(kAck, 1 + i * 100, 1, 100);
  rig.sent();
  rig.inject(kAck, 1, 1, 100);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 601 win 64935"});
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{});
}

}  // namespace
}  // namespace harness::engine
