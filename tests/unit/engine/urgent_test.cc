#include <poll.h>
#include <sys/ioctl.h>

#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kUrg;

void urgent(Rig& rig, std::uint32_t seq, std::size_t octets, std::uint16_t pointer,
            wire::Flags flags = kAck | kUrg) {
  wire::SegmentSpec spec;
  spec.urgent = pointer;
  rig.inject(flags, seq, 1, octets, 65'535, spec);
}

TEST(EngineUrgent, TheApplicationIsToldUntilItHasReadPastThePointer) {
  Rig rig;
  const int fd = rig.accepted();
  EXPECT_EQ(rig.poll(fd) & POLLPRI, 0u);
  urgent(rig, 1, 10, 8);
  EXPECT_NE(rig.poll(fd) & POLLPRI, 0u);
  EXPECT_EQ(rig.receive(fd, 7)->data, stream(1, 7)) << "in line with the rest";
  EXPECT_NE(rig.poll(fd) & POLLPRI, 0u);
  EXPECT_EQ(rig.call(Op::Control, fd, {SIOCATMARK, 0, 0}), ok(1));
  EXPECT_EQ(rig.receive(fd, 1)->data, stream(8, 1));
  EXPECT_EQ(rig.poll(fd) & POLLPRI, 0u);
  EXPECT_EQ(rig.receive(fd)->data, stream(9, 2));
}

TEST(EngineUrgent, ThePointerMayRunAheadOfTheText) {
  Rig rig;
  const int fd = rig.accepted();
  urgent(rig, 1, 10, 100);
  rig.receive(fd);
  EXPECT_NE(rig.poll(fd) & POLLPRI, 0u) << "more will come";
  rig.inject(kAck, 11, 1, 90);
  rig.receive(fd);
  EXPECT_EQ(rig.poll(fd) & POLLPRI, 0u);
}

TEST(EngineUrgent, WithoutTheFlagThePointerMeansNothing) {
  Rig rig;
  const int fd = rig.accepted();
  urgent(rig, 1, 10, 5, kAck | kPsh);
  EXPECT_EQ(rig.poll(fd) & POLLPRI, 0u);
}

TEST(EngineUrgent, ItIsNoticedThoughTheWindowIsClosed) {
  Config config = config_of(kLocal);
  config.receive_buffer = 1000;
  Rig rig{config};
  const int fd = rig.accepted();
  rig.inject(kAck, 1, 1, 1000);
  urgent(rig, 1001, 1, 50);
  EXPECT_NE(rig.poll(fd) & POLLPRI, 0u);
}

TEST(EngineUrgent, BehindTheFinItIsIgnored) {
  Rig rig;
  const int fd = rig.accepted();
  rig.inject(kAck | kFin, 1, 1);
  urgent(rig, 2, 5, 5);
  EXPECT_EQ(rig.poll(fd) & POLLPRI, 0u);
}

TEST(EngineUrgent, WhatWeSendNamesTheOctetBehindTheLast) {
  Rig rig;
  const int fd = rig.accepted(65'535, Rig::mss(1000));
  rig.send(fd, 0, 1500, MSG_OOB);
  EXPECT_EQ(rig.sent(), Lines{"U. 1:1001(1000) ack 1 win 65535 urg 1500"});
  rig.inject(kAck, 1, 1001);
  EXPECT_EQ(rig.sent(), Lines{"PU. 1001:1501(500) ack 1 win 65535 urg 500"});
  rig.inject(kAck, 1, 1501);
  rig.send(fd, 0, 10);
  EXPECT_EQ(rig.sent(), Lines{"P. 1501:1511(10) ack 1 win 65535"});
}

}  // namespace
}  // namespace harness::engine
