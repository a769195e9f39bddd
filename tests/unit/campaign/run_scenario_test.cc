#include "harness/campaign/run_scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/clock/clock.h"
#include "harness/event/start.h"
#include "harness/wire/craft.h"
#include "tests/unit/campaign/played.h"
#include "tests/unit/campaign/real.h"

namespace harness::campaign {
namespace {

using oracle::Verdict;
using testing::HasSubstr;

std::string open(std::string_view then) { return std::string(kOpen) + std::string(then); }

TEST(RunScenario, WhatIsAsWantedPasses) {
  Played played;
  play(played, open("+.1 < P. 1:11(10) ack 1 win 65535\n"
                    "+0~+.5 > . 1:1(0) ack 11\n"
                    "+0 read(4, ..., 100) = 10\n"));
  EXPECT_EQ(played.outcome.verdict, Verdict::Pass) << played.findings();
}

struct Wrong {
  std::string_view name, then, says;
};

// Each script wants one thing that the engine rightly does not do.
constexpr Wrong kWrong[] = {
    {"AckNumber", "+.1 < P. 1:11(10) ack 1 win 65535\n+0~+.5 > . 1:1(0) ack 12\n",
     "test.pkt:10:1: expected"},
    {"NoSegmentAtAll", "+.1~+.2 > . 1:1(0) ack 1\n", "test.pkt:9:1"},
    {"TooEarly", "+0 write(4, ..., 10) = 10\n+1~+2 > P. 1:11(10) ack 1\n", "test.pkt:10:1"},
    {"SomethingInTheSilence", "+.1 < P. 1:11(10) ack 1 win 65535\n+0 silence 1\n", "test.pkt:10:1"},
    {"Result", "+0 write(4, ..., 10) = 9\n", "test.pkt:9:1"},
    {"Errno", "+0 close(9) = -1 ENOENT\n", "test.pkt:9:1"},
    {"State", "+0 state CLOSE-WAIT\n", "test.pkt:9:1"},
    {"ListenerState", "+0 state(3) ESTABLISHED\n", "test.pkt:9:1"},
    {"CallThatNeverReturns", "+0 read(4, ..., 10) = 10\n", "test.pkt:9:1"},
    {"CallThatReturnsTooLate",
     "+0...+.1 read(4, ..., 10) = 10\n+.5 < P. 1:11(10) ack 1 win 65535\n", "test.pkt:9:1"},
    {"NeitherOfTwo", "+0 write(4, ..., 10) = 10\n+0 > R 1:1(0) or F. 1:1(0) ack 1\n",
     "test.pkt:10:1"},
    {"Option", "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 <nop,nop,nop,nop>\n",
     "test.pkt:10:1"},
};

TEST(RunScenario, WhatIsNotAsWantedFailsAtItsLine) {
  for (const Wrong& wrong : kWrong) {
    Played played;
    play(played, open(wrong.then));
    EXPECT_EQ(played.outcome.verdict, Verdict::Fail) << wrong.name;
    EXPECT_THAT(played.findings(), HasSubstr(wrong.says)) << wrong.name;
  }
}

TEST(RunScenario, AScriptStopsAtTheFirstThingThatIsNotAsWanted) {
  Played played;
  play(played, open("+0 state CLOSING\n+0 state CLOSED\n"));
  EXPECT_EQ(played.outcome.findings.size(), 1u) << played.findings();
}

constexpr std::string_view kFine[] = {
    // What the application wrote counts, however the stack cuts it; unless the script is strict.
    "+0 write(4, ..., 2920) = 2920\n+0 > P. 1:2921(2920) ack 1\n",
    // One of several answers, in any place of the list.
    "+0 write(4, ..., 10) = 10\n+0 > R 1:1(0) or P. 1:11(10) ack 1\n",
    "+0 write(4, ..., 10) = 10\n+0 > p. 1:11(10) ack 1\n",
    // Nothing came, and what comes next is for the next line.
    "+0 > R 1:1(0) or nothing\n+.1 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n",
    "+0 write(4, ..., 10) = 10\n+0 > R 1:1(0) or nothing\n+0 > P. 1:11(10) ack 1\n",
    // At any time.
    "+0 write(4, ..., 10) = 10\n* > P. 1:11(10) ack 1\n* > P. 1:11(10) ack 1\n",
    // A call that sleeps while the script goes on.
    "+0...+.1 read(4, ..., 10) = 10\n+.1 < P. 1:11(10) ack 1 win 65535\n+0~+.5 > . 1:1(0) ack 11\n",
    // A second connection beside the first, by its ports.
    "+0 < 50000 > 8080 S 7:7(0) win 65535 <mss 1460>\n"
    "+0 > 8080 > 50000 S. 0:0(0) ack 8 <...>\n"
    "+0 state:50000 SYN-RECEIVED\n+0 state ESTABLISHED\n",
};

TEST(RunScenario, AScriptCanSayMoreThanOneThing) {
  for (const auto then : kFine) {
    Played played;
    play(played, open(then));
    EXPECT_EQ(played.outcome.verdict, Verdict::Pass) << then << played.findings();
  }
}

TEST(RunScenario, ARunIsItsSeed) {
  const auto script = open("+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n");
  Played one, same, other;
  play(one, script, {.seed = 7});
  play(same, script, {.seed = 7});
  play(other, script, {.seed = 8});
  const auto isn = [](const Played& played) {
    for (const auto& record : played.trace.records()) {
      if (record.kind != event::Kind::Packet || record.direction != event::Direction::FromTarget)
        continue;
      const auto ip = wire::DatagramView::parse(played.trace.body(record));
      return wire::SegmentView::parse(ip->payload())->seq().raw();
    }
    return 0u;
  };
  EXPECT_EQ(isn(one), isn(same));
  EXPECT_NE(isn(one), isn(other));
}

TEST(RunScenario, ATraceSaysWhatIsKnownOfItsRun) {
  Played played;
  play(played, "faults: drop FIN to-target nth 1\n" + std::string(kOpen), {.seed = 9});
  const auto start = event::start_of(played.trace);
  EXPECT_EQ(start.get("target"), "engine");
  EXPECT_EQ(start.get("seed"), "9");
  EXPECT_EQ(start.get("local"), "192.0.2.1");
  EXPECT_EQ(start.get("fault"), "drop to-target nth 1 FIN");
}

TEST(RunScenario, WhatTheTargetCannotDoIsNotApplicableAndSaysWhy) {
  Played played;
  play(played, "`sysctl -w net.ipv4.tcp_no_such_thing=1`\n" + std::string(kOpen));
  EXPECT_EQ(played.outcome.verdict, Verdict::NotApplicable);
  EXPECT_THAT(played.outcome.reason, HasSubstr("tcp_no_such_thing"));
  play(played, "`ip link set lo up`\n" + std::string(kOpen));
  EXPECT_EQ(played.outcome.verdict, Verdict::NotApplicable);
  EXPECT_THAT(played.outcome.reason, HasSubstr("shell"));
  const std::string quench = std::string(kOpen) + "+0 < icmp source_quench\n";
  play(played, quench, {.ip = Family::V6});
  EXPECT_EQ(played.outcome.verdict, Verdict::NotApplicable);
  EXPECT_THAT(played.outcome.reason, HasSubstr("IPv6 has no ICMP `source_quench`"));
  play(played, quench);
  EXPECT_EQ(played.outcome.verdict, Verdict::Pass);
  play(played, "needs: shell\n" + std::string(kOpen));
  EXPECT_EQ(played.outcome.verdict, Verdict::NotApplicable);
}

TEST(RunScenario, ASystemThatRefusesIsAHarnessError) {
  Played played;
  play(played, kOpen, {}, [](const target::Host&) -> std::unique_ptr<target::Target> {
    throw base::SystemError{"open /dev/net/tun", EACCES};
  });
  EXPECT_EQ(played.outcome.verdict, Verdict::HarnessError);
  EXPECT_THAT(played.outcome.reason, HasSubstr("open /dev/net/tun: Permission denied"));
}

// An engine whose clock goes on a tenth of a second too far whenever it is waited for.
class Sluggish final : public clock::Clock {
 public:
  clock::Instant now() const override { return now_; }
  void wait_until(clock::Instant until) override {
    if (now_ < until) now_ = until + std::chrono::milliseconds{100};
  }

