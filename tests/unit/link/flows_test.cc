#include "harness/link/flows.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "tests/unit/link/path.h"

namespace harness::link {
namespace {

using namespace std::chrono_literals;
using enum event::Direction;

const wire::Endpoint kTarget{wire::IpAddress::v4(1), 8080};

// A connection of a target with a peer at this port, and faults on its link; what is sent says
// whether it arrived.
class Aimed {
 public:
  explicit Aimed(std::string_view text) : path_(parse_faults(text).value()) {}

  bool from_target(std::uint32_t seq, wire::Flags flags, std::string_view data = {},
                   wire::Port peer = 40000) {
    return send(FromTarget, seq, flags, data, peer);
  }
  bool to_target(std::uint32_t seq, wire::Flags flags, std::string_view data = {},
                 wire::Port peer = 40000) {
    return send(ToTarget, seq, flags, data, peer);
  }
  void at(clock::Duration when) { when_ = when; }
  void acknowledge(std::uint32_t ack) { ack_ = ack; }
  void know(event::TcpState state, wire::Port peer = 40000) {
    path_.link.know({.local = kTarget, .remote = {wire::IpAddress::v4(2), peer}}, state);
  }
  bool wants_states() const { return path_.link.wants_states(); }

 private:
  bool send(event::Direction direction, std::uint32_t seq, wire::Flags flags, std::string_view data,
            wire::Port peer) {
    const bool out = direction == FromTarget;
    const auto theirs = wire::IpAddress::v4(2);
    const wire::IpHeader ip{.source = out ? kTarget.address : theirs,
                            .destination = out ? theirs : kTarget.address};
    wire::Segment segment{.source = out ? kTarget.port : peer,
                          .destination = out ? peer : kTarget.port,
                          .seq = wire::SeqNum{seq},
                          .ack = wire::SeqNum{ack_},
                          .flags = flags,
                          .payload = std::as_bytes(std::span{data})};
    base::Bytes octets(wire::datagram_size(ip, segment));
    wire::write(ip, segment, octets);
    path_.send_octets(when_, octets, direction);
    return !path_.receive(when_).empty();
  }

