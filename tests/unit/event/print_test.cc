#include "harness/event/print.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "harness/event/status.h"

namespace harness::event {
namespace {

using namespace std::chrono_literals;

TEST(Print, KindsAndExpectationsAreFoundByTheirNames) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    EXPECT_EQ(kind_named(name(kind)), kind);
  }
  for (std::size_t i = 0; i < kExpecteds; ++i) {
    const auto what = static_cast<Expected>(i);
    EXPECT_EQ(expected_named(name(what)), what);
  }
  EXPECT_EQ(name(Kind::Start), "start");
  EXPECT_EQ(name(Kind::PeerPacket), "peer-packet");
  EXPECT_EQ(name(Expected::OnTime), "on-time");
  EXPECT_EQ(kind_named("poem"), std::nullopt);
  EXPECT_EQ(expected_named(""), std::nullopt);
}

TEST(Print, ErrorsAreToldByName) {
  EXPECT_EQ(error_name(0), "");
  EXPECT_EQ(error_name(ECONNREFUSED), "ECONNREFUSED");
  EXPECT_EQ(error_name(EAGAIN), "EAGAIN");
  EXPECT_EQ(error_name(4711), "errno 4711");
  EXPECT_EQ(error_name(-1), "errno -1");
}

TEST(Print, ACallIsOneLine) {
  const base::Bytes data(1000);
  const auto endpoint = encode(wire::Endpoint{wire::IpAddress::v4(0xC000'0201), 8080});
  const auto tuple = encode(wire::FourTuple{.local = {wire::IpAddress::v4(0xC000'0201), 8080},
                                            .remote = {wire::IpAddress::v6(0, 1), 9}});
  EXPECT_EQ(print(Call{.op = Op::Socket, .args = {2, 1, 6}}), "socket(2, 1, 6)");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Bind, .data = endpoint}), "bind(3, 192.0.2.1:8080)");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Connect}), "connect(3, ?)");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Listen, .args = {5}}), "listen(3, 5)");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Accept}), "accept(3)");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::Send, .data = data}), "send(4, 1000 octets)");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::Send, .args = {0x4000}}),
            "send(4, 0 octets, flags 0x4000)");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::Receive, .args = {2, 100}}), "recv(4, 100, flags 0x2)");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::SetOption, .args = {6, 1, 1}}), "setsockopt(4, 6, 1, 1)");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::SetOption, .args = {1, 13}, .data = data}),
            "setsockopt(4, 1, 13, 1000 octets)");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::Status}), "status(4)");
  EXPECT_EQ(print(Call{.op = Op::Status, .data = tuple}), "status(192.0.2.1:8080 [::1]:9)");
  EXPECT_EQ(print(Call{.op = Op::World, .text = "net.ipv4.tcp_sack=0"}),
            "world(net.ipv4.tcp_sack=0)");
  for (std::size_t i = 0; i < kOps; ++i) {
    EXPECT_TRUE(print(Call{.op = static_cast<Op>(i)}).ends_with(')'));
  }
}

TEST(Print, AReplyIsWhatItMeans) {
  Status status;
  status.set(StatusField::State, 3);
  const auto told = encode(status);
  const auto tuple = encode(wire::FourTuple{.local = {wire::IpAddress::v4(1), 2}, .remote = {}});
  EXPECT_EQ(print(Reply{.result = 3}), "3");
  EXPECT_EQ(print(Reply{.result = -1, .error = ECONNRESET}), "-1 ECONNRESET");
  EXPECT_EQ(print(Reply{.data = told}), "SYN-RECEIVED");
  EXPECT_EQ(print(Reply{.result = 4, .data = tuple}), "4 (0.0.0.1:2 0.0.0.0:0)");
  EXPECT_EQ(print(Reply{.result = 1, .flags = 5}), "1 (flags 0x5)");
}

TEST(Print, ADecisionSaysWhatWasDoneAndByWhichFault) {
  const Decision all{.fault = 1, .action = Action::Drop, .delay = 40ms, .behind = 2, .other = 7};
  const auto as = [&all](Action action) {
    Decision decision = all;
    decision.action = action;
    return print(decision);
  };
  EXPECT_EQ(as(Action::Drop), "dropped (fault 1)");
  EXPECT_EQ(as(Action::Delay), "delayed by 40 ms (fault 1)");
  EXPECT_EQ(as(Action::Hold), "held back behind 2, for 40 ms at most (fault 1)");
  EXPECT_EQ(as(Action::Duplicate), "duplicated as #7 (fault 1)");
  EXPECT_EQ(as(Action::Corrupt), "bit 7 flipped (fault 1)");
  EXPECT_EQ(as(Action::Truncate), "cut off behind 7 octets (fault 1)");
  EXPECT_EQ(as(Action::Repair), "length and checksums made right (fault 1)");
  EXPECT_EQ(as(Action::TooBig), "too big, its sender is told by #7 (fault 1)");
}

}  // namespace
}  // namespace harness::event
