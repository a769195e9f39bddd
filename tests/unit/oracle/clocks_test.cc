#include "harness/oracle/clocks.h"

#include <gtest/gtest.h>

#include <chrono>

#include "harness/wire/craft.h"

namespace harness::oracle {
namespace {

using std::chrono::milliseconds;

const wire::IpHeader kFromTarget{.source = wire::IpAddress::v4(0xC000'0201),
                                 .destination = wire::IpAddress::v4(0xC633'6401)};

class Wire {
 public:
  void send(milliseconds at, wire::Segment segment) {
    segment.source = 8080;
    segment.destination = 40000;
    trace_.append_new_packet(event::Kind::Packet, clock::kStart + at, event::Direction::FromTarget,
                             trace_.keep(wire::craft({}, kFromTarget, segment)), event::kNoRecord);
  }
  void syn_ack(milliseconds at, std::uint32_t seq, std::uint32_t ack) {
    send(at,
         {.seq = wire::SeqNum{seq}, .ack = wire::SeqNum{ack}, .flags = wire::kSyn | wire::kAck});
  }
  void stamp(milliseconds at, std::uint32_t value, wire::Flags flags = wire::kAck) {
    send(at, {.flags = flags, .timestamps = wire::Timestamps{.val = value}});
  }
  std::vector<std::string> broken() const {
    std::vector<std::string> ids;
    for (const auto& one : Clocks{}.check(trace_)) ids.push_back(one.requirements.at(0));
    return ids;
  }

 private:
  event::Trace trace_;
};

TEST(Clocks, AnotherConnectionDoesNotBeginAtTheSameNumber) {
  Wire wire;
  wire.syn_ack(milliseconds{0}, 7, 1001);
  wire.syn_ack(milliseconds{1000}, 7, 1001);  // The same one, again.
  wire.syn_ack(milliseconds{2000}, 500'007, 2001);
  EXPECT_TRUE(wire.broken().empty());
  wire.syn_ack(milliseconds{4000}, 500'007, 3001);
  EXPECT_EQ(wire.broken(), std::vector<std::string>{"MUST-8"});
}

TEST(Clocks, InTheSameInstantNumbersMayBeTheSame) {
  Wire wire;
  wire.syn_ack(milliseconds{0}, 7, 1001);
  wire.syn_ack(milliseconds{0}, 7, 2001);
  EXPECT_TRUE(wire.broken().empty());
}

TEST(Clocks, TheNextConnectionOfTheSameNameBeginsFartherOn) {
  Wire wire;
  wire.syn_ack(milliseconds{0}, 5'000'000, 1001);
  wire.syn_ack(milliseconds{10'000}, 7'500'000, 1001);
  EXPECT_TRUE(wire.broken().empty());
  wire.syn_ack(milliseconds{20'000}, 5'000'000, 1001);
  EXPECT_EQ(wire.broken(), std::vector<std::string>{"MUST-8"});
}

TEST(Clocks, ATimestampIsAnotherOneTwoSecondsLater) {
  Wire wire;
  wire.stamp(milliseconds{0}, 7);
  wire.stamp(milliseconds{1900}, 7);
  wire.stamp(milliseconds{2000}, 8);
  wire.stamp(milliseconds{3900}, 8);
  wire.stamp(milliseconds{9000}, 8, wire::kRst);  // No connection need stand behind it.
  EXPECT_TRUE(wire.broken().empty());
  wire.stamp(milliseconds{4000}, 8);
  EXPECT_EQ(wire.broken(), std::vector<std::string>{"RFC7323-4.1-a"});
}

TEST(Clocks, AnotherConnectionHasAnotherClock) {
  Wire wire;
  wire.stamp(milliseconds{0}, 7);
  wire.stamp(milliseconds{5000}, 7, wire::kSyn);
  EXPECT_TRUE(wire.broken().empty());
}

}  // namespace
}  // namespace harness::oracle
