#include "harness/engine/source_route.h"

#include <netinet/in.h>

#include "harness/wire/checksum.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/icmp.h"
#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kPsh;
using wire::kSyn;

constexpr std::uint32_t kOne = 0x0A00'0001, kTwo = 0x0A00'0002, kThree = 0x0A00'0003;
constexpr std::uint8_t kStart = 4;

// The option as it stands in a header or in the value of IP_OPTIONS, padded.
base::Bytes route_option(std::uint8_t kind, std::uint8_t pointer, std::vector<std::uint32_t> hops) {
  base::Bytes octets(3 + 4 * hops.size());
  octets[0] = std::byte{kind};
  octets[1] = std::byte(octets.size());
  octets[2] = std::byte{pointer};
  for (std::size_t i = 0; i < hops.size(); ++i) base::store32(&octets[3 + 4 * i], hops[i]);
  octets.resize((octets.size() + 3) / 4 * 4);
  return octets;
}
base::Bytes complete(std::vector<std::uint32_t> hops) {
  const auto behind = static_cast<std::uint8_t>(kStart + 4 * hops.size());
  return route_option(SourceRoute::kLoose, behind, std::move(hops));
}

struct Routed : Rig {
  using Rig::Rig;

  // A segment of the peer's that took a route.
  void arrives(const base::Bytes& options, wire::Flags flags, std::uint32_t seq,
               std::uint32_t ack = 0, std::size_t octets = 0) {
    base::Bytes payload(octets);
    wire::Segment segment;
    segment.source = kPeer;
    segment.destination = tuple().local.port;
    segment.seq = wire::SeqNum{seq + kPeerIsn};
    segment.ack = wire::SeqNum{flags.ack() ? ack + iss() : 0};
    segment.flags = flags;
    segment.window = 65'535;
    segment.payload = payload;
    if (flags.syn()) segment.mss = 1460;
    wire::IpHeader ip;
    ip.source = kRemote;
    ip.destination = kLocal;
    base::Bytes datagram = wire::craft({}, ip, segment);
    datagram.insert(datagram.begin() + 20, options.begin(), options.end());
    datagram[0] = std::byte(0x45 + options.size() / 4);
    base::store16(&datagram[2], static_cast<std::uint16_t>(datagram.size()));
    base::store16(&datagram[10], 0);
    wire::Checksum sum;
    sum.add(event::Span{datagram}.first(20 + options.size()));
    base::store16(&datagram[10], sum.value());
    deliver(datagram);
  }
  // The last datagram that went out ...
  event::Span last_datagram() const {
    for (std::uint32_t i = trace().size(); i-- > 0;) {
      const event::Record& record = trace()[i];
      if (record.kind == event::Kind::Packet && record.direction == event::Direction::FromTarget) {
        return trace().body(record);
      }
    }
    return {};
  }
  // ... its destination, and its IP options. Its checksum is over the addresses of both ends.
  std::pair<std::uint32_t, base::Bytes> last() {
    const auto ip = wire::DatagramView::parse(last_datagram());
    if (!ip) return {};
    EXPECT_EQ(wire::tcp_checksum(ip->source(), kRemote, ip->payload()), 0);
    const auto options = ip->extensions();
    return {static_cast<std::uint32_t>(ip->destination().low()), {options.begin(), options.end()}};
  }
  void expect_direct() {
    EXPECT_EQ(last(), (std::pair{static_cast<std::uint32_t>(kRemote.low()), base::Bytes{}}));
  }
  void expect_route(std::uint32_t first, std::vector<std::uint32_t> rest,
                    std::uint8_t kind = SourceRoute::kLoose) {
    rest.push_back(static_cast<std::uint32_t>(kRemote.low()));
    EXPECT_EQ(last(), (std::pair{first, route_option(kind, kStart, std::move(rest))}));
  }
  std::optional<Result> set_route(int fd, const base::Bytes& value) {
    return call(Op::SetOption, fd, {IPPROTO_IP, IP_OPTIONS, 0}, value);
  }
};

// MUST-53
TEST(EngineSourceRoute, APassiveOpenSendsAllSegmentsBackTheWayTheSynCame) {
  Routed rig;
  const int listener = rig.listen();
  rig.arrives(complete({kOne, kTwo}), kSyn, 0);
  rig.expect_route(kTwo, {kOne});
  rig.inject(kAck, 1, 1);
  const int fd = static_cast<int>(rig.call(Op::Accept, listener)->value);
  rig.sent();
  rig.send(fd, 0, 5000);
  rig.expect_route(kTwo, {kOne});
  EXPECT_EQ(rig.sent().at(0).find(". 1:1449(1448) ack 1"), 0u) << "the options take their room";
  rig.inject(kAck, 1, 1449);
  rig.call(Op::Abort, fd);
  rig.expect_route(kTwo, {kOne});
}

// SHLD-24
TEST(EngineSourceRoute, ALaterRouteCounts) {
  Routed rig;
  const int listener = rig.listen();
  rig.arrives(complete({kOne, kTwo}), kSyn, 0);
  rig.arrives(complete({kThree}), kAck, 1, 1);
  const int fd = static_cast<int>(rig.call(Op::Accept, listener)->value);
  rig.send(fd, 0, 10);
  rig.expect_route(kThree, {});
  rig.arrives(route_option(SourceRoute::kStrict, 12, {kOne, kTwo}), kAck | kPsh, 1, 11, 5000 / 10);
  rig.send(fd, 10, 10);
  rig.expect_route(kTwo, {kOne}, SourceRoute::kStrict);
}

