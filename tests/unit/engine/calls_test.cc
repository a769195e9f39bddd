#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>

#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kRst;
using wire::kSyn;

TEST(EngineCalls, DescriptorsAreTheLowestThatAreFree) {
  Rig rig;
  EXPECT_EQ(rig.socket(), 3);
  EXPECT_EQ(rig.socket(), 4);
  EXPECT_EQ(rig.socket(), 5);
  rig.call(Op::Close, 4);
  rig.call(Op::Close, 3);
  EXPECT_EQ(rig.socket(), 3);
  EXPECT_EQ(rig.socket(), 4);
  EXPECT_EQ(rig.socket(), 6);
  EXPECT_EQ(rig.call(Op::Close, 17), error(EBADF));
  EXPECT_EQ(rig.call(Op::Close, -1), error(EBADF));
  EXPECT_EQ(rig.call(Op::Receive, 2, {0, 10, 0}), error(EBADF));
}

TEST(EngineCalls, OnlyTcpSocketsAreMade) {
  Rig rig;
  EXPECT_EQ(rig.call(Op::Socket, -1, {AF_UNIX, SOCK_STREAM, 0}), error(EAFNOSUPPORT));
  EXPECT_EQ(rig.call(Op::Socket, -1, {AF_INET, SOCK_DGRAM, 0}), error(ESOCKTNOSUPPORT));
  EXPECT_EQ(rig.call(Op::Socket, -1, {AF_INET, SOCK_STREAM, 17}), error(EPROTONOSUPPORT));
  EXPECT_EQ(rig.call(Op::Socket, -1, {AF_INET6, SOCK_STREAM, IPPROTO_TCP}), ok(3));
}

TEST(EngineCalls, BindTakesOnlyAddressesOfOursAndFreePorts) {
  Rig rig;
  const auto bind = [&](int fd, wire::IpAddress address, wire::Port port) {
    return rig.call(Op::Bind, fd, {}, event::encode(wire::Endpoint{address, port}));
  };
  const int first = rig.socket(), second = rig.socket();
  EXPECT_EQ(bind(first, kRemote, 80), error(EADDRNOTAVAIL));
  EXPECT_EQ(bind(first, wire::IpAddress::v6(0, 0), 80), error(EAFNOSUPPORT));
  EXPECT_EQ(bind(first, wire::IpAddress::v4(0), 80), ok());
  EXPECT_EQ(bind(first, kLocal, 81), error(EINVAL));
  EXPECT_EQ(bind(second, kLocal, 80), error(EADDRINUSE));
  EXPECT_EQ(bind(second, kLocal, 0), ok());
  EXPECT_EQ(rig.call(Op::Bind, rig.socket(), {}, {}), error(EINVAL));
}

TEST(EngineCalls, APortInTimeWaitIsTakenUnlessItMayBeReused) {
  Rig rig;
  const int fd = rig.accepted();
  rig.call(Op::Close, fd);
  rig.inject(kFin | kAck, 1, 2);
  rig.call(Op::Close, 3);
  const int again = rig.socket();
  EXPECT_EQ(rig.call(Op::Bind, again, {}, event::encode(rig.tuple().local)), error(EADDRINUSE));
  rig.set(again, SOL_SOCKET, SO_REUSEADDR, 1);
  EXPECT_EQ(rig.call(Op::Bind, again, {}, event::encode(rig.tuple().local)), ok());
  EXPECT_EQ(rig.call(Op::Listen, again, {1, 0, 0}), ok());
}

TEST(EngineCalls, ConnectRefusesWhatIsNoSingleHost) {
  Rig rig;
  const int fd = rig.socket();
  for (const char* address : {"224.0.0.1", "255.255.255.255", "0.0.0.0", "192.0.2.1"}) {
    const wire::Endpoint remote{*wire::IpAddress::parse(address), 80};
    EXPECT_EQ(rig.call(Op::Connect, fd, {}, event::encode(remote)), error(ENETUNREACH));
  }
  EXPECT_EQ(rig.sent(), Lines{});
}

