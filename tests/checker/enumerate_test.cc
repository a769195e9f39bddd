#include "tests/checker/enumerate.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "harness/event/status.h"
#include "harness/event/stream.h"

namespace harness::checker {
namespace {

constexpr std::uint32_t kPeerIsn = 4294967290, kOwnIsn = 7'000'000;  // The peer's numbers wrap.

class Builder {
 public:
  Builder& in(wire::Flags flags, std::uint32_t seq, std::uint32_t ack = 0, std::size_t size = 0) {
    return segment(What::In, flags, kPeerIsn + seq, kOwnIsn + ack, seq, size);
  }
  Builder& out(wire::Flags flags, std::uint32_t seq, std::uint32_t ack = 0, std::size_t size = 0) {
    return segment(What::Out, flags, kOwnIsn + seq, kPeerIsn + ack, seq, size);
  }
  Builder& say(What what, int number = 0) {
    play_.push_back({.what = what, .at = now_, .number = number});
    return *this;
  }
  Builder& wait(Time ms) {
    now_ += ms * kMillisecond;
    return *this;
  }
  Judged judge() { return enumerate(say(What::Wait).play_); }

 private:
  Builder& segment(What what, wire::Flags flags, std::uint32_t seq, std::uint32_t ack,
                   std::uint32_t place, std::size_t size) {
    Step s{.what = what, .at = now_, .seq = seq, .ack = ack, .flags = flags};
    s.octets.resize(size);
    event::fill_stream(s.octets, place - 1,
                       what == What::In ? event::kFromPeer : event::kFromApplication);
    play_.push_back(std::move(s));
    return *this;
  }

  Play play_;
  Time now_ = 0;
};

Builder opened() {
  Builder b;
  b.say(What::Listen).in(wire::kSyn, 0).out(wire::kSyn | wire::kAck, 0, 1).wait(10);
  b.in(wire::kAck, 1, 1).say(What::Accept).wait(100);
  return b;
}

void expect_fail(const Judged& judged, std::string_view rule) {
  EXPECT_EQ(judged.verdict, Verdict::Fail) << rule;
  EXPECT_TRUE(judged.rules.contains(rule)) << rule;
}

TEST(Enumerate, LetsDataBeAcknowledgedLateButNotTooLate) {
  EXPECT_EQ(
      opened().in(wire::kAck, 1, 1, 9).wait(490).out(wire::kAck, 1, 10).wait(9).judge().verdict,
      Verdict::Pass);
  expect_fail(opened().in(wire::kAck, 1, 1, 9).wait(510).out(wire::kAck, 1, 10).judge(), "MUST-40");
  expect_fail(opened().in(wire::kAck, 1, 1, 9).out(wire::kAck, 1, 9).judge(),
              "9293-3.4-acceptability");
}

TEST(Enumerate, KeepsAStackToOneAnswerToAResetThatIsNotExact) {
  const auto reset = [] { return opened().in(wire::kRst, 100); };
  constexpr int kClosed = static_cast<int>(event::TcpState::Closed);
  EXPECT_EQ(reset().out(wire::kAck, 1, 1).wait(10).judge().verdict, Verdict::Pass);
  EXPECT_EQ(reset().wait(10).say(What::State, kClosed).judge().verdict, Verdict::Pass);
  expect_fail(reset()
                  .out(wire::kAck, 1, 1)
                  .wait(2000)
                  .in(wire::kRst, 100)
                  .wait(10)
                  .say(What::State, kClosed)
                  .judge(),
              "RFC5961-3.2-c");
}

TEST(Enumerate, KnowsWhetherTextWasHeldFromWhatIsAcknowledged) {
  const auto filled = [] {
    return opened().in(wire::kAck, 11, 1, 10).out(wire::kAck, 1, 1).in(wire::kAck, 1, 1, 10);
  };
  EXPECT_EQ(filled().out(wire::kAck, 1, 21).wait(10).judge().verdict, Verdict::Pass);
  const auto dropped = filled().out(wire::kAck, 1, 11).wait(10).judge();
  EXPECT_EQ(dropped.verdict, Verdict::NonStrict);
  EXPECT_TRUE(dropped.rules.contains("SHLD-31"));
  expect_fail(filled().out(wire::kAck, 1, 15).judge(), "9293-3.4-acceptability");
}

TEST(Enumerate, WantsEachSegmentAnsweredOnceAtMost) {
  expect_fail(opened().out(wire::kAck, 1, 1).judge(), "RFC5681-4.2-one");
  expect_fail(opened().out(wire::kRst, 1).judge(), "9293-3.5.2-sync-empty-ack");
  expect_fail(Builder{}.in(wire::kAck, 5, 700).wait(10).judge(), "9293-3.5.1-halfopen-data");
}

TEST(Enumerate, SaysWhereAPlayLeavesItsSubset) {
  const auto again = opened().in(wire::kRst, 1).in(wire::kSyn, 900).judge();
  EXPECT_EQ(again.verdict, Verdict::Outside);
  EXPECT_EQ(again.step, 6u);
}

}  // namespace
}  // namespace harness::checker
