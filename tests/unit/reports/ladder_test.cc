#include "reports/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "harness/event/end.h"
#include "harness/event/status.h"
#include "harness/wire/icmp.h"
#include "reports/wrap.h"
#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/some_run.h"

namespace reports {
namespace {

using harness::event::Op;
using harness::oracle::Finding;
using harness::oracle::Verdict;
using harness::wire::kAck;
using harness::wire::kFin;
using harness::wire::kPsh;
using harness::wire::kSyn;
using namespace std::chrono_literals;
using testing::HasSubstr;

void ends(SomeRun& run, std::uint32_t pending = 0) {
  harness::event::append(run.trace(), run.now(), harness::event::End{.pending_calls = pending});
}

// Data from the peer, then a close that the target begins.
std::uint32_t converse(SomeRun& run) {
  run.handshake();
  run.wait(5ms);
  const auto data = run.peer_sends({.flags = kPsh | kAck, .seq = 1, .ack = 1, .size = 10});
  run.target_sends({.seq = 1, .ack = 11});
  run.wait(5ms);
  run.call({.id = 9, .fd = 4, .op = Op::Close});
  run.target_sends({.flags = kFin | kAck, .seq = 1, .ack = 11});
  run.reply({.id = 9});
  run.wait(20ms);
  run.peer_sends({.flags = kFin | kAck, .seq = 11, .ack = 2});
  run.target_sends({.seq = 2, .ack = 12});
  harness::event::Status status;
  status.set(harness::event::StatusField::State, 6);
  run.call({.id = 10, .op = Op::Status});
  run.reply({.id = 10, .data = harness::event::encode(status)});
  run.wait(200ms);
  ends(run);
  return data;
}

TEST(Ladder, DrawsAConversation) {
  SomeRun run;
  converse(run);
  expect_golden("ladder/conversation.txt", ladder(run.trace(), {}));
}

TEST(Ladder, ShowsWhatTheLinkDid) {
  SomeRun run{"drop nth 3; delay 15ms from-target no-data; duplicate FIN; corrupt data"};
  converse(run);
  expect_golden("ladder/faults.txt", ladder(run.trace(), {}));
}

TEST(Ladder, MarksEachFindingBelowWhatItIsAbout) {
  SomeRun run;
  const auto data = converse(run);
  const std::vector<Finding> findings = {
      {.record = data,
       .place = harness::event::Place{"close/normal.pkt", 12, 8},
       .text = "expected ack 2, got 1"},
      {.record = data, .verdict = Verdict::Known, .expected = "nothing", .actual = "this"},
      {.text = "about the whole run"}};
  expect_golden("ladder/findings.txt", ladder(run.trace(), findings));
}

TEST(Ladder, MarksWhatAFindingFollowsFromAndWhenItWasDue) {
  SomeRun run;
  const auto data = converse(run);
  Finding finding{.record = run.trace().size() - 1, .text = "no ACK", .cause = data};
  EXPECT_THAT(ladder(run.trace(), {finding}),
              HasSubstr("^ what is wrong at 0.240000 follows from this\n"));
  finding.due = harness::clock::kStart + 500ms;
  EXPECT_THAT(ladder(run.trace(), {finding}),
              HasSubstr("follows from this: it was due by 0.500 s\n"));
}

// An ICMP error's octets 0 to 3 are no ports, though they stand where those of a segment would.
TEST(Ladder, OnlySegmentsHavePorts) {
  SomeRun run;
  run.handshake();
  run.peer_sends({.seq = 1, .ack = 1, .peer_port = 40001});
  const harness::wire::IpHeader ip{.source = kPeer, .destination = kTarget};
  const auto segment = harness::wire::craft({}, {.source = kTarget, .destination = kPeer}, {});
  const auto body = run.trace().keep(
      harness::wire::craft(ip, {.type = 3, .code = 4, .quote = harness::wire::quote_of(segment)}));
  run.trace().append_new_packet(harness::event::Kind::Packet, run.now(),
                                harness::event::Direction::ToTarget, body,
                                harness::event::kNoRecord);
  const auto text = ladder(run.trace(), {});
  EXPECT_THAT(text, HasSubstr("40001 > 8080 ."));
  EXPECT_THAT(text, HasSubstr("icmp unreachable"));
  EXPECT_THAT(text, testing::Not(testing::ContainsRegex("[0-9] > [0-9]+ icmp"))) << text;
}

TEST(Ladder, WhatNeverCameIsMarkedWhereItWasGivenUp) {
  SomeRun run;
  run.handshake();
  run.wait(2s);
  harness::event::Expectation missing;
  missing.what = harness::event::Expected::Packet;
  const auto record = harness::event::append(run.trace(), run.now(), missing);
  run.wait(10ms);
  ends(run);
  const auto text = ladder(run.trace(), {{.record = record, .text = "no segment came"}});
  EXPECT_THAT(text, HasSubstr("  2.010000 ^ no segment came\n  2.020000 |  the run ends: done"));
}

TEST(Ladder, AWrongAnswerIsMarkedAtTheAnswerAndNotWhereItWasJudged) {
  SomeRun run;
  run.handshake();
  const auto answer = run.target_sends({.seq = 1, .ack = 1});
  run.wait(1s);
  run.target_sends({.seq = 1, .ack = 1});
  harness::event::Expectation wrong;
  wrong.what = harness::event::Expected::Nothing;
  wrong.met = answer;
  const auto record = harness::event::append(run.trace(), run.now(), wrong);
  ends(run);
  const auto text = ladder(run.trace(), {{.record = record, .text = "nobody asked"}});
  EXPECT_LT(text.find("nobody asked"), text.find("1.010000"));
}

TEST(Ladder, ACallThatSleepsHasALineForItsReply) {
  SomeRun run;
  run.call({.id = 1, .fd = 4, .op = Op::Receive, .args = {0, 100}});
  run.wait(1s);
  run.reply({.id = 1, .result = 20});
  run.call({.id = 2, .fd = 4, .op = Op::Receive, .args = {0, 100}});
  ends(run, 1);
  const auto text = ladder(run.trace(), {});
  EXPECT_THAT(text, HasSubstr("| recv(4, 100) ...\n"));
  EXPECT_THAT(text, HasSubstr("| ... recv(4, 100) = 20\n"));
  EXPECT_THAT(text, HasSubstr("the run ends: done, 1 call unanswered"));
}

TEST(Ladder, WhatIsSentAgainSaysSo) {
  const auto times_again = [](std::uint32_t second, std::uint32_t size) {
    SomeRun run;
    run.handshake();
    run.target_sends({.flags = kPsh | kAck, .seq = 1, .ack = 1, .size = 10});
    run.wait(1s);
    run.target_sends({.flags = kPsh | kAck, .seq = second, .ack = 1, .size = size});
    ends(run);
    const auto text = ladder(run.trace(), {});
    std::size_t count = 0;
    for (auto at = text.find("(again)"); at != text.npos; at = text.find("(again)", at + 1))
      ++count;
    return count;
  };
  EXPECT_EQ(times_again(1, 10), 1u);
  EXPECT_EQ(times_again(3, 4), 1u);
  EXPECT_EQ(times_again(11, 10), 0u);
  EXPECT_EQ(times_again(1, 11), 0u) << "one octet of it is new";
}

TEST(Ladder, TwoConnectionsAreToldApart) {
  SomeRun run;
  run.peer_sends({.flags = kSyn, .seq = SomeRun::kPeerIsn});
  run.peer_sends({.flags = kSyn, .seq = SomeRun::kPeerIsn, .peer_port = 40001});
  const auto text = ladder(run.trace(), {});
  EXPECT_THAT(text, HasSubstr("40000 > 8080 S 4294967290"));
  EXPECT_THAT(text, HasSubstr("40001 > 8080 S 4294967290"));
}

TEST(Ladder, IsNeverWiderThanAPage) {
  SomeRun run{"delay 1ms..90ms; duplicate 1/2; corrupt 1/2; reorder 1/4"};
  run.handshake();
  harness::base::Bytes options(40, std::byte{1});
  options[0] = std::byte{8}, options[1] = std::byte{10};
  options[12] = std::byte{5}, options[13] = std::byte{26};
  for (std::size_t i = 2; i < 40; ++i) {
    if (i != 10 && i != 11 && i != 12 && i != 13 && i < 38) options[i] = std::byte{0xFF};
  }
  for (std::uint32_t i = 0; i < 20; ++i) {
    run.target_sends({.seq = i, .ack = 0xFFFF'FFFF, .size = 1400, .options = options});
    run.peer_sends(
        {.seq = i, .ack = 0xFFFF'FFFF, .peer_port = static_cast<std::uint16_t>(40000 + i)});
    run.wait(17ms);
  }
  run.trace().note(run.now(), std::string(300, 'n'));
  ends(run);
  const auto text = ladder(
      run.trace(), {{.record = 5, .text = std::string(50, 'x') + ' ' + std::string(200, 'y')}});
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 110u) << line;
}

TEST(Ladder, OfALongRunTheMiddleIsLeftOutButForWhatWasFound) {
  SomeRun run;
  std::uint32_t marked = 0;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const auto record = run.target_sends({.seq = i});
    if (i == 2500) marked = record;
    run.wait(1ms);
  }
  const auto text = ladder(run.trace(), {{.record = marked, .text = "here"}});
  EXPECT_LT(std::ranges::count(text, '\n'), 300);
  EXPECT_TRUE(text.contains("lines are left out here"));
  EXPECT_TRUE(text.contains("2.500000 |<--- . 7002500:7002500(0)"));
  EXPECT_TRUE(text.contains("^ here"));
}

TEST(Ladder, AnEmptyTraceHasNoRungs) {
  EXPECT_EQ(std::ranges::count(ladder(harness::event::Trace{}, {}), '\n'), 1);
}

}  // namespace
}  // namespace reports
