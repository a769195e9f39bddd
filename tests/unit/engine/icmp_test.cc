#include "harness/wire/icmp.h"

#include <netinet/in.h>

#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kSyn;

// What a router says of the segment that the stack sent last, or of one `shift` octets further.
void report(Rig& rig, std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0,
            std::uint32_t shift = 0) {
  event::Span last;
  for (const auto& record : rig.trace().records()) {
    if (record.kind == event::Kind::Packet && record.direction == event::Direction::FromTarget) {
      last = rig.trace().body(record);
    }
  }
  base::Bytes quote{last.begin(), last.begin() + 28};
  base::store32(quote.data() + 24, base::load32(quote.data() + 24) + shift);
  const wire::IpHeader ip{.source = wire::IpAddress::v4(0x0A00'0001),
                          .destination = rig.tuple().local.address};
  rig.deliver(
      wire::craft(ip, wire::IcmpMessage{.type = type, .code = code, .rest = rest, .quote = quote}));
}

TEST(EngineIcmp, AHardErrorEndsAnOpeningConnection) {
  for (const auto& [code, number] : {std::pair{2, ENOPROTOOPT}, {3, ECONNREFUSED}}) {
    Rig rig;
    const int fd = rig.socket(false);
    rig.connect(fd);
    report(rig, 3, static_cast<std::uint8_t>(code));
    EXPECT_EQ(rig.reply(rig.last_call()), error(number));
    EXPECT_EQ(rig.state(), "none");
  }
}

TEST(EngineIcmp, ASoftErrorEndsNothingAndIsTheReasonWhenTheConnectionFails) {
  Rig rig;
  const int fd = rig.socket(false);
  rig.connect(fd);
  const auto id = rig.last_call();
  report(rig, 3, 1);
  EXPECT_EQ(rig.state(), "SYN-SENT");
  rig.wait(300s);
  EXPECT_EQ(rig.reply(id), error(EHOSTUNREACH));
}

TEST(EngineIcmp, InAnOpenConnectionEvenAHardErrorIsOnlyTold) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 100);
  report(rig, 3, 3);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  EXPECT_EQ(rig.option(fd, SOL_SOCKET, SO_ERROR), 0) << "to nobody who did not ask";
  rig.set(fd, IPPROTO_IP, IP_RECVERR, 1);
  report(rig, 11, 0);
  EXPECT_EQ(rig.option(fd, SOL_SOCKET, SO_ERROR), EHOSTUNREACH);
  rig.inject(kAck, 1, 101);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
}

TEST(EngineIcmp, WhatTheProfileSaysAbortsAnOpenConnection) {
  Config config = config_of(kLocal);
  config.icmp_aborts_synchronized = true;
  Rig rig{config};
  const int fd = rig.accepted();
  rig.send(fd, 0, 100);
  report(rig, 3, 3);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.receive(fd), error(ECONNREFUSED));
}

TEST(EngineIcmp, WhatIsNotInFlightIsNotBelieved) {
  Rig rig;
  rig.connect(rig.socket());
  report(rig, 3, 3, 0, 1);
  report(rig, 3, 3, 0, 0u - 1);
  EXPECT_EQ(rig.state(), "SYN-SENT");
}

TEST(EngineIcmp, SourceQuenchIsIgnored) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 100);
  const auto window = rig.status(StatusField::SendCwnd);
  rig.sent();
  report(rig, 4, 0);
  EXPECT_EQ(rig.status(StatusField::SendCwnd), window);
  EXPECT_EQ(rig.sent(), Lines{});
}

TEST(EngineIcmp, APacketTooBigMakesSegmentsSmallerAndSendsThemAtOnce) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 1460);
  rig.sent();
  report(rig, 3, 4, 1000);
  EXPECT_EQ(rig.status(StatusField::SendMss), 960);
  EXPECT_EQ(rig.sent(),
            (Lines{". 1:961(960) ack 1 win 65535", "P. 961:1461(500) ack 1 win 65535"}));
  report(rig, 3, 4, 1400);
  EXPECT_EQ(rig.status(StatusField::SendMss), 960) << "no larger than what is sent";
  report(rig, 3, 4, 60);
  EXPECT_EQ(rig.status(StatusField::SendMss), 960) << "no link is so small";
  report(rig, 3, 4, 0);
  EXPECT_EQ(rig.status(StatusField::SendMss), 508 - 40) << "of an old router";
}

TEST(EngineIcmp, AWrongChecksumIsDropped) {
  Rig rig;
  rig.connect(rig.socket());
  const auto octets = rig.trace().body(rig.trace()[rig.trace().size() - 2]);
  const wire::IpHeader ip{.source = kRemote, .destination = kLocal};
  rig.deliver(wire::craft(
      ip, wire::IcmpMessage{.type = 3,
                            .code = 3,
                            .quote = octets.first(std::min<std::size_t>(octets.size(), 28)),
                            .checksum = 1}));
  EXPECT_EQ(rig.state(), "SYN-SENT");
}

}  // namespace
}  // namespace harness::engine