  Path path_;
  clock::Duration when_{};
  std::uint32_t ack_ = 1;
};

constexpr std::uint32_t kIss = 0xFFFF'FFFE;  // Wraps within the first data.

TEST(Flows, TheSecondRetransmissionOfTheFinIsAimedAt) {
  Aimed path{"drop FIN from-target retransmission 2"};
  EXPECT_TRUE(path.from_target(kIss, kSynAck));
  EXPECT_TRUE(path.from_target(kIss + 1, wire::kAck, "abc"));
  EXPECT_TRUE(path.from_target(kIss + 4, kFinAck));  // First.
  EXPECT_TRUE(path.from_target(kIss + 1, wire::kAck, "abc"));
  EXPECT_TRUE(path.from_target(kIss + 1, kFinAck, "abc"));  // With its data: once more.
  EXPECT_FALSE(path.from_target(kIss + 4, kFinAck));        // Twice more.
  EXPECT_TRUE(path.from_target(kIss + 4, kFinAck));
}

TEST(Flows, ARetransmissionIsOfTheSameOctetsHoweverTheyAreCut) {
  Aimed path{"drop retransmission 1 data"};
  EXPECT_TRUE(path.from_target(kIss, kSynAck));
  EXPECT_TRUE(path.from_target(kIss + 1, wire::kAck, "abcdef"));
  EXPECT_TRUE(path.from_target(kIss + 7, wire::kAck, "gh"));
  EXPECT_FALSE(path.from_target(kIss + 3, wire::kAck, "cd"));
  EXPECT_FALSE(path.from_target(kIss + 1, wire::kAck, "ab"));
  EXPECT_TRUE(path.from_target(kIss + 3, wire::kAck, "c"));  // The second time already.
  EXPECT_TRUE(path.from_target(kIss + 9, wire::kAck));       // Carries nothing.
}

TEST(Flows, ASynAndEachDirectionAndEachConnectionCountByThemselves) {
  Aimed path{"drop retransmission 1"};
  EXPECT_TRUE(path.to_target(5, wire::kSyn));
  EXPECT_TRUE(path.to_target(5, wire::kSyn, {}, 40001));
  EXPECT_TRUE(path.from_target(5, kSynAck));
  EXPECT_FALSE(path.to_target(5, wire::kSyn));
  EXPECT_FALSE(path.from_target(5, kSynAck));
  EXPECT_TRUE(path.from_target(6, wire::kAck, "x"));
  EXPECT_TRUE(path.to_target(6, wire::kAck, "x", 40001));
}

TEST(Flows, SequenceNumbersCountFromTheFirst) {
  Aimed path{"drop from-target seq 3..5"};
  EXPECT_TRUE(path.from_target(kIss + 3, wire::kAck, "?"));  // Nobody knows where it began.
  EXPECT_TRUE(path.from_target(kIss, kSynAck));
  EXPECT_TRUE(path.from_target(kIss + 1, wire::kAck, "ab"));   // 1 and 2.
  EXPECT_FALSE(path.from_target(kIss + 2, wire::kAck, "ab"));  // 2 and 3.
  EXPECT_FALSE(path.from_target(kIss + 1, wire::kAck, "abcdefgh"));
  EXPECT_FALSE(path.from_target(kIss + 5, wire::kAck));  // Empty, at 5.
  EXPECT_TRUE(path.from_target(kIss + 6, wire::kAck, "ab"));
}

TEST(Flows, ATargetThatBeginsAnewIsCountedAnew) {
  Aimed path{"drop seq 1 data"};
  EXPECT_TRUE(path.to_target(1000, wire::kSyn));
  path.acknowledge(1001);
  EXPECT_TRUE(path.from_target(kIss, kSynAck));
  EXPECT_FALSE(path.to_target(1001, wire::kAck, "x"));
  EXPECT_TRUE(path.to_target(7777, wire::kSyn));  // Any peer may send this, and nothing begins.
  EXPECT_FALSE(path.to_target(1001, wire::kAck, "x"));
  path.acknowledge(7778);
  EXPECT_TRUE(path.from_target(5000, kSynAck));  // That one begins.
  EXPECT_FALSE(path.from_target(5001, wire::kAck, "x"));
  EXPECT_FALSE(path.to_target(7778, wire::kAck, "x"));
  EXPECT_TRUE(path.to_target(1001, wire::kAck, "x"));
}

TEST(Flows, LengthAndContentAreThoseOfTheData) {
  Aimed length{"drop length 2..3"};
  EXPECT_TRUE(length.from_target(1, wire::kAck, "a"));
  EXPECT_FALSE(length.from_target(1, wire::kAck, "ab"));
  EXPECT_FALSE(length.from_target(1, wire::kAck, "abc"));
  EXPECT_TRUE(length.from_target(1, wire::kAck, "abcd"));
  Aimed content{"drop payload \"b\\x0a\""};
  EXPECT_TRUE(content.from_target(1, wire::kAck, "ab"));
  EXPECT_FALSE(content.from_target(1, wire::kAck, "ab\nc"));
}

TEST(Flows, TimeCountsFromTheStartAndItsEndIsOutside) {
  Aimed path{"blackhole from 1s to 2s to-target"};
  for (const auto& [when, arrives] :
       {std::pair<clock::Duration, bool>{999ms, true}, {1s, false}, {1999ms, false}, {2s, true}}) {
    path.at(when);
    EXPECT_EQ(path.to_target(1, wire::kAck), arrives);
    EXPECT_TRUE(path.from_target(1, wire::kAck));
  }
}

TEST(Flows, AStateIsTheConnectionsOwn) {
  using enum event::TcpState;
  Aimed until{"drop until ESTABLISHED"}, during{"drop while FIN-WAIT-2"},
      since{"drop since FIN-WAIT-2"};
  EXPECT_TRUE(until.wants_states());
  EXPECT_FALSE(Aimed{"drop"}.wants_states());
  const struct {
    event::TcpState state;
    bool until, during, since;  // It arrives.
  } kSteps[] = {{SynReceived, false, true, true},
                {Established, true, true, true},
                {FinWait2, true, false, false},
                {TimeWait, true, true, false},
                {Closed, true, true, false}};
  for (const auto& step : kSteps) {
    for (auto* path : {&until, &during, &since}) path->know(step.state);
    EXPECT_EQ(until.to_target(1, wire::kAck), step.until);
    EXPECT_EQ(during.to_target(1, wire::kAck), step.during);
    EXPECT_EQ(since.to_target(1, wire::kAck), step.since);
    // Of another nothing is known: it is closed.
    EXPECT_FALSE(until.to_target(1, wire::kAck, {}, 40001));
    EXPECT_TRUE(since.to_target(1, wire::kAck, {}, 40001));
  }
}

TEST(Flows, TheNthRangeCountsWhatFitsTheRest) {
  Aimed path{"drop nth 2..3 data"};
  EXPECT_TRUE(path.to_target(1, wire::kAck, "a"));
  EXPECT_TRUE(path.to_target(1, wire::kAck));
  EXPECT_FALSE(path.to_target(1, wire::kAck, "a"));
  EXPECT_FALSE(path.to_target(1, wire::kAck, "a"));
  EXPECT_TRUE(path.to_target(1, wire::kAck, "a"));
}

}  // namespace
}  // namespace harness::link