 private:
  clock::Instant now_;
};

target::Host sluggish(target::Host host) {
  host.clock = std::make_shared<Sluggish>();
  return host;
}

TEST(RunScenario, OurOwnLatenessIsTriedThriceAndThenInconclusive) {
  Played played;
  int made = 0;
  play(played, open("+.5 state ESTABLISHED\n+.5 < . 1:1(0) ack 1 win 65535\n"), {},
       [&](const target::Host& host) {
         ++made;
         return target::inproc::make(sluggish(host));
       });
  EXPECT_EQ(played.outcome.verdict, Verdict::Inconclusive) << played.findings();
  EXPECT_EQ(made, 3);
}

TEST(RunScenario, WhatComesBehindASilenceThatWeLookBackAtTooLateDoesNotBreakIt) {
  const auto make = [](const target::Host& host) { return target::inproc::make(sluggish(host)); };
  // RFC 6298, 2.4: the timer is a second. The silence ends before, and we wake up after it.
  constexpr std::string_view kTolerant = "--tolerance_usecs=150000\n";
  constexpr std::string_view kBegin =
      "+0 write(4, ..., 10) = 10\n"
      "+0 > P. 1:11(10) ack 1\n";
  Played played;
  play(played,
       std::string{kTolerant} +
           open(std::string{kBegin} + "+0 silence .95\n+0~+.1 > P. 1:11(10) ack 1\n"),
       {}, make);
  EXPECT_EQ(played.outcome.verdict, Verdict::Pass) << played.findings();
  play(played, std::string{kTolerant} + open(std::string{kBegin} + "+0 silence 1.3\n"), {}, make);
  EXPECT_EQ(played.outcome.verdict, Verdict::Fail) << played.findings();
}

TEST(RunScenario, AnInterruptedRunIsNoPass) {
  volatile std::sig_atomic_t stop = 1;
  Played played;
  play(played, kOpen, {.stop = &stop});
  EXPECT_NE(played.outcome.verdict, Verdict::Pass);
  EXPECT_TRUE(played.outcome.interrupted);
}

TEST(RunScenario, AFaultThatNeverStruckAndAScriptThatExpectsNothingAreWarnings) {
  Played played;
  play(played, "faults: drop FIN to-target nth 1\n" + std::string(kOpen));
  ASSERT_EQ(played.outcome.warnings.size(), 1u);
  EXPECT_THAT(played.outcome.warnings[0], HasSubstr("drop to-target nth 1 FIN"));
  play(played, "0 < R 1:1(0) win 0\n");
  ASSERT_EQ(played.outcome.warnings.size(), 1u);
  EXPECT_THAT(played.outcome.warnings[0], HasSubstr("nothing is expected"));
}

// It sends a segment whose checksum is wrong.
class Broken final : public Real {
 public:
  explicit Broken(const target::Host& host) : Real(host), host_(host) {}
  void collect(event::Trace& trace) override {
    Real::collect(trace);
    if (!std::exchange(sent_, true)) {
      const auto octets =
          wire::craft({.checksum_flip = 1}, {.source = host_.local, .destination = host_.remote},
                      {.source = 8080, .destination = 9, .flags = wire::kRst});
      trace.append_new_packet(event::Kind::Packet, now(), event::Direction::FromTarget,
                              trace.keep(octets), event::kNoRecord);
    }
  }

