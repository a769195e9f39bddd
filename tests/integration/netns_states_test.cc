#include <netinet/in.h>

#include <cerrno>

#include "tests/integration/netns_rig.h"

namespace harness::target::netns {
namespace {

using event::StatusField;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

class NetnsStates : public NetnsTest {};
INSTANTIATE_TEST_SUITE_P(Wires, NetnsStates, kBothWires, wire_name);

event::Status of(const event::Reply& reply) {
  EXPECT_EQ(reply.error, 0);
  return event::decode_status(reply.data).value_or(event::Status{});
}

std::int32_t taken(Rig& run, std::int32_t listener) {
  return static_cast<std::int32_t>(run.call({.fd = listener, .op = Op::Accept}).result);
}

void expect_passive_states(Rig& run) {
  const auto listener = run.listener();
  EXPECT_EQ(of(run.call({.fd = listener, .op = Op::Status})).state(), TcpState::Listen);
  Peer peer{run, 40001};
  EXPECT_EQ(run.status(40001).error, ENOENT);
  peer.send(kSyn);
  EXPECT_EQ(peer.state(), TcpState::SynReceived);
  peer.send(kAck);
  EXPECT_EQ(peer.state(), TcpState::Established);
  const auto fd = taken(run, listener);
  EXPECT_EQ(of(run.call({.fd = fd, .op = Op::Status})).state(), TcpState::Established);
  peer.send(kFin | kAck);
  EXPECT_EQ(peer.state(), TcpState::CloseWait);
  run.call({.fd = fd, .op = Op::Close});
  peer.learn(run.came());
  EXPECT_EQ(peer.state(), TcpState::LastAck);
  peer.send(kAck);
  EXPECT_EQ(run.status(40001).result, -1);
  EXPECT_EQ(run.status(40001).error, ENOENT);
}

TEST_P(NetnsStates, APassiveCloseIsSeenFromListenToClosed) {
  Rig run{GetParam()};
  expect_passive_states(run);
}

TEST_P(NetnsStates, TheSameOverIpv6) {
  Rig run{GetParam(), true};
  if (!run.target().can(Capability::Ipv6)) GTEST_SKIP() << "This kernel has no IPv6.";
  expect_passive_states(run);
}

TEST_P(NetnsStates, AnActiveCloseIsSeenFromFinWait1ToTimeWait) {
  Rig run{GetParam()};
  const auto listener = run.listener();
  Peer peer{run, 40001};
  peer.handshake();
  run.call({.fd = taken(run, listener), .op = Op::Close});
  peer.learn(run.came());
  EXPECT_EQ(peer.state(), TcpState::FinWait1);
  peer.send(kAck);
  EXPECT_EQ(peer.state(), TcpState::FinWait2);
  peer.send(kFin | kAck);
  EXPECT_EQ(peer.state(), TcpState::TimeWait);
  // 2MSL need not be waited for: the timer tells what is left.
  const auto status = of(run.status(40001));
  EXPECT_EQ(status.get(StatusField::Timer), 3);
  EXPECT_GT(status.get(StatusField::TimerLeft).value_or(0), 50'000'000);
}

TEST_P(NetnsStates, ASimultaneousCloseIsSeenInClosing) {
  Rig run{GetParam()};
  const auto listener = run.listener();
  Peer peer{run, 40001};
  peer.handshake();
  run.call({.fd = taken(run, listener), .op = Op::Close});
  const auto fin = run.came();
  peer.send(kFin | kAck);  // Our FIN not acknowledged.
  EXPECT_EQ(peer.state(), TcpState::Closing);
  peer.learn(fin);
  peer.send(kAck);
  EXPECT_EQ(peer.state(), TcpState::TimeWait);
}

// A state, and which timer runs in it, as StatusField::Timer numbers them, for how long at most.
struct Timed {
  TcpState state;
  int timer;
  clock::Duration most{};
};

void expect_timed(const event::Status& status, const Timed& wanted) {
  SCOPED_TRACE(event::name(wanted.state));
  EXPECT_EQ(status.state(), wanted.state);
  EXPECT_EQ(status.get(StatusField::Timer), wanted.timer);
  const auto left = std::chrono::microseconds{status.get(StatusField::TimerLeft).value_or(0)};
  EXPECT_LE(left, wanted.most);
  EXPECT_EQ(left > 0us, wanted.timer != 0);
}

constexpr int kNoTimer = 0, kRetransmission = 1, kTimeWait = 3;

// From a handshake on; the target's application closes first, or the peer.
struct Opened {
  Peer peer;
  std::int32_t fd;

