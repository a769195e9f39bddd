#include <gtest/gtest.h>

#include "harness/oracle/integrity.h"
#include "tests/unit/oracle/integrity_check.h"

// What the target sends, held against what its application wrote.
namespace harness::oracle {
namespace {

TEST(IntegrityOfWhatIsSent, WhatIsSentIsWhatWasWritten) {
  Accepted c{100};
  c.from_target({.octets = 60});
  c.from_target({.position = 60, .octets = 40});
  c.write(50, 100);
  c.from_target({.position = 30, .octets = 100});  // Some of it again, across both writes.
  c.from_target({.flags = kFinAck, .position = 130, .octets = 20});
  expect_fine(c);
}

TEST(IntegrityOfWhatIsSent, AWrongOctetOnTheWireIsSeen) {
  Accepted c{100};
  c.from_target({.octets = 50});
  c.from_target({.position = 50, .octets = 50, .content = 49});
  expect_fail(c, "9293-3.4-synfin-seq", "which belongs at 49: 1 octets are repeated");
}

TEST(IntegrityOfWhatIsSent, ARetransmissionMustCarryTheSameOctets) {
  Accepted c{200};
  c.from_target({.octets = 100});
  c.from_target({.octets = 100, .content = 100});
  expect_fail(c, "9293-3.10.8-rto", "which belongs at 100: 100 octets are missing");
}

TEST(IntegrityOfWhatIsSent, WhatWasNotWrittenMustNotBeSent) {
  Accepted c{10};
  c.from_target({.octets = 11});
  expect_fail(c, "9293-3.4-synfin-seq", "octets 0 to 10, got 0 to 11");
}

TEST(IntegrityOfWhatIsSent, AWindowProbeCarriesTheNextOctetAndNoOther) {
  Accepted right{10};
  right.from_target({.octets = 9});
  right.to_target({.ack = 9});
  right.from_target({.position = 9, .octets = 1});
  expect_fine(right);
  Accepted wrong{10};
  wrong.from_target({.octets = 9});
  wrong.to_target({.ack = 9});
  wrong.from_target({.position = 9, .octets = 1, .content = 8});
  expect_fail(wrong, "9293-3.4-synfin-seq", "as octet 9");
  Accepted beyond{10};
  beyond.from_target({.octets = 10});
  beyond.from_target({.position = 10, .octets = 1});
  expect_fail(beyond, "9293-3.8.6.1-probe", "octets 0 to 10, got 10 to 11");
}

TEST(IntegrityOfWhatIsSent, AKeepAliveMayCarryGarbage) {
  Accepted c;
  c.from_target({.position = -1, .octets = 1, .content = 500});
  c.write(10, 0);
  c.from_target({.octets = 10});
  c.to_target({.ack = 10});
  c.from_target({.position = 9, .octets = 1, .content = 500});
  expect_fine(c);
}

TEST(IntegrityOfWhatIsSent, AWriteThatBlocksMayBeOnItsWayAsFarAsItIsTaken) {
  Accepted c;
  const auto id = c.start_write(100, 0);
  c.from_target({.octets = 100});
  expect_fine(c);
  c.reply(id, 60);
  expect_fail(c, "9293-3.4-synfin-seq", "octets 0 to 60, got 0 to 100");
}

TEST(IntegrityOfWhatIsSent, ASegmentMustNotComeBeforeItsWrite) {
  Accepted c;
  c.from_target({.octets = 10});
  c.write(10, 0);
  expect_fail(c, "9293-3.4-synfin-seq", "octets 0 to 0, got 0 to 10");
}

TEST(IntegrityOfWhatIsSent, AFinStandsBehindAllThatWasWritten) {
  Accepted c{10};
  c.from_target({.octets = 5});
  c.from_target({.flags = kFinAck, .position = 5});
  expect_fail(c, "9293-3.6-flush-before-fin", "octet 10, got it behind octet 5");
}

TEST(IntegrityOfWhatIsSent, AFinBehindWhatWasWrittenIsTooFar) {
  Accepted c{10};
  c.from_target({.octets = 10});
  c.from_target({.flags = kFinAck, .position = 11});
  expect_fail(c, "9293-3.4-synfin-seq", "octets 0 to 10, got 11 to 11");
}

TEST(IntegrityOfWhatIsSent, AResetMayCarryAnyOctets) {
  Accepted c;
  c.from_target({.flags = wire::kRst | wire::kAck, .octets = 10, .content = 77});
  expect_fine(c);
}

TEST(IntegrityOfWhatIsSent, BeforeAcceptNobodyCanHaveWritten) {
  Conversation c;
  c.open_passively();
  c.from_target({.octets = 1});
  expect_fail(c, "9293-3.8.6.1-probe", "octets 0 to 0, got 0 to 1");
}

}  // namespace
}  // namespace harness::oracle