// MUST-51, MUST-52
TEST(EngineSourceRoute, AnApplicationMayChooseOneAndItComesFirst) {
  Routed rig{config_of(kLocal), 49'152};
  const int fd = rig.socket();
  EXPECT_EQ(rig.set_route(fd, route_option(SourceRoute::kLoose, kStart, {kOne, kTwo})), ok());
  const auto value = rig.call(Op::GetOption, fd, {IPPROTO_IP, IP_OPTIONS, 40});
  EXPECT_EQ(value->data, route_option(SourceRoute::kLoose, kStart, {kOne, kTwo}));
  rig.connect(fd);
  rig.expect_route(kOne, {kTwo});
  rig.arrives(complete({kThree}), kSyn | kAck, 0, 1);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.expect_route(kOne, {kTwo});

  Routed passive;
  const int listener = passive.listen();
  EXPECT_EQ(passive.set_route(listener, route_option(SourceRoute::kStrict, kStart, {kOne})), ok());
  passive.arrives(complete({kThree, kTwo}), kSyn, 0);
  passive.expect_route(kOne, {}, SourceRoute::kStrict);
}

TEST(EngineSourceRoute, AnActiveOpenWithoutOneTakesNone) {
  Routed rig{config_of(kLocal), 49'152};
  rig.connect(rig.socket());
  rig.arrives(complete({kThree}), kSyn | kAck, 0, 1);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.expect_direct();
}

TEST(EngineSourceRoute, ARouteThatGoesOnIsNoneOfOurs) {
  Routed rig;
  rig.listen();
  rig.arrives(route_option(SourceRoute::kLoose, 8, {kOne, kTwo}), kSyn, 0);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.sent(), Lines{});
}

// MUST-54: what a gateway quotes has the next gateway for its destination.
TEST(EngineSourceRoute, AnErrorFromTheWayFindsItsConnection) {
  for (const std::size_t passed : {0, 1, 2}) {
    Routed rig{config_of(kLocal), 49'152};
    const int fd = rig.socket();
    ASSERT_EQ(rig.set_route(fd, route_option(SourceRoute::kLoose, kStart, {kOne, kTwo})), ok());
    rig.connect(fd);
    const event::Span sent = rig.last_datagram();
    base::Bytes quote{sent.begin(), sent.end()};
    const std::array<std::uint32_t, 3> all = {kOne, kTwo,
                                              static_cast<std::uint32_t>(kRemote.low())};
    for (std::size_t i = 0; i < passed; ++i) {
      base::store32(&quote[23 + 4 * i], all[i]);  // The gateway records itself.
      base::store32(&quote[16], all[i + 1]);
      quote[22] = std::byte(kStart + 4 * (i + 1));
    }
    wire::IpHeader ip;
    ip.source = wire::IpAddress::v4(all[passed]);
    ip.destination = kLocal;
    rig.deliver(wire::craft(ip, wire::IcmpMessage{.type = wire::kIcmpUnreachable,
                                                  .code = wire::kIcmpProtocolUnreachable,
                                                  .quote = wire::quote_of(quote)}));
    EXPECT_EQ(rig.state(), "none") << passed;
  }
}

TEST(EngineSourceRoute, WhatIsNoRouteIsPassedOver) {
  base::Bytes odd = complete({kOne, kTwo});
  odd[1] = std::byte{10};
  base::Bytes broken = complete({kOne});
  broken[1] = std::byte{60};
  for (const base::Bytes& options :
       {odd, broken, complete({}), complete({0xE000'0001}), complete({0xFFFF'FFFF}),
        route_option(7, 8, {kOne}), route_option(SourceRoute::kLoose, 6, {kOne})}) {
    Routed rig;
    rig.listen();
    rig.arrives(options, kSyn, 0);
    EXPECT_EQ(rig.state(), "SYN-RECEIVED");
    rig.expect_direct();
  }
}

TEST(EngineSourceRoute, TheHostMayWantNone) {
  Config config = config_of(kLocal);
  config.source_routes = false;
  Routed rig{config};
  const int listener = rig.listen();
  EXPECT_EQ(rig.set_route(listener, route_option(SourceRoute::kLoose, kStart, {kOne})),
            error(ENOPROTOOPT));
  rig.arrives(complete({kOne}), kSyn, 0);
  rig.expect_direct();
}

TEST(EngineSourceRoute, WhatAnApplicationMayNotAskFor) {
  Routed rig;
  const int fd = rig.socket();
  base::Bytes two = route_option(SourceRoute::kLoose, kStart, {kOne});
  two.insert(two.end(), two.begin(), two.end());
  two[7] = std::byte{1};
  for (const base::Bytes& value :
       {two, route_option(SourceRoute::kLoose, 8, {kOne}),
        route_option(SourceRoute::kLoose, kStart, {}), route_option(7, kStart, {kOne}),
        route_option(SourceRoute::kLoose, kStart, std::vector<std::uint32_t>(10, kOne))}) {
    EXPECT_EQ(rig.set_route(fd, value), error(EINVAL));
  }
  EXPECT_EQ(rig.set_route(fd, route_option(SourceRoute::kLoose, kStart, {kOne})), ok());
  EXPECT_EQ(rig.set_route(fd, {}), ok()) << "none any more";
  rig.connect(fd);
  rig.expect_direct();
}

}  // namespace
}  // namespace harness::engine