 private:
  target::Host host_;
  bool sent_ = false;
};

TEST(RunScenario, AFailureOnARealClockCountsWhenItRepeatsThreeTimes) {
  Played played;
  int made = 0;
  const auto wrong = open("+0 write(4, ..., 10) = 9\n");
  play(played, wrong, {}, [&](const target::Host& host) {
    ++made;
    return std::make_unique<Real>(host);
  });
  EXPECT_EQ(played.outcome.verdict, Verdict::Fail);
  EXPECT_EQ(made, 3);

  // The second time the handshake fails already, at another line.
  made = 0;
  play(played, wrong, {}, [&](const target::Host& host) {
    auto elsewhere = host;
    if (++made == 2) elsewhere.local = host.remote;
    return std::make_unique<Real>(elsewhere);
  });
  EXPECT_EQ(played.outcome.verdict, Verdict::Inconclusive);
  EXPECT_THAT(played.findings(), HasSubstr("the same failure 3 times"));
}

TEST(RunScenario, OfSeveralFailuresOnlyThoseThatRepeatCount) {
  Played played;
  int made = 0;
  // The script is wrong every time; only the first time a FIN is lost on its way, never to return.
  const auto wrong = open("+0 write(4, ..., 10) = 9\n");
  play(played, wrong, {}, [&](const target::Host& host) -> std::unique_ptr<target::Target> {
    if (++made == 1) return std::make_unique<Broken>(host);
    return std::make_unique<Real>(host);
  });
  EXPECT_EQ(played.outcome.verdict, Verdict::Fail) << played.findings();
  EXPECT_EQ(made, 3);
  EXPECT_THAT(played.findings(), HasSubstr("a checksum that verifies"));
  for (const auto& finding : played.outcome.findings) {
    const bool repeats = finding.checker == "expectations";
    EXPECT_EQ(finding.verdict, repeats ? Verdict::Fail : Verdict::Inconclusive) << finding.text;
  }
}

// It could not see all that went on, the first times it was made.
class Doubting final : public Real {
 public:
  Doubting(const target::Host& host, bool doubts) : Real(host), doubts_(doubts) {}
  std::optional<std::string> doubt() override {
    return doubts_ ? std::optional<std::string>{"somebody set the clock"} : std::nullopt;
  }