  Opened(Rig& run, std::int32_t listener, wire::Port port) : peer(run, port), fd(-1) {
    peer.handshake();
    fd = taken(run, listener);
  }
};

TEST_P(NetnsStates, EachOfTheElevenIsReadWithItsTimerOrphansToo) {
  Rig run{GetParam()};
  const auto listener = run.listener();
  const auto by_name = [&](wire::Port port) { return of(run.status(port)); };
  const auto by_socket = [&](std::int32_t fd) {
    return of(run.call({.fd = fd, .op = Op::Status}));
  };
  expect_timed(by_socket(listener), {TcpState::Listen, kNoTimer});

  const auto active = run.socket(SOCK_STREAM | SOCK_NONBLOCK);
  EXPECT_EQ(by_socket(active).state(), TcpState::Closed);
  const auto to = event::encode(wire::Endpoint{run.host().remote, 80});
  EXPECT_EQ(run.call({.fd = active, .op = Op::Connect, .data = to}).error, EINPROGRESS);
  expect_timed(by_socket(active), {TcpState::SynSent, kRetransmission, 1s});
  run.came();

  Peer half{run, 40'000};
  half.send(kSyn);
  expect_timed(by_name(40'000), {TcpState::SynReceived, kRetransmission, 1s});
  half.send(kRst);

  Opened idle{run, listener, 40'001};
  expect_timed(by_name(40'001), {TcpState::Established, kNoTimer});
  run.send(idle.fd, "unacknowledged");
  run.came();
  const auto busy = by_name(40'001);
  expect_timed(busy, {TcpState::Established, kRetransmission, 1s});
  EXPECT_EQ(busy.get(StatusField::Unacked), 1);
  EXPECT_GE(busy.get(StatusField::Rto).value_or(0), 200'000);

  // Closed by its peer, then by its owner: from then on nobody's.
  Opened passive{run, listener, 40'002};
  passive.peer.send(kFin | kAck);
  expect_timed(by_name(40'002), {TcpState::CloseWait, kNoTimer});
  run.call({.fd = passive.fd, .op = Op::Close});
  run.came();
  expect_timed(by_name(40'002), {TcpState::LastAck, kRetransmission, 1s});

  Opened both{run, listener, 40'003};
  run.call({.fd = both.fd, .op = Op::Close});
  run.came();
  both.peer.send(kFin | kAck);  // Its FIN crosses ours.
  expect_timed(by_name(40'003), {TcpState::Closing, kRetransmission, 1s});

  Opened first{run, listener, 40'004};
  run.call({.fd = first.fd, .op = Op::Close});
  first.peer.learn(run.came());
  expect_timed(by_name(40'004), {TcpState::FinWait1, kRetransmission, 1s});
  first.peer.send(kAck);
  expect_timed(by_name(40'004), {TcpState::FinWait2, kTimeWait, 60s});
  first.peer.send(kFin | kAck);
  const auto waits = by_name(40'004);
  expect_timed(waits, {TcpState::TimeWait, kTimeWait, 60s});
  // It runs down.
  run.wait(50ms);
  EXPECT_LT(by_name(40'004).get(StatusField::TimerLeft), waits.get(StatusField::TimerLeft));
}

TEST_P(NetnsStates, AnActiveOpenIsSeenInSynSent) {
  Rig run{GetParam()};
  const auto fd = run.socket(SOCK_STREAM | SOCK_NONBLOCK);
  EXPECT_EQ(of(run.call({.fd = fd, .op = Op::Status})).state(), TcpState::Closed);
  const auto to = event::encode(wire::Endpoint{run.host().remote, 80});
  EXPECT_EQ(run.call({.fd = fd, .op = Op::Connect, .data = to}).error, EINPROGRESS);
  const auto status = of(run.call({.fd = fd, .op = Op::Status}));
  EXPECT_EQ(status.state(), TcpState::SynSent);
  EXPECT_EQ(status.get(StatusField::Timer), 1);
  EXPECT_EQ(status.get(StatusField::Rto), 1'000'000);
}

TEST_P(NetnsStates, ASimultaneousOpenIsSeenInSynReceived) {
  Rig run{GetParam()};
  const auto fd = run.socket(SOCK_STREAM | SOCK_NONBLOCK);
  const auto to = event::encode(wire::Endpoint{run.host().remote, 80});
  run.call({.fd = fd, .op = Op::Connect, .data = to});
  const auto syn = run.came();
  ASSERT_EQ(syn.size(), 1u);
  Peer peer{run, 80, syn[0].segment.source};
  const auto answer = peer.send(kSyn);
  ASSERT_EQ(answer.size(), 1u);
  EXPECT_EQ(answer[0].segment.flags, kSyn | kAck);
  EXPECT_EQ(of(run.call({.fd = fd, .op = Op::Status})).state(), TcpState::SynReceived);
}

TEST_P(NetnsStates, ASocketThatWasResetIsClosedToItsOwnerAndGoneToOthers) {
  Rig run{GetParam()};
  const auto listener = run.listener();
  Peer peer{run, 40001};
  peer.handshake();
  const auto fd = taken(run, listener);
  peer.send(kRst | kAck);
  EXPECT_EQ(of(run.call({.fd = fd, .op = Op::Status})).state(), TcpState::Closed);
  EXPECT_EQ(run.status(40001).error, ENOENT);
  EXPECT_EQ(run.call({.fd = fd, .op = Op::Receive, .args = {0, 10}}).error, ECONNRESET);
}

TEST_P(NetnsStates, QueuesAndCountersAreTold) {
  Rig run{GetParam()};
  const auto listener = run.listener();
  Peer peer{run, 40001};
  peer.handshake();
  EXPECT_EQ(of(run.call({.fd = listener, .op = Op::Status})).get(StatusField::ReceiveQueue), 1);
  EXPECT_EQ(of(run.call({.fd = listener, .op = Op::Status})).get(StatusField::SendQueue), 16);
  const auto fd = taken(run, listener);
  peer.send(kPsh | kAck, "seven o");
  run.send(fd, "hello");
  const auto status = of(run.call({.fd = fd, .op = Op::Status}));
  EXPECT_EQ(status.get(StatusField::ReceiveQueue), 7);
  EXPECT_EQ(status.get(StatusField::SendQueue), 5);
  EXPECT_EQ(status.get(StatusField::Unacked), 1);
  EXPECT_EQ(status.get(StatusField::SendMss), 1460);
  EXPECT_EQ(status.get(StatusField::SendWindow), 65535);
  EXPECT_EQ(status.get(StatusField::Timer), 1);
}

TEST_P(NetnsStates, AnIpv6SocketSpeaksIpv4AndIsFoundUnderItsIpv4Name) {
  Rig run{GetParam()};
  if (!run.target().can(Capability::Ipv6)) GTEST_SKIP() << "This kernel has no IPv6.";
  const auto listener = static_cast<std::int32_t>(
      run.call({.op = Op::Socket, .args = {AF_INET6, SOCK_STREAM, 0}}).result);
  const auto any = event::encode(wire::Endpoint{wire::IpAddress::v4(0), kServer});
  EXPECT_EQ(run.call({.fd = listener, .op = Op::Bind, .data = any}).error, 0);
  EXPECT_EQ(run.call({.fd = listener, .op = Op::Listen, .args = {16}}).error, 0);
  EXPECT_EQ(of(run.call({.fd = listener, .op = Op::Status})).get(StatusField::SendQueue), 16);
  Peer peer{run, 40001};
  peer.send(kSyn);
  EXPECT_EQ(peer.state(), TcpState::SynReceived);
  peer.send(kAck);
  const auto reply = run.call({.fd = listener, .op = Op::Accept});
  const wire::FourTuple connection{{run.host().local, kServer}, {run.host().remote, 40001}};
  EXPECT_EQ(event::decode_four_tuple(reply.data), connection);
  const auto status =
      of(run.call({.fd = static_cast<std::int32_t>(reply.result), .op = Op::Status}));
  EXPECT_EQ(status.state(), TcpState::Established);
  EXPECT_TRUE(status.get(StatusField::Timer));
}

TEST_P(NetnsStates, TheSynQueueIsOfTheConnectionNotOfAListenerBesideIt) {
  Rig run{GetParam()};
  run.listener();
  EXPECT_EQ(run.status(40001).error, ENOENT);
  const auto mixed = event::encode(
      wire::FourTuple{{run.host().local, kServer}, {wire::IpAddress::v6(0, 1), 40001}});
  EXPECT_EQ(run.call({.op = Op::Status, .data = mixed}).error, ENOENT);
  EXPECT_EQ(run.call({.op = Op::Status}).error, EINVAL);
  EXPECT_EQ(run.call({.fd = 99, .op = Op::Status}).error, EBADF);
}

}  // namespace
}  // namespace harness::target::netns
