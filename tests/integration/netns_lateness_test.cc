#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/time.h>

#include <thread>

#include "tests/integration/netns_rig.h"

// What is on record when this process looks too late.
namespace harness::target::netns {
namespace {

using event::Kind;

class NetnsLateness : public NetnsTest {};
INSTANTIATE_TEST_SUITE_P(Wires, NetnsLateness, kBothWires, wire_name);

std::optional<event::Record> reply_record(const Rig& run, std::uint32_t id) {
  for (const auto& record : run.trace().records()) {
    if (record.kind == Kind::Reply && record.id == id) return record;
  }
  return std::nullopt;
}

event::Record call_record(const Rig& run, std::uint32_t id) {
  for (const auto& record : run.trace().records()) {
    if (record.kind == Kind::Call && record.id == id) return record;
  }
  ADD_FAILURE() << "no such call";
  return {};
}

// A connection of which the application has fd `accepted`.
std::int32_t accepted(Rig& run, Peer& peer) {
  const auto listener = run.listener();
  peer.handshake();
  return static_cast<std::int32_t>(run.call({.fd = listener, .op = Op::Accept}).result);
}

// Of an application that waits for what the peer sends, while its own octets are never
// acknowledged.
std::uint32_t read_to_the_timeout(Rig& run, Peer& peer) {
  const auto fd = accepted(run, peer);
  EXPECT_EQ(
      run.call({.fd = fd, .op = Op::SetOption, .args = {IPPROTO_TCP, TCP_USER_TIMEOUT, 100}}).error,
      0);
  EXPECT_EQ(run.send(fd, "never acknowledged").error, 0);
  return run.submit({.fd = fd, .op = Op::Receive, .args = {0, 10}});
}

TEST_P(NetnsLateness, ATimeLimitOfOursEndsACallWhenItDoesNotWhenWeLook) {
  Rig run{GetParam()};
  Peer peer{run, 40000};
  const auto fd = accepted(run, peer);
  // So many milliseconds are whole jiffies, whatever HZ is.
  const timeval limit{.tv_sec = 0, .tv_usec = 100'000};
  const auto octets = std::as_bytes(std::span{&limit, 1});
  ASSERT_EQ(
      run.call({.fd = fd, .op = Op::SetOption, .args = {SOL_SOCKET, SO_RCVTIMEO}, .data = octets})
          .error,
      0);
  const auto id = run.submit({.fd = fd, .op = Op::Receive, .args = {0, 10}});
  const auto made = call_record(run, id);
  std::this_thread::sleep_for(200ms);
  run.collect();
  const auto reply = reply_record(run, id);
  ASSERT_TRUE(reply);
  EXPECT_EQ(run.reply(id)->error, EAGAIN);
  EXPECT_EQ(reply->at, made.at + 100ms);
  EXPECT_EQ(reply->within, 0u);
}

TEST_P(NetnsLateness, ACallThatTheKernelEndsMayHaveEndedAtAnyTimeSinceItWasSeenAsleep) {
  Rig run{GetParam()};
  Peer peer{run, 40000};
  const auto id = read_to_the_timeout(run, peer);
  run.collect();
  const auto last_look = run.target().now();
  std::this_thread::sleep_for(800ms);
  run.collect();
  const auto reply = reply_record(run, id);
  ASSERT_TRUE(reply);
  EXPECT_EQ(run.reply(id)->error, ETIMEDOUT);
  EXPECT_LE(reply->at, last_look);
  EXPECT_GE(reply->at + std::chrono::nanoseconds{reply->within}, last_look + 800ms);
}

TEST_P(NetnsLateness, WhileWeWaitItIsKnownMoreExactly) {
  Rig run{GetParam()};
  Peer peer{run, 40000};
  const auto id = read_to_the_timeout(run, peer);
  const auto asleep = run.target().now();
  while (!run.reply(id) && run.target().now() < asleep + 5s) run.wait(1s);
  const auto reply = reply_record(run, id);
  ASSERT_TRUE(reply);
  // RFC 6298, 5: no timer of the kernel's can have ended it so early.
  EXPECT_GT(reply->at, asleep + 50ms);
}

TEST_P(NetnsLateness, TheKernelReactsAtOnceHereOrDoctorSaysOtherwise) {
  for (const bool v6 : {false, true}) {
    Rig run{GetParam(), v6};
    EXPECT_TRUE(run.target().can(Capability::Cut));
    EXPECT_THAT(run.collect(), testing::IsEmpty()) << "left over from the probing";
  }
}

TEST_P(NetnsLateness, WhatWasDroppedLastIsCountedWhenTheRunIsConcluded) {
  Rig run{GetParam()};
  event::Trace trace;
  const wire::IpHeader ip{.source = run.host().remote, .destination = run.host().local};
  const auto body =
      trace.keep(wire::craft({.checksum_flip = 1}, ip, {.source = 40000, .destination = kServer}));
  run.target().conclude(trace);
  EXPECT_EQ(trace.size(), 0u) << "nothing was dropped yet";
  run.target().submit(
      event::Packet{.direction = {}, .id = trace.size(), .gso_size = 0, .body = body}, trace);
  run.target().conclude(trace);
  std::string notes;
  for (const auto& record : trace.records()) {
    if (record.kind == Kind::Note) notes += trace.text(record);
  }
  EXPECT_THAT(notes, testing::HasSubstr("the kernel counted: "));
  EXPECT_THAT(notes, testing::HasSubstr("Tcp.InErrs +1"));
}

}  // namespace
}  // namespace harness::target::netns
