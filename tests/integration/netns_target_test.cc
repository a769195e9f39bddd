#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "harness/target/netns/linux_target.h"
#include "tests/integration/netns_rig.h"

namespace harness::target::netns {
namespace {

using event::Kind;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

class NetnsTarget : public NetnsTest {};
INSTANTIATE_TEST_SUITE_P(Wires, NetnsTarget, kBothWires, wire_name);

template <class T>
event::Span octets_of(const T& value) {
  return std::as_bytes(std::span{&value, 1});
}

std::int32_t fd_of(const event::Reply& reply) { return static_cast<std::int32_t>(reply.result); }

// The socket of a connection that the peer opened.
std::int32_t accepted_on(Rig& run, Peer& peer) {
  const auto listener = run.listener();
  peer.handshake();
  return fd_of(run.call({.fd = listener, .op = Op::Accept}));
}

TEST_P(NetnsTarget, NamesItselfAndWhatItCan) {
  Rig run{GetParam()};
  EXPECT_EQ(run.target().name(), "linux");
  EXPECT_FALSE(run.target().version().empty());
  EXPECT_TRUE(run.target().can(Capability::Cut));
  EXPECT_TRUE(run.target().can(Capability::Status));
  EXPECT_TRUE(run.target().can(Capability::World));
  EXPECT_FALSE(run.target().can(Capability::VirtualTime));
  EXPECT_FALSE(run.target().can(Capability::Shell));
  EXPECT_FALSE(run.target().next_deadline());
}

// Each would speak on the wire for itself.
TEST_P(NetnsTarget, TheDeviceHasTheHostsAddressAndNoneOfItsOwn) {
  Rig run{GetParam(), true};
  std::ifstream addresses{"/proc/thread-self/net/if_inet6"};  // proc(5): address, index, prefix...
  std::vector<std::string> found;
  for (std::string address, rest; addresses >> address && std::getline(addresses, rest);) {
    found.push_back(address);
  }
  EXPECT_THAT(found, ::testing::UnorderedElementsAre("00000000000000000000000000000001",
                                                     "fd3dfa7bd17d00000000000000000001"));
}

TEST_P(NetnsTarget, TheReactionIsThereWhenSubmitReturns) {
  Rig run{GetParam()};
  run.listener();
  for (std::uint16_t port = 10'000; port < 10'500; ++port) {
    Peer peer{run, port};
    const auto got = peer.send(kSyn);
    ASSERT_EQ(got.size(), 1u) << "at port " << port;
    ASSERT_EQ(got[0].segment.flags, kSyn | kAck);
    const auto cause = run.trace()[got[0].record.cause];
    ASSERT_EQ(cause.kind, Kind::Packet);
    ASSERT_LE(cause.at, got[0].record.at);
    ASSERT_LE(got[0].record.at, run.target().now());
    ASSERT_LT(got[0].record.within, 10'000u);
    ASSERT_TRUE(peer.send(kRst).empty());  // Keeps the queue short.
  }
}

TEST_P(NetnsTarget, DataGoesBothWaysAndEachRecordNamesItsCause) {
  Rig run{GetParam()};
  const auto listener = run.listener();
  EXPECT_EQ(listener, 3);
  Peer peer{run, 40001};
  peer.handshake();
  const auto accepted = run.call({.fd = listener, .op = Op::Accept});
  EXPECT_EQ(accepted.result, 4);
  const wire::FourTuple connection{{run.host().local, kServer}, {run.host().remote, 40001}};
  EXPECT_EQ(event::decode_four_tuple(accepted.data), connection);

  const auto ack = peer.send(kPsh | kAck, "a question");
  ASSERT_EQ(ack.size(), 1u);
  EXPECT_EQ(ack[0].segment.ack, peer.seq());
  EXPECT_EQ(text(run.call({.fd = 4, .op = Op::Receive, .args = {0, 100}}).data), "a question");

  EXPECT_EQ(run.send(4, "an answer").result, 9);
  const auto data = run.came();
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(text(data[0].segment.payload), "an answer");
  EXPECT_EQ(run.trace()[data[0].record.cause].kind, Kind::Call);
  for (const auto& record : run.trace().records()) {
    if (record.kind != Kind::Reply) continue;
    EXPECT_EQ(run.trace()[record.cause].kind, Kind::Call);
    EXPECT_EQ(run.trace()[record.cause].id, record.id);
  }
}

TEST_P(NetnsTarget, AnActiveOpenIsCompletedByTheScript) {
  Rig run{GetParam()};
  const auto fd = run.socket();
  const auto to = event::encode(wire::Endpoint{run.host().remote, 80});
  const auto id = run.submit({.fd = fd, .op = Op::Connect, .data = to});
  const auto syn = run.came();
  ASSERT_EQ(syn.size(), 1u);
  EXPECT_FALSE(run.reply(id));
  EXPECT_EQ(run.call({.fd = fd, .op = Op::Control, .args = {F_GETFL}}).result & O_NONBLOCK, 0);
  Peer peer{run, 80, syn[0].segment.source};
  peer.learn(syn);
  EXPECT_EQ(peer.send(kSyn | kAck).size(), 1u);
  ASSERT_TRUE(run.reply(id));
  EXPECT_EQ(run.reply(id)->result, 0);
  const auto connection = event::decode_four_tuple(run.reply(id)->data);
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->local.port, syn[0].segment.source);
  EXPECT_EQ(run.call({.fd = fd, .op = Op::Connect, .data = to}).error, EISCONN);
}

TEST_P(NetnsTarget, ARefusedOpenSaysSo) {
  Rig run{GetParam()};
  const auto fd = run.socket();
  const auto to = event::encode(wire::Endpoint{run.host().remote, 80});
  const auto id = run.submit({.fd = fd, .op = Op::Connect, .data = to});
  const auto syn = run.came();
  ASSERT_EQ(syn.size(), 1u);
  Peer peer{run, 80, syn[0].segment.source};
  peer.learn(syn);
  peer.send(kRst | kAck);
  ASSERT_TRUE(run.reply(id));
  EXPECT_EQ(run.reply(id)->error, ECONNREFUSED);
}

TEST_P(NetnsTarget, ACallThatSleepsIsAnsweredWhenItsTimeComes) {
  Rig run{GetParam()};
  const auto listener = run.listener();
  const auto accept = run.submit({.fd = listener, .op = Op::Accept});
  Peer peer{run, 40001};
  peer.send(kSyn);
  EXPECT_FALSE(run.reply(accept));
  peer.send(kAck);
  ASSERT_TRUE(run.reply(accept));
  const auto fd = fd_of(*run.reply(accept));

  const auto read = run.submit({.fd = fd, .op = Op::Receive, .args = {0, 100}});
  EXPECT_FALSE(run.reply(read));
  peer.send(kPsh | kAck, "data");
  ASSERT_TRUE(run.reply(read));
  EXPECT_EQ(text(run.reply(read)->data), "data");

  const auto at_end = run.submit({.fd = fd, .op = Op::Receive, .args = {0, 100}});
  peer.send(kFin | kAck);
  ASSERT_TRUE(run.reply(at_end));
  EXPECT_EQ(run.reply(at_end)->result, 0);
}

TEST_P(NetnsTarget, WaitAllGoesOnUntilAllIsThere) {
  Rig run{GetParam()};
  Peer peer{run, 40001};
  const auto fd = accepted_on(run, peer);
  const auto all = run.submit({.fd = fd, .op = Op::Receive, .args = {MSG_WAITALL, 8}});
  peer.send(kPsh | kAck, "half");
  EXPECT_FALSE(run.reply(all));
  peer.send(kPsh | kAck, "whole+");
  ASSERT_TRUE(run.reply(all));
  EXPECT_EQ(text(run.reply(all)->data), "halfwhol");
  const auto rest = run.submit({.fd = fd, .op = Op::Receive, .args = {MSG_WAITALL, 8}});
  EXPECT_FALSE(run.reply(rest));
  peer.send(kFin | kAck);
  ASSERT_TRUE(run.reply(rest));
  EXPECT_EQ(text(run.reply(rest)->data), "e+");
}

TEST_P(NetnsTarget, ALongSendSleepsUntilThePeerHasRoom) {
  Rig run{GetParam()};
  Peer peer{run, 40001};
  const auto fd = accepted_on(run, peer);
  std::string stream(4 << 20, '.');
  for (std::size_t i = 0; i < stream.size(); ++i) stream[i] = static_cast<char>('a' + i % 23);
  const auto id = run.submit({.fd = fd, .op = Op::Send, .data = base::as_bytes(stream)});
  EXPECT_FALSE(run.reply(id));
  std::string arrived;
  auto got = run.came();
  for (int i = 0; i < 10'000 && arrived.size() < stream.size(); ++i) {
    for (const Got& g : got) arrived += text(g.segment.payload);
    peer.learn(got);
    got = peer.send(kAck);
  }
  EXPECT_TRUE(arrived == stream);
  ASSERT_TRUE(run.reply(id));
  EXPECT_EQ(run.reply(id)->result, 4 << 20);
}

TEST_P(NetnsTarget, ASleepHasItsTimeLimit) {
  Rig run{GetParam()};
  const auto listener = run.listener();
  const timeval limit{.tv_sec = 0, .tv_usec = 20'000};
  run.call({.fd = listener,
            .op = Op::SetOption,
            .args = {SOL_SOCKET, SO_RCVTIMEO},
            .data = octets_of(limit)});
  const auto id = run.submit({.fd = listener, .op = Op::Accept});
  const auto deadline = run.target().next_deadline();
  ASSERT_TRUE(deadline);
  run.target().wait(*deadline);
  EXPECT_GE(run.target().now(), *deadline);
  run.collect();
  ASSERT_TRUE(run.reply(id));
  EXPECT_EQ(run.reply(id)->error, EAGAIN);
}

TEST_P(NetnsTarget, CloseWithALingerTimeReturnsWhenTheFinIsAcknowledged) {
  Rig run{GetParam()};
  Peer peer{run, 40001};
  const auto fd = accepted_on(run, peer);
  const ::linger linger{.l_onoff = 1, .l_linger = 5};
  run.call(
      {.fd = fd, .op = Op::SetOption, .args = {SOL_SOCKET, SO_LINGER}, .data = octets_of(linger)});
  const auto id = run.submit({.fd = fd, .op = Op::Close});
  peer.learn(run.came());
  EXPECT_FALSE(run.reply(id));
  EXPECT_TRUE(run.target().next_deadline());
  peer.send(kAck);
  ASSERT_TRUE(run.reply(id));
  EXPECT_EQ(run.reply(id)->result, 0);
}

TEST_P(NetnsTarget, AbortResetsAndNamesAreGivenAgain) {
  Rig run{GetParam()};
  Peer peer{run, 40001};
  const auto fd = accepted_on(run, peer);
  EXPECT_EQ(run.call({.fd = fd, .op = Op::Abort}).result, 0);
  const auto got = run.came();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_TRUE(got[0].segment.flags.rst());
  EXPECT_EQ(run.call({.fd = fd, .op = Op::Close}).error, EBADF);
  EXPECT_EQ(run.socket(), fd);
}

TEST_P(NetnsTarget, ASocketClosedUnderASleepingReadLivesUntilThatIsOver) {
  Rig run{GetParam()};
  Peer peer{run, 40001};
  const auto fd = accepted_on(run, peer);
  const auto read = run.submit({.fd = fd, .op = Op::Receive, .args = {0, 10}});
  EXPECT_EQ(run.call({.fd = fd, .op = Op::Close}).result, 0);
  EXPECT_TRUE(run.came().empty());
  const auto got = peer.send(kPsh | kAck, "late");
  EXPECT_EQ(text(run.reply(read)->data), "late");
  ASSERT_EQ(got.size(), 2u);  // The acknowledgment, and the FIN.
  EXPECT_TRUE(got[1].segment.flags.fin());
}

TEST_P(NetnsTarget, OptionsFlagsAndReadinessAreTheSocketsOwn) {
  Rig run{GetParam()};
  const auto listener = run.listener(SOCK_STREAM | SOCK_NONBLOCK);
  EXPECT_EQ(run.call({.fd = listener, .op = Op::Accept}).error, EAGAIN);
  run.call({.fd = listener, .op = Op::SetOption, .args = {IPPROTO_TCP, TCP_KEEPIDLE, 7}});
  const auto option =
      run.call({.fd = listener, .op = Op::GetOption, .args = {IPPROTO_TCP, TCP_KEEPIDLE, 64}});
  int seconds = 0;
  ASSERT_EQ(option.data.size(), sizeof seconds);
  std::memcpy(&seconds, option.data.data(), sizeof seconds);
  EXPECT_EQ(seconds, 7);
  EXPECT_EQ(run.call({.fd = listener, .op = Op::Poll, .args = {POLLIN}}).result, 0);
  Peer peer{run, 40001};
  peer.handshake();
  const auto ready = run.call({.fd = listener, .op = Op::Poll, .args = {POLLIN}});
  EXPECT_EQ(ready.result, 1);
  EXPECT_EQ(ready.flags, static_cast<std::uint32_t>(POLLIN));
  EXPECT_EQ(run.call({.fd = 77, .op = Op::Poll, .args = {POLLIN}}).flags,
            static_cast<std::uint32_t>(POLLNVAL));
}

TEST_P(NetnsTarget, TimersOfTheKernelAreSeenWithTheirOwnTime) {
  Rig run{GetParam()};
  run.listener();
  Peer peer{run, 40001};
  const auto first = peer.send(kSyn);
  const auto again = run.wait(5s);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].segment.flags, kSyn | kAck);
  EXPECT_EQ(again[0].record.cause, event::kNoRecord);
  // RFC 6298, 2.1: an initial RTO of 1 second; a jiffies timer may be late.
  const auto gap = again[0].record.at - first[0].record.at;
  EXPECT_GE(gap, 900ms);
  EXPECT_LE(gap, 1500ms);
}

TEST_P(NetnsTarget, ABurstIsCutToTheMtuAndSummed) {
  Rig run{GetParam()};
  Peer peer{run, 40001};
  const auto fd = accepted_on(run, peer);
  EXPECT_EQ(run.send(fd, std::string(10'000, 'x')).result, 10'000);
  std::size_t octets = 0;
  clock::Instant before{};
  for (const Got& g : run.came()) {  // Which verifies each checksum.
    EXPECT_LE(g.segment.payload.size(), 1460u);
    EXPECT_LE(before, g.record.at);
    before = g.record.at;
    octets += g.segment.payload.size();
  }
  EXPECT_EQ(octets, 10'000u);
}

TEST_P(NetnsTarget, WhatIsNoDatagramIsNotedNotThrown) {
  Rig run{GetParam()};
  event::Trace trace;
  for (const std::string_view octets : {"", "\x10nonsense", "\x45", "\x60..."}) {
    const auto body = trace.keep(base::as_bytes(octets));
    run.target().submit(
        event::Packet{.direction = {}, .id = trace.size(), .gso_size = 0, .body = body}, trace);
  }
  EXPECT_EQ(trace.records().front().kind, Kind::Packet);
  std::string notes;
  for (const auto& record : trace.records()) {
    if (record.kind == Kind::Note) notes += trace.text(record);
  }
  EXPECT_THAT(notes, testing::HasSubstr("the kernel has not seen it: "));
}

TEST_P(NetnsTarget, WhatTheWireCannotCarryMakesTheRecordDoubtful) {
  Rig run{GetParam()};
  event::Trace trace;
  EXPECT_FALSE(run.target().doubt());
  const wire::IpHeader ip{.source = run.host().remote, .destination = run.host().local};
  const base::Bytes octets(3000);
  wire::Segment segment{.source = 40000, .destination = kServer};
  segment.payload = octets;
  const auto body = trace.keep(wire::craft({}, ip, segment));
  run.target().submit(
      event::Packet{.direction = {}, .id = trace.size(), .gso_size = 0, .body = body}, trace);
  const auto doubt = run.target().doubt();
  ASSERT_EQ(doubt.has_value(), GetParam() == WireKind::Raw);
  if (doubt) {
    EXPECT_THAT(*doubt, testing::HasSubstr("longer than the link's MTU"));
  }
}

}  // namespace
}  // namespace harness::target::netns
