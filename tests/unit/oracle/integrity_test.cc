#include "harness/oracle/integrity.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/oracle/integrity_check.h"

namespace harness::oracle {
namespace {

constexpr std::int64_t kPeek = 0x2, kTruncate = 0x20, kOutOfBand = 0x1;

TEST(Integrity, AStreamReadAsItWasSentIsFine) {
  Accepted c;
  c.to_target({.octets = 100});
  c.read(60, 0);
  c.to_target({.position = 100, .octets = 50});
  c.to_target({.octets = 100});  // Once more.
  c.read(90, 60);
  expect_fine(c);
}

TEST(Integrity, ReadingFollowsTheStreamWhateverOrderItArrivedIn) {
  Accepted c;
  c.to_target({.position = 50, .octets = 50});
  c.to_target({.position = 150, .octets = 50});
  c.to_target({.position = 0, .octets = 70});
  c.read(100, 0);
  c.to_target({.position = 90, .octets = 80});
  c.read(100, 100);
  expect_fine(c);
}

TEST(Integrity, DataOnTheSynIsRead) {
  Conversation c;
  c.open_passively(12);
  c.accept();
  c.read(12, 0);
  expect_fine(c);
}

TEST(Integrity, AnActiveOpenIsJudgedToo) {
  Conversation c;
  c.open_actively();
  c.to_target({.octets = 30});
  c.read(30, 0);
  c.write(30, 0);
  c.from_target({.octets = 30});
  expect_fine(c);
  c.read(1, 30);
  expect_fail(c, "9293-3.10.7-trim", "than has arrived, 30 octets, got 31");
}

TEST(Integrity, AnOctetReadTwiceIsSeen) {
  Accepted c;
  c.to_target({.octets = 100});
  c.read(50, 0);
  c.read(50, 40);
  expect_fail(c, "9293-3.10.7-trim", "which belongs at 40: 10 octets are repeated");
}

TEST(Integrity, AGapInWhatIsReadIsSeen) {
  Accepted c;
  c.to_target({.octets = 200});
  c.read(50, 0);
  c.read(50, 51);
  expect_fail(c, "9293-3.10.7-trim", "which belongs at 51: 1 octets are missing");
}

TEST(Integrity, ASingleWrongOctetIsSeen) {
  Accepted c;
  c.to_target({.octets = 100});
  base::Bytes octets(100);
  event::fill_stream(octets, 0, event::kFromPeer);
  octets[70] ^= std::byte{1};
  c.reply(c.call(event::Op::Receive, Conversation::kFd, {0, 100}), 100, octets);
  expect_fail(c, "9293-3.10.7-trim", "as octet 70 of");
}

TEST(Integrity, WhatHasNotArrivedCannotBeRead) {
  Accepted c;
  c.to_target({.octets = 10});
  c.to_target({.position = 20, .octets = 10});
  c.read(20, 0);
  expect_fail(c, "9293-3.10.7-trim", "than has arrived, 10 octets, got 20");
}

TEST(Integrity, WhatArrivesAfterTheReplyDoesNotCount) {
  Accepted c;
  c.read(10, 0);
  c.to_target({.octets = 10});
  expect_fail(c, "9293-3.10.7-trim", "than has arrived, 0 octets, got 10");
}

TEST(Integrity, ASegmentThatDoesNotVerifyMustNotBeRead) {
  Accepted c;
  c.to_target({.octets = 10, .broken = true});
  c.read(10, 0);
  expect_fail(c, "MUST-3", "than has arrived, 0 octets, got 10");
}

TEST(Integrity, PeekingTakesNothing) {
  Accepted c;
  c.to_target({.octets = 100});
  c.read(30, 0, kPeek);
  c.read(30, 0, kPeek);
  c.read(100, 0);
  expect_fine(c);
  Accepted wrong;
  wrong.to_target({.octets = 100});
  wrong.read(30, 1, kPeek);
  expect_fail(wrong, "9293-3.10.7-trim", "as octet 0 of");
}

TEST(Integrity, OctetsThrownAwayUnreadStillCount) {
  Accepted c;
  c.to_target({.octets = 100});
  c.reply(c.call(event::Op::Receive, Conversation::kFd, {kTruncate, 40}), 40);
  c.read(60, 40);
  expect_fine(c);
}

TEST(Integrity, AReplyWithoutItsOctetsIsOurError) {
  Accepted c;
  c.to_target({.octets = 100});
  c.reply(c.call(event::Op::Receive, Conversation::kFd, {0, 40}), 40);
  EXPECT_EQ(worst(check(c)), Verdict::HarnessError);
}

TEST(Integrity, FailedAndOutOfBandReadsAreNoPartOfTheStream) {
  Accepted c;
  c.to_target({.octets = 10});
  c.fail(c.call(event::Op::Receive, Conversation::kFd), EAGAIN);
  c.read(1, 77, kOutOfBand);
  c.read(10, 0);
  expect_fine(c);
}

TEST(Integrity, TheEndOfTheStreamIsWhereTheFinStands) {
  Accepted c;
  c.to_target({.flags = kFinAck, .octets = 10});
  c.read(10, 0);
  c.read(0, 0);
  c.read(0, 0);
  expect_fine(c);
}

TEST(Integrity, AnEndWithoutAFinIsWrong) {
  Accepted c;
  c.to_target({.octets = 10});
  c.read(10, 0);
  c.read(0, 0);
  expect_fail(c, "MUST-12", "whose peer has sent no FIN");
}

TEST(Integrity, AnEndBeforeTheFinIsWrong) {
  Accepted c;
  c.to_target({.flags = kFinAck, .octets = 10});
  c.read(9, 0);
  c.read(0, 0);
  expect_fail(c, "MUST-12", "behind octet 10, got the end of the stream behind octet 9");
}

TEST(Integrity, AnEndBeforeTheHoleInFrontOfTheFinIsFilledIsWrong) {
  Accepted c;
  c.to_target({.flags = kFinAck, .position = 10, .octets = 10});
  c.read(0, 0);
  expect_fail(c, "MUST-12", "behind octet 20, got the end of the stream behind octet 0");
}

TEST(Integrity, AnEndMayHaveOtherReasons) {
  const auto ended = [](auto&& reason) {
    Conversation c;
    c.open_and_accept();
    reason(c);
    c.read(0, 0);
    expect_fine(c);
  };
  ended([](Conversation& c) { c.to_target({.flags = wire::kRst}); });
  ended([](Conversation& c) { c.from_target({.flags = wire::kRst}); });
  ended([](Conversation& c) { c.fail(c.call(event::Op::Receive, Conversation::kFd), ETIMEDOUT); });
  ended([](Conversation& c) { c.reply(c.call(event::Op::Shutdown, Conversation::kFd), 0); });
  ended([](Conversation& c) {
    c.reply(c.call(event::Op::Receive, Conversation::kFd, {0, 0}), 0);
    c.to_target({.flags = kFinAck});
  });
}

TEST(Integrity, NothingComesBehindTheEnd) {
  Accepted c;
  c.to_target({.flags = kFinAck, .octets = 10});
  c.read(10, 0);
  c.read(0, 0);
  c.to_target({.position = 11, .octets = 10});
  c.to_target({.position = 10, .octets = 10});
  c.read(5, 10);
  expect_fail(c, "9293-3.10.7-postfin-text", "got 5 octets");
}

TEST(Integrity, AForeignStreamAndUrgentDataAreNotJudged) {
  Accepted foreign;
  foreign.to_target({.octets = 10, .content = 5});
  foreign.read(10, 5);
  expect_fine(foreign);
  Accepted urgent;
  urgent.to_target({.flags = wire::kAck | wire::kUrg, .octets = 10});
  urgent.read(9, 1);
  expect_fine(urgent);
}

TEST(Integrity, AConnectionResetBeforeItWasAcceptedMayStillBeGivenOut) {
  Conversation c;
  c.open_passively();
  c.to_target({.octets = 10});
  c.to_target({.flags = wire::kRst, .position = 10});
  c.peer_isn += 100'000;
  c.open_passively();
  c.accept();
  c.read(10, 0);
  expect_fine(c);
}

TEST(Integrity, WhatIsWrittenToTheOneBehindItIsNotThatOnes) {
  constexpr std::int32_t kNext = Conversation::kFd + 1;
  Conversation c;
  c.open_passively();
  c.to_target({.flags = wire::kRst, .position = 0});
  c.peer_isn += 100'000;
  c.open_passively();
  c.accept();
  c.reply(c.call(event::Op::Accept, 3), kNext, event::encode(c.tuple));
  base::Bytes octets(97);
  event::fill_stream(octets, 0, event::kFromApplication);
  c.reply(c.call(event::Op::Send, kNext, {}, octets), 97);
  c.from_target({.octets = 97});
  expect_fine(c);
  c.from_target({.position = 97, .octets = 1});
  EXPECT_FALSE(Integrity{}.check(c.trace).empty());
}

TEST(Integrity, WhereTheApplicationIsNotKnownNothingIsSaid) {
  Conversation active;
  active.from_target({.flags = wire::kSyn, .position = -1});
  active.to_target({.flags = wire::kSyn | wire::kAck, .position = -1});
  active.from_target({.octets = 10});
  expect_fine(active);
  Conversation nameless;
  nameless.open_passively();
  nameless.reply(nameless.call(event::Op::Accept, 3), 4);
  nameless.write(10, 0);
  nameless.from_target({.octets = 10});
  expect_fine(nameless);
}

TEST(Integrity, AnEmptyTraceIsFine) { expect_fine(Conversation{}); }

}  // namespace
}  // namespace harness::oracle
