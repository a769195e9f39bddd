#include "harness/oracle/expectations.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <limits>
#include <string>
#include <utility>

#include "harness/event/status.h"
#include "tests/unit/oracle/scene.h"

namespace harness::oracle {
namespace {

using namespace std::chrono_literals;
using event::Expectation;
using event::Expected;

TEST(Expectations, ASegmentAsWantedIsNoFinding) {
  Scene scene;
  auto e = scene.wanted(Expected::Packet, scene.from_target({.octets = 10}));
  e.segment.flags = wire::kAck;
  e.segment.payload_length = 10;
  EXPECT_EQ(scene.only(e).verdict, Verdict::Pass);
}

TEST(Expectations, EveryFieldThatDiffersIsTold) {
  Scene scene;
  const auto met = scene.from_target({.flags = wire::kRst | wire::kAck, .position = 5, .ack = 7});
  auto e = scene.wanted(Expected::Packet, met);
  e.segment.flags = wire::kSyn | wire::kAck;
  e.segment.ack = scene.peer_isn + 1;
  e.base = {.seq = scene.target_isn, .ack = scene.peer_isn};
  const auto finding = scene.only(e);
  EXPECT_EQ(finding.verdict, Verdict::Fail);
  EXPECT_EQ(finding.checker, "expectations");
  EXPECT_EQ(finding.requirements, std::vector<std::string>{"MUST-13"});
  EXPECT_EQ(finding.record, met);
  EXPECT_EQ(finding.place->print(), "close/four_way.pkt:12:3");
  EXPECT_EQ(finding.expected, "`+0 > S. 0:0(0) ack 1`");
  EXPECT_EQ(finding.actual, "R. 6:6(0) ack 8 win 65535 at 1.000 s");
  EXPECT_EQ(finding.text, "expected flags S., got R.; expected ack 1, got 8");
}

TEST(Expectations, SeveralSegmentsInOneAreComparedAsOne) {
  Scene scene;
  const auto first = scene.from_target({.octets = 10});
  const auto whole = scene.from_target({.octets = 30});
  auto e = scene.wanted(Expected::Packet, first);
  e.segment.payload_length = 30;
  e.joined = scene.trace[whole].body;
  EXPECT_EQ(scene.only(e).verdict, Verdict::Pass);
}

TEST(Expectations, TimesAreToldInMicrosecondsAsTheLadderDoes) {
  Scene scene;
  scene.now = clock::kStart + 310'123'456ns;
  auto e = scene.wanted(Expected::Packet, scene.from_target({}));
  e.segment.window = std::uint16_t{7};
  EXPECT_TRUE(scene.only(e).actual.ends_with(" at 0.310123 s"));
}

TEST(Expectations, ASegmentThatNeverCameIsMissed) {
  Scene scene;
  auto e = scene.wanted(Expected::Packet, event::kNoRecord);
  e.latest = clock::kStart + 1204ms;
  const auto finding = scene.only(e);
  EXPECT_EQ(finding.verdict, Verdict::Fail);
  EXPECT_EQ(finding.record, 0u);
  EXPECT_EQ(finding.text, "expected `+0 > S. 0:0(0) ack 1` by 1.204 s, but no segment came");
}

TEST(Expectations, WhatIsNoSegmentIsShownAsItIs) {
  Scene scene;
  const base::Bytes octets(3, std::byte{0x45});
  const auto met =
      scene.trace.append_new_packet(event::Kind::PeerPacket, scene.now,
                                    event::Direction::FromTarget, scene.trace.keep(octets), 0);
  const auto finding = scene.only(scene.wanted(Expected::Packet, met));
  EXPECT_EQ(finding.verdict, Verdict::Fail);
  EXPECT_NE(finding.text.find("expected a TCP segment, got (3 octets"), std::string::npos);
}

TEST(Expectations, TimeIsRightWithinTheToleranceAndTheUncertainty) {
  struct Case {
    clock::Duration at, within, earliest, latest, tolerance;
    std::string_view complaint;
  };
  const Case cases[] = {
      {1000ms, 0ms, 1000ms, 1000ms, 0ms, ""},
      {1004ms, 0ms, 1000ms, 1000ms, 4ms, ""},
      {996ms, 0ms, 1000ms, 1000ms, 4ms, ""},
      {1005ms, 0ms, 1000ms, 1000ms, 4ms, "expected at 1.000 s, came at 1.005 s, 5 ms too late"},
      {995ms, 0ms, 1000ms, 1000ms, 4ms, "expected at 1.000 s, came at 0.995 s, 5 ms too early"},
      {995ms, 1ms, 1000ms, 1000ms, 4ms, ""},  // It may have been at 0.996 s.
      {994ms, 1ms, 1000ms, 1000ms, 4ms, "expected at 1.000 s, came at 0.994 s, 6 ms too early"},
      {1005ms, 9ms, 1000ms, 1000ms, 4ms, "expected at 1.000 s, came at 1.005 s, 5 ms too late"},
      {1500ms, 0ms, 1000ms, 2000ms, 0ms, ""},
      {2500ms, 0ms, 1000ms, 2000ms, 0ms,
       "expected between 1.000 s and 2.000 s, came at 2.500 s, 0.500 s too late"},
  };
  for (const Case& c : cases) {
    Scene scene;
    const auto made = scene.from_target({});
    const auto met = scene.trace.append_packet(event::Kind::PeerPacket, clock::kStart + c.at,
                                               scene.trace.packet(scene.trace[made]), made,
                                               static_cast<std::uint32_t>(c.within.count()));
    auto e = scene.wanted(Expected::Packet, met);
    e.earliest = clock::kStart + c.earliest;
    e.latest = clock::kStart + c.latest;
    e.tolerance = c.tolerance;
    EXPECT_EQ(scene.only(e).text, c.complaint);
  }
}

TEST(Expectations, ATimeNobodyKnowsFitsFromItsBeginningOn) {
  Scene scene;
  const auto made = scene.from_target({});
  const auto met = scene.trace.append_packet(event::Kind::PeerPacket, clock::kStart,
                                             scene.trace.packet(scene.trace[made]), made,
                                             std::numeric_limits<std::uint32_t>::max());
  auto e = scene.wanted(Expected::Packet, met);
  e.earliest = e.latest = clock::kStart + 100s;
  EXPECT_EQ(scene.only(e).verdict, Verdict::Pass);
}

TEST(Expectations, AReplyIsComparedByWhatTheScriptNames) {
  for (int named = 0; named < 3; ++named) {
    Scene scene;
    auto e = scene.wanted(Expected::Reply, scene.fail(scene.call(event::Op::Receive, 4), EAGAIN));
    if (named > 0) e.result = -1;
    if (named > 1) e.error = EAGAIN;
    EXPECT_EQ(scene.only(e).verdict, Verdict::Pass);
  }
}

struct ReplyCase {
  std::int64_t result;
  std::int32_t error;
  std::uint32_t flags;
  std::string_view complaint;
};

TEST(Expectations, AReplyThatDiffersIsTold) {
  const ReplyCase cases[] = {
      {10, 0, 0, "expected -1 ECONNRESET, got 10; expected events 0x11, got 0x0"},
      {-1, EAGAIN, 0x11, "expected -1 ECONNRESET, got -1 EAGAIN"},
      {-1, ECONNRESET, 0x10, "expected events 0x11, got 0x10"},
      {-1, ECONNRESET, 0x11, ""},
  };
  for (const ReplyCase& c : cases) {
    Scene scene;
    const auto id = scene.call(event::Op::Poll, 4);
    const auto met = scene.trace.append(
        {.at = scene.now},
        event::Reply{.id = id, .result = c.result, .error = c.error, .flags = c.flags});
    auto e = scene.wanted(Expected::Reply, met);
    e.result = -1;
    e.error = ECONNRESET;
    e.flags = 0x11;
    EXPECT_EQ(scene.only(e).text, c.complaint);
  }
}

TEST(Expectations, OctetsOfAReplyAreCompared) {
  const auto text = [](std::string_view want, std::string_view got) {
    Scene scene;
    const auto id = scene.call(event::Op::GetOption, 4);
    auto e = scene.wanted(Expected::Reply, scene.reply(id, 0, base::as_bytes(got)));
    const auto octets = base::as_bytes(want);
    e.data.emplace(octets.begin(), octets.end());
    return scene.only(e).text;
  };
  EXPECT_EQ(text("abc", "abc"), "");
  EXPECT_EQ(text("abc", "ab"), "expected 3 octets, got 2");
  EXPECT_EQ(text("abc", "abd"), "expected octet 2 to be 0x63, got 0x64");
}

TEST(Expectations, ACallThatIsNotAnsweredIsBlocked) {
  Scene scene;
  auto e = scene.wanted(Expected::Reply, event::kNoRecord);
  e.text = "+0 read(4, ..., 100) = 10";
  e.earliest = e.latest = clock::kStart + 2s;
  const auto finding = scene.only(e);
  EXPECT_EQ(finding.verdict, Verdict::Fail);
  EXPECT_EQ(finding.text,
            "expected `+0 read(4, ..., 100) = 10` at 2.000 s, but the call is still blocked");
}

TEST(Expectations, AHostThatRefusesASettingIsNotAFaultOfItsTcp) {
  Scene scene;
  auto e = scene.wanted(Expected::Reply, scene.fail(scene.call(event::Op::World, -1), EPERM));
  e.result = 0;
  const auto finding = scene.only(e);
  EXPECT_EQ(finding.verdict, Verdict::HarnessError);
  EXPECT_EQ(finding.text, "expected 0, got -1 EPERM");
}

TEST(Expectations, AStateIsToldByAStatus) {
  struct Case {
    std::optional<event::TcpState> told;
    std::int32_t error;
    event::TcpState want;
    Verdict verdict;
    std::string_view text;
  };
  using enum event::TcpState;
  const Case cases[] = {
      {Established, 0, Established, Verdict::Pass, ""},
      {FinWait2, 0, TimeWait, Verdict::Fail, "expected state TIME-WAIT, got FIN-WAIT-2"},
      {{}, ENOENT, Closed, Verdict::Pass, ""},
      {{},
       ENOENT,
       TimeWait,
       Verdict::Fail,
       "expected state TIME-WAIT, got CLOSED: there is no such connection"},
      {{}, 0, Listen, Verdict::Inconclusive, "expected state LISTEN, got the target does not tell"},
      {{},
       EOPNOTSUPP,
       Listen,
       Verdict::Inconclusive,
       "expected state LISTEN, got the target does not tell: EOPNOTSUPP"},
  };
  for (const Case& c : cases) {
    Scene scene;
    event::Status status;
    if (c.told) status.set(event::StatusField::State, static_cast<std::int64_t>(*c.told));
    const auto octets = event::encode(status);
    const auto id = scene.call(event::Op::Status, 4);
    const auto met = c.error == 0 ? scene.reply(id, 0, octets) : scene.fail(id, c.error);
    auto e = scene.wanted(Expected::State, met);
    e.state = c.want;
    const auto finding = scene.only(e);
    EXPECT_EQ(finding.verdict, c.verdict);
    EXPECT_EQ(finding.text, c.text);
  }
}

TEST(Expectations, AStateOfNoConnectionIsAFail) {
  Scene scene;
  auto e = scene.wanted(Expected::State, event::kNoRecord);
  e.state = event::TcpState::Established;
  EXPECT_EQ(scene.only(e).verdict, Verdict::Fail);
}

TEST(Expectations, SilenceIsBrokenByAnySegment) {
  Scene scene;
  scene.now = clock::kStart + 1700ms;
  const auto met = scene.from_target({.flags = wire::kAck});
  auto e = scene.wanted(Expected::Silence, met);
  e.earliest = clock::kStart + 1s;
  e.latest = clock::kStart + 2500ms;
  const auto finding = scene.only(e);
  EXPECT_EQ(finding.verdict, Verdict::Fail);
  EXPECT_EQ(finding.record, met);
  EXPECT_NE(finding.text.find("expected silence from 1.000 s to 2.500 s, but `. "),
            std::string::npos)
      << finding.text;
  EXPECT_NE(finding.text.find("at 1.700 s came"), std::string::npos) << finding.text;
}

TEST(Expectations, SilenceThatHeldIsNoFinding) {
  Scene scene;
  EXPECT_EQ(scene.only(scene.wanted(Expected::Silence, event::kNoRecord)).verdict, Verdict::Pass);
}

Expectation late_by(Scene& scene, clock::Duration by) {
  auto e = scene.wanted(Expected::OnTime, scene.trace.note(scene.now, "played"));
  e.earliest = e.latest = scene.now - by;
  e.tolerance = 4ms;
  return e;
}

TEST(Expectations, ALateToolProvesNothing) {
  Scene scene;
  const auto finding = scene.only(late_by(scene, 12ms));
  EXPECT_EQ(finding.verdict, Verdict::Inconclusive);
  EXPECT_EQ(finding.text,
            "the tool itself was late by 12 ms: `+0 > S. 0:0(0) ack 1` was due at 0.988 s");
  Scene punctual;
  EXPECT_EQ(punctual.only(late_by(punctual, 4ms)).verdict, Verdict::Pass);
}

TEST(Expectations, WhatFailsAfterTheToolWasLateIsInconclusive) {
  Scene scene;
  event::append(scene.trace, scene.now, late_by(scene, 12ms));
  const auto findings = scene.judge(scene.wanted(Expected::Packet, event::kNoRecord));
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(worst(findings), Verdict::Inconclusive);
  EXPECT_NE(findings[1].text.find("the tool itself was late before"), std::string::npos);
}

TEST(Expectations, WhatFailedBeforeTheToolWasLateStaysAFail) {
  Scene scene;
  event::append(scene.trace, scene.now, scene.wanted(Expected::Packet, event::kNoRecord));
  EXPECT_EQ(worst(scene.judge(late_by(scene, 12ms))), Verdict::Fail);
}

TEST(Expectations, ASegmentNobodyAskedForCountsOnlyWhenAskedTo) {
  Scene scene;
  const auto e = scene.wanted(Expected::Nothing, scene.from_target({.octets = 3}));
  EXPECT_TRUE(scene.judge(e).empty());
  const auto strict = Expectations{{}, true}.check(scene.trace);
  ASSERT_EQ(strict.size(), 1u);
  EXPECT_EQ(strict[0].verdict, Verdict::Fail);
  EXPECT_EQ(strict[0].record, 0u);
  EXPECT_NE(strict[0].text.find("no line of the script accounts for `. "), std::string::npos);
}

// The script stops where this says so; a checker that saw it differently would lose the reason.
TEST(Expectations, AFindingIsMadeExactlyWhenTheScriptWouldStop) {
  constexpr std::uint32_t segment = 0, reply = 2;
  for (const auto& [what, met] :
       {std::pair{Expected::Packet, segment}, std::pair{Expected::Reply, reply},
        std::pair{Expected::State, reply}, std::pair{Expected::Silence, segment},
        std::pair{Expected::OnTime, segment}, std::pair{Expected::Packet, event::kNoRecord},
        std::pair{Expected::Reply, event::kNoRecord},
        std::pair{Expected::Silence, event::kNoRecord}}) {
    for (int variant = 0; variant < 8; ++variant) {
      Scene scene;
      scene.from_target({.octets = 10});
      scene.reply(scene.call(event::Op::Receive, 4), 5);
      auto e = scene.wanted(what, met);
      e.state = event::TcpState::Established;
      if ((variant & 1) != 0) e.latest = clock::kStart;
      if ((variant & 2) != 0) e.segment.payload_length = 9;
      if ((variant & 4) != 0) e.result = 6;
      event::append(scene.trace, scene.now, e);
      EXPECT_EQ(Expectations{{}}.check(scene.trace).empty(), event::holds(scene.trace, e))
          << static_cast<int>(what) << " " << variant;
    }
  }
}

}  // namespace
}  // namespace harness::oracle