 private:
  bool doubts_;
};

TEST(RunScenario, ATargetThatDoubtsItsRecordMakesAFailureInconclusive) {
  Played played;
  int made = 0, doubtful = 100;
  const auto make = [&](const target::Host& host) {
    return std::make_unique<Doubting>(host, made++ < doubtful);
  };
  play(played, open("+0 write(4, ..., 10) = 9\n"), {}, make);
  EXPECT_EQ(played.outcome.verdict, Verdict::Inconclusive);
  EXPECT_GE(played.outcome.findings.size(), 2u);
  for (const auto& finding : played.outcome.findings) {
    EXPECT_EQ(finding.verdict, Verdict::Inconclusive) << finding.text;
  }
  EXPECT_EQ(played.outcome.findings.back().text, "somebody set the clock");

  // Played again it may go well.
  made = 0;
  doubtful = 1;
  play(played, open("+0 write(4, ..., 10) = 10\n"), {}, make);
  EXPECT_EQ(played.outcome.verdict, Verdict::Pass);
  EXPECT_EQ(made, 2);
}

constexpr std::string_view kWrongAtLast =
    "+.5 < . 1:1(0) ack 1 win 65535\n"
    "+0 write(4, ..., 10) = 9\n";

TEST(RunScenario, ARepetitionInWhichWeWereLateIsTriedAgain) {
  Played played;
  int made = 0;
  play(played, open(kWrongAtLast), {}, [&](const target::Host& host) {
    return std::make_unique<Real>(++made == 2 ? sluggish(host) : host);
  });
  EXPECT_EQ(played.outcome.verdict, Verdict::Fail) << played.findings();
  EXPECT_EQ(made, 4);
}

// What keeps the machine busy keeps it busy for a while: tries at once would be late together.
TEST(RunScenario, BetweenTriesThatProveNothingThereIsAPause) {
  Played played;
  const clock::SteadyClock clock;
  std::vector<clock::Instant> made;
  play(played, open("+0 write(4, ..., 10) = 10\n"), {}, [&](const target::Host& host) {
    made.push_back(clock.now());
    return std::make_unique<Doubting>(host, true);
  });
  ASSERT_EQ(made.size(), 3u);
  EXPECT_GE(made[1] - made[0], std::chrono::milliseconds{100});
  EXPECT_GE(made[2] - made[1], std::chrono::milliseconds{500});
}

TEST(RunScenario, WhenEveryTryOfARepetitionIsLateTheFailureIsInconclusiveForThatReason) {
  Played played;
  int made = 0;
  play(played, open(kWrongAtLast), {}, [&](const target::Host& host) {
    return std::make_unique<Real>(++made > 1 ? sluggish(host) : host);
  });
  EXPECT_EQ(played.outcome.verdict, Verdict::Inconclusive) << played.findings();
  EXPECT_EQ(made, 4);
  EXPECT_THAT(played.outcome.findings.back().text, HasSubstr("the tool itself was late"));
}

TEST(RunScenario, AFailureWhoseRepetitionCannotBeMadeIsAHarnessError) {
  Played played;
  int made = 0;
  play(played, open(kWrongAtLast), {},
       [&](const target::Host& host) -> std::unique_ptr<target::Target> {
         if (++made == 2) throw base::SystemError{"open /dev/net/tun", EMFILE};
         return std::make_unique<Real>(host);
       });
  EXPECT_EQ(played.outcome.verdict, Verdict::HarnessError);
  EXPECT_THAT(played.outcome.reason, HasSubstr("repetition 2"));
  EXPECT_THAT(played.outcome.reason, HasSubstr("open /dev/net/tun"));
}

TEST(RunScenario, AFailureWhoseRepetitionIsInterruptedIsNotReported) {
  volatile std::sig_atomic_t stop = 0;
  Played played;
  int made = 0;
  play(played, open(kWrongAtLast), {.stop = &stop}, [&](const target::Host& host) {
    stop = ++made == 2;
    return std::make_unique<Real>(host);
  });
  EXPECT_TRUE(played.outcome.interrupted);
  EXPECT_EQ(made, 2);
}

TEST(RunScenario, SegmentsThatNoLineAccountsForAreWarnings) {
  Played played;
  play(played, open("+0 write(4, ..., 10) = 10\n"));
  EXPECT_EQ(played.outcome.verdict, Verdict::Pass);
  ASSERT_EQ(played.outcome.warnings.size(), 1u);
  EXPECT_THAT(played.outcome.warnings[0], HasSubstr("no line accounts for `P. "));
  play(played, open("+0 write(4, ..., 10) = 10\n"), {.strict = true});
  EXPECT_NE(played.outcome.verdict, Verdict::Pass);
}

}  // namespace
}  // namespace harness::campaign