TEST(EngineCalls, EphemeralPortsBeginWhereTheConfigurationSays) {
  Config config = config_of(kLocal);
  config.first_ephemeral_port = 60'000;
  config.last_ephemeral_port = 60'001;
  Rig rig{config};
  for (const wire::Port port : {wire::Port{60'000}, wire::Port{60'001}}) {
    const int fd = rig.socket();
    EXPECT_EQ(event::decode_four_tuple(rig.connect(fd)->data)->local.port, port);
  }
  EXPECT_EQ(rig.connect(rig.socket()), error(EADDRNOTAVAIL));
}

TEST(EngineCalls, WhatIsNotConnectedSaysSo) {
  Rig rig;
  const int fd = rig.socket();
  EXPECT_EQ(rig.receive(fd), error(ENOTCONN));
  EXPECT_EQ(rig.send(fd, 0, 1), error(EPIPE));
  EXPECT_EQ(rig.call(Op::Shutdown, fd, {SHUT_WR, 0, 0}), error(ENOTCONN));
  EXPECT_EQ(rig.call(Op::Accept, fd), error(EINVAL));
  EXPECT_EQ(rig.call(Op::Foreign, fd), error(EOPNOTSUPP));
  rig.connect(fd);
  EXPECT_EQ(rig.receive(fd), error(EAGAIN));
  EXPECT_EQ(rig.send(fd, 0, 1), error(EAGAIN));
  EXPECT_EQ(rig.call(Op::Listen, fd, {1, 0, 0}), error(EINVAL));
}

TEST(EngineCalls, OptionsAreReadAsTheyWereSet) {
  struct Row {
    int level, name, value;
  };
  Rig rig;
  const int fd = rig.socket();
  for (const Row& row : {Row{SOL_SOCKET, SO_REUSEADDR, 1}, Row{SOL_SOCKET, SO_KEEPALIVE, 1},
                         Row{SOL_SOCKET, SO_RCVBUF, 5000}, Row{SOL_SOCKET, SO_SNDBUF, 6000},
                         Row{IPPROTO_TCP, TCP_NODELAY, 1}, Row{IPPROTO_TCP, TCP_MAXSEG, 700},
                         Row{IPPROTO_TCP, TCP_KEEPIDLE, 11}, Row{IPPROTO_TCP, TCP_KEEPINTVL, 12},
                         Row{IPPROTO_TCP, TCP_KEEPCNT, 13}, Row{IPPROTO_TCP, TCP_SYNCNT, 3},
                         Row{IPPROTO_TCP, TCP_USER_TIMEOUT, 1234}, Row{IPPROTO_TCP, TCP_LINGER2, 9},
                         Row{IPPROTO_TCP, TCP_QUICKACK, 1}, Row{IPPROTO_IP, IP_TTL, 9},
                         Row{IPPROTO_IP, IP_TOS, 0xB8}}) {
    EXPECT_EQ(rig.set(fd, row.level, row.name, row.value), ok()) << row.name;
    EXPECT_EQ(rig.option(fd, row.level, row.name), row.value) << row.name;
  }
  EXPECT_EQ(rig.option(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  EXPECT_EQ(rig.call(Op::GetOption, fd, {IPPROTO_TCP, TCP_INFO, 4}), error(ENOPROTOOPT));
  EXPECT_EQ(rig.set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1), error(ENOPROTOOPT));
  EXPECT_EQ(rig.set(fd, IPPROTO_TCP, TCP_KEEPCNT, 0), error(EINVAL));
}

TEST(EngineCalls, ASmallerSegmentIsAskedForAndHonoured) {
  Rig rig;
  const int listener = rig.listen();
  rig.set(listener, IPPROTO_TCP, TCP_MAXSEG, 700);
  rig.inject(kSyn, 0, 0, 0, 65'535, Rig::mss(1460));
  EXPECT_EQ(rig.sent(), Lines{"S. 0:0(0) ack 1 win 65535 <mss 700>"});
  rig.inject(kAck, 1, 1);
  rig.call(Op::Accept, listener);
  rig.send(4, 0, 1000);
  EXPECT_EQ(rig.sent(), Lines{". 1:701(700) ack 1 win 65535"});
}

TEST(EngineCalls, TtlAndDscpAreOnTheWire) {
  Rig rig;
  const int fd = rig.accepted();
  rig.set(fd, IPPROTO_IP, IP_TTL, 9);
  rig.set(fd, IPPROTO_IP, IP_TOS, 0xBB);
  rig.send(fd, 0, 1);
  const auto records = rig.trace().records();
  for (std::size_t i = records.size(); i-- > 0;) {
    if (records[i].kind != event::Kind::Packet) continue;
    const auto view = wire::DatagramView::parse(rig.trace().body(records[i]));
    EXPECT_EQ(view->ttl(), 9);
    EXPECT_EQ(view->traffic_class(), 0xB8);
    break;
  }
}

TEST(EngineCalls, ControlChangesWhetherCallsBlock) {
  Rig rig;
  const int fd = rig.socket(false);
  EXPECT_EQ(rig.call(Op::Control, fd, {F_GETFL, 0, 0}), ok(O_RDWR));
  EXPECT_EQ(rig.call(Op::Control, fd, {F_SETFL, O_NONBLOCK, 0}), ok());
  EXPECT_EQ(rig.call(Op::Control, fd, {F_GETFL, 0, 0}), ok(O_RDWR | O_NONBLOCK));
  EXPECT_EQ(rig.connect(fd), error(EINPROGRESS));
  EXPECT_EQ(rig.call(Op::Control, fd, {12345, 0, 0}), error(EINVAL));
}

TEST(EngineCalls, DontwaitIsForOneCall) {
  Rig rig;
  const int fd = rig.accepted();
  rig.call(Op::Control, fd, {F_SETFL, 0, 0});
  EXPECT_EQ(rig.receive(fd, 10, MSG_DONTWAIT), error(EAGAIN));
  EXPECT_EQ(rig.receive(fd, 10), std::nullopt);
}

TEST(EngineCalls, PendingCallsOfAClosedDescriptorAreAnswered) {
  Rig rig;
  const int fd = rig.accepted();
  rig.call(Op::Control, fd, {F_SETFL, 0, 0});
  rig.receive(fd, 10);
  const auto first = rig.last_call();
  rig.receive(fd, 10);
  const auto second = rig.last_call();
  rig.call(Op::Close, fd);
  EXPECT_EQ(rig.reply(first), error(EBADF));
  EXPECT_EQ(rig.reply(second), error(EBADF));
}

TEST(EngineCalls, PollSaysWhatWouldNotBlock) {
  Rig rig;
  const int listener = rig.listen();
  EXPECT_EQ(rig.poll(listener), 0u);
  rig.inject(kSyn, 0);
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.poll(listener), std::uint32_t{POLLIN | POLLRDNORM});
  const int fd = static_cast<int>(rig.call(Op::Accept, listener)->value);
  EXPECT_EQ(rig.poll(fd), std::uint32_t{POLLOUT | POLLWRNORM});
  rig.inject(kAck, 1, 1, 10);
  EXPECT_EQ(rig.poll(fd), std::uint32_t{POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM});
  rig.receive(fd);
  rig.inject(kFin | kAck, 11, 1);
  EXPECT_NE(rig.poll(fd) & POLLRDHUP, 0u);
  EXPECT_NE(rig.poll(fd) & POLLIN, 0u);
  rig.inject(kRst, 12);
  EXPECT_NE(rig.poll(fd) & POLLERR, 0u);
  EXPECT_NE(rig.poll(fd) & POLLHUP, 0u);
}

TEST(EngineCalls, StatusTellsOfConnectionsByNameAndByDescriptor) {
  Rig rig;
  const auto missing = rig.call(Op::Status, -1, {}, event::encode(rig.tuple()));
  EXPECT_EQ(missing, error(ENOENT));
  const int fd = rig.accepted();
  EXPECT_EQ(rig.state_of(fd), "ESTABLISHED");
  rig.send(fd, 0, 100);
  EXPECT_EQ(rig.status(StatusField::Timer), 1);
  EXPECT_EQ(rig.status(StatusField::TimerLeft), 1'000'000);
  EXPECT_EQ(rig.status(StatusField::Unacked), 1);
  EXPECT_EQ(rig.status(StatusField::SendQueue), 100);
  EXPECT_EQ(rig.status(StatusField::SendNxt), std::int64_t{rig.iss() + 101u});
  EXPECT_EQ(rig.status(StatusField::SendCwnd), 10);
  EXPECT_EQ(rig.status(StatusField::ReceiveWindow), 65'535);
  rig.inject(kRst, 1);
  EXPECT_EQ(rig.state_of(fd), "CLOSED");
}

TEST(EngineCalls, TheWorldIsSetBySysctls) {
  for (const char* yes : {"net.ipv4.tcp_syn_retries=2",
                          "net.ipv4.tcp_synack_retries=2",
                          "net.ipv4.tcp_retries2=8",
                          "net.ipv4.tcp_fin_timeout=30",
                          "net.ipv4.tcp_keepalive_time=10",
                          "net.ipv4.tcp_keepalive_intvl=10",
                          "net.ipv4.tcp_keepalive_probes=3",
                          "net.ipv4.tcp_max_syn_backlog=4",
                          "net.core.somaxconn=4",
                          "net.ipv4.tcp_syncookies=0",
                          "net.ipv4.tcp_sack=0",
                          "net.ipv4.tcp_timestamps=0",
                          "net.ipv4.tcp_window_scaling=0",
                          "net.ipv4.tcp_ecn=0",
                          "net.ipv4.tcp_fastopen=0",
                          "net.ipv4.tcp_rmem=4096 87380 600000",
                          "net.ipv4.tcp_wmem = \"4096\t16384\t400000\"",
                          "net.ipv4.tcp_invalid_ratelimit=0",
                          "engine.first_isn=4294967295",
                          " net.ipv4.tcp_sack = 0 "}) {
    EXPECT_TRUE(understands(yes)) << yes;
  }
  for (const char* no :
       {"", "=", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_syncookies=", "net.ipv4.tcp_syncookies=1",
        "net.ipv4.tcp_sack=1", "net.ipv4.tcp_syn_retries=-1", "net.ipv4.tcp_syn_retries=2x",
        "net.ipv4.tcp_syn_retries=99999999999999999999", "net.ipv4.tcp_rmem=4096",
        "net.ipv4.tcp_rmem=1 2 3 4", "net.ipv4.tcp_unheard_of=1", "net.ipv4.tcp_syn_retries=1 2"}) {
    EXPECT_FALSE(understands(no)) << no;
  }
  Rig rig;
  EXPECT_EQ(rig.call(Op::World, -1, {}, {}, "net.ipv4.tcp_sack=1"), error(EOPNOTSUPP));
  EXPECT_TRUE(rig.world("net.core.somaxconn=1"));
  rig.listen(100);
  rig.inject(kSyn, 0);
  rig.set_remote({kRemote, 2});
  rig.inject(kSyn, 0);
  EXPECT_EQ(rig.sent().size(), 1u);
}

TEST(EngineCalls, SixWorksAsFourDoes) {
  Rig rig{config_of(wire::IpAddress::v6(0x2001'0DB8'0000'0000, 1))};
  const int fd = rig.accepted();
  rig.inject(kAck, 1, 1, 10);
  EXPECT_EQ(rig.receive(fd)->data, stream(1, 10));
  rig.send(fd, 0, 10);
  EXPECT_EQ(rig.sent(), Lines{"P. 1:11(10) ack 11 win 65525"});
  rig.call(Op::Close, fd);
  rig.inject(kFin | kAck, 11, 12);
  EXPECT_EQ(rig.state(), "TIME-WAIT");
}

}  // namespace
}  // namespace harness::engine
