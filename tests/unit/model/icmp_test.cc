#include "harness/model/icmp.h"

#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

Lines connecting() { return {"connect", "> S 0 mss 1460"}; }

CONTROLS(Icmp, AHardErrorEndsAnAttempt) {
  const Lines refused =
      connecting() + Lines{"+.1 < icmp 3 3 0", "connected 111", "+.1 wait", "+300 wait"};
  const Lines goes_on =
      connecting() + Lines{"+.1 < icmp 11 0 0", "+.9 > S 0 mss 1460", "+.1 < S. 0 ack 1 mss 1460",
                           "> . 1 ack 1",       "connected",          "+.5 wait"};
  check({
      {"MUST-12", refused, "+.1 < icmp 3 3 0", ""},
      {"MUST-12", refused, "+.1 < icmp 3 3 0", "+.1 < icmp 3 3 0 badsum"},
      {"SHLD-26?", goes_on, "+.1 < icmp 11 0 0", "+.1 < icmp 3 2 0"},
  });
}

CONTROLS(Icmp, WhatMustEndNothingEndsNothing) {
  const Lines hard = passive() + Lines{"+.1 write 10", "> P. 1 len 10 ack 1", "+.1 < icmp 3 3 1",
                                       "error 111", "+.1 wait"};
  const Lines lives = passive() + Lines{"+.1 write 10", "> P. 1 len 10 ack 1", "+.1 < icmp 3 1 1",
                                        "error 11",     "+.1 < . 1 ack 11",    "+.5 wait"};
  const Lines goes_on =
      lives + Lines{"write 1", "> P. 11 len 1 ack 1", "+.1 error 11", "+.5 < . 1 ack 12"};
  check({
      {"MUST-56", hard, "+.1 < icmp 3 3 1", "+.1 < icmp 3 1 1"},
      {"MUST-55", hard, "+.1 < icmp 3 3 1", "+.1 < icmp 4 0 1"},
      {"RFC5927-4.1-a", hard, "+.1 < icmp 3 3 1", "+.1 < icmp 3 3 12"},
      {"MUST-56", lives, "error 11", "> R. 11 ack 1"},
      {"MUST-56", lives, "error 11", "state CLOSED"},
      {"MUST-12", goes_on, "+.1 error 11", "+.1 error 111"},
  });
}

CONTROLS(Icmp, ASoftErrorEndsNoOpening) {
  const Lines half = {"listen", "< S 0 mss 1460", "> S. 0 ack 1 mss 1460"};
  const Lines opens = half + Lines{"+.1 < icmp 11 0 0", "+.1 < . 1 ack 1",
                                   "+.1 < P. 1 len 10 ack 1", "> . 1 ack 11", "+.1 wait"};
  const Lines again = half + Lines{"+.1 < icmp 3 1 0", "+.1 < S 0 mss 1460",
                                   "+0 > S. 0 ack 1 mss 1460", "+.1 wait"};
  const Lines behind = half + Lines{"+.1 < R 100000",          "< icmp 12 0 0", "+.1 < . 1 ack 1",
                                    "+.1 < P. 1 len 10 ack 1", "> . 1 ack 11",  "+.1 wait"};
  const Lines crosses = connecting() + Lines{"< S 0 mss 1460", "> S. 0 ack 1 mss 1460",
                                             "+.1 < icmp 12 0 0", "+.1 wait", "+1 wait"};
  check({
      {"MUST-56", opens, "> . 1 ack 11", "> R 1"},
      {"MUST-56", again, "+0 > S. 0 ack 1 mss 1460", "+0 > S. 7000 ack 1 mss 1460"},
      {"MUST-56", behind, "> . 1 ack 11", "> R 1"},
      {"MUST-56", crosses, "+.1 wait", "eof"},
  });
}

// What was due before it and did not come is what is wrong, though an end would excuse it.
CONTROLS(Icmp, AHardErrorDoesNotHideWhatWasDueBefore) {
  const Lines due = passive() + Lines{"+.1 < P. 1 len 51 ack 1",
                                      "> . 1 ack 52",
                                      "+2 < F 51",
                                      "+0 > . 1 ack 52",
                                      "< icmp 3 3 0",
                                      "+.1 < . 52 ack 1",
                                      "write 10",
                                      "> P. 1 len 10 ack 52"};
  check({{"9293-3.10.7-ackless", due, "+0 > . 1 ack 52", ""}});
}

// What came later, or where the connection was seen to live on, something else ended it.
CONTROLS(Icmp, AnErrorThatEndedNothingIsNotToBlame) {
  const Lines open = passive() + Lines{"+.1 < F. 1 ack 1", "> . 1 ack 2", "+.1 < icmp 3 1 1"};
  const Lines across = open + Lines{"+.1 < . 1 len 10 ack 1", "+0 > . 1 ack 2", "+.1 wait"};
  const Lines reset = open + Lines{"+.1 < R 1", "+.1 < . 2 ack 1", "+.1 wait", "+1 wait"};
  const Lines seen = open + Lines{"state CLOSE-WAIT", "+.1 wait", "+1 wait"};
  check({
      {"9293-3.10.7-postfin-text", across, "+0 > . 1 ack 2", "> R 1"},
      {"RFC5961-3.2-a", reset, "+.1 wait", "> R 1"},
      {"9293-3.5.2-sync-empty-ack", seen, "+.1 wait", "> R 1"},
  });
}

// A soft error may be told of a connection that goes on (SHLD-25).
CONTROLS(Icmp, ASoftErrorMayBeTold) {
  const Lines told = passive() + Lines{"+.1 write 10", "> P. 1 len 10 ack 1", "+.1 < icmp 3 1 1",
                                       "error 113",    "+.1 < . 1 ack 11",    "+.5 wait"};
  check({{"MUST-56", told, "error 113", "error 104"}});
}

CONTROLS(Icmp, WhereThePathCarriesLessSmallerSegmentsAreFull) {
  const Lines smaller = passive() + Lines{"+.1 write 1460",
                                          "> P. 1 len 1460 ack 1",
                                          "+.1 < icmp 3 4 1 mtu 600",
                                          "> . 1 len 560 ack 1",
                                          "> . 561 len 560 ack 1",
                                          "> P. 1121 len 340 ack 1",
                                          "write 560",
                                          "> P. 1461 len 560 ack 1",
                                          "write 560",
                                          "> P. 2021 len 560 ack 1",
                                          "+.1 < . 1 ack 2581",
                                          "+.5 wait"};
  check({{"RFC6298-2.4?", smaller, "+.1 < icmp 3 4 1 mtu 600", "+.1 wait"}});
  check({{"MUST-16", smaller, "> . 1 len 560 ack 1", "> . 1 len 580 ack 1"}});
  const Lines more = passive() + Lines{"+.1 < icmp 3 4 0 mtu 600",
                                       "write 560",
                                       "> P. 1 len 560 ack 1",
                                       "write 560",
                                       "> P. 561 len 560 ack 1",
                                       "+.1 < . 1 ack 1121",
                                       "+.5 wait"};
  check({{"SHLD-7?", more, "+.1 < icmp 3 4 0 mtu 600", "+.1 wait"}});
}

// RFC 5927, 4.1: "SND.UNA =< SEG.SEQ < SND.NXT".
CONTROLS(Icmp, OfTheNextNumberIsAboutNothing) {
  const Lines refused = connecting() + Lines{"+.1 < icmp 3 3 0", "connected 111", "+.1 wait"};
  const Lines smaller = passive() + Lines{"+.1 write 1460",
                                          "> P. 1 len 1460 ack 1",
                                          "+.001 < icmp 3 4 1 mtu 600",
                                          "> . 1 len 560 ack 1",
                                          "> . 561 len 560 ack 1",
                                          "> P. 1121 len 340 ack 1",
                                          "+.1 < . 1 ack 1461",
                                          "+.5 wait"};
  check({
      {"RFC5927-4.1-a", refused, "+.1 < icmp 3 3 0", "+.1 < icmp 3 3 1"},
      {"RFC5927-4.1-a", smaller, "+.001 < icmp 3 4 1 mtu 600", "+.001 < icmp 3 4 1461 mtu 600"},
  });
}

// RFC 8201, 4: "reporting a next-hop MTU that is less than the IPv6 minimum link MTU, it must
// discard it".
TEST(Icmp, OfAPathThatIPv6DoesNotKnowMayBeDiscarded) {
  const auto target = *wire::IpAddress::parse("2001:db8::1");
  const auto peer = *wire::IpAddress::parse("2001:db8::2");
  const auto quoted = wire::craft(wire::SegmentSpec{.source = 8080, .destination = 40000},
                                  {.source = target, .destination = peer}, {});
  const auto told = [&](std::uint32_t mtu) {
    const auto datagram = wire::craft(
        {.source = peer, .destination = target},
        wire::IcmpMessage{
            .type = wire::kIcmpV6PacketTooBig, .rest = mtu, .quote = wire::quote_of(quoted)});
    return read_error(*wire::DatagramView::parse(datagram), target).value();
  };
  EXPECT_TRUE(told(1279).discarded);
  EXPECT_FALSE(told(1280).discarded);
  EXPECT_EQ(told(1279).path_mtu, 1280);
}

// Whatever asked for them, they were retransmissions, and count towards R1 (3.8.3).
TEST(Icmp, OfThePathAtEachRetransmissionPutsOffNoEnd) {
  Lines tries = passive() + Lines{"write 100", "> P. 1 len 100 ack 1"};
  for (const char* gap : {"1", "2", "4", "8", "16", "32", "60"}) {
    tries = tries + Lines{"< icmp 3 4 1 mtu 600", std::string{"+"} + gap + " > P. 1 len 100 ack 1"};
  }
  EXPECT_EQ(broken(tries + Lines{"+400 wait", "error 110"}), std::vector<std::string>{});
  const Lines once = passive() + Lines{"write 100", "> P. 1 len 100 ack 1", "< icmp 3 4 1 mtu 600",
                                       "+1 > P. 1 len 100 ack 1", "+400 wait"};
  EXPECT_EQ(broken(once), std::vector<std::string>{"MUST-20"});
}

// An open connection goes on, and when it is given up the application may hear why.
CONTROLS(Icmp, OfNobodyThereIsToldWhenItIsGivenUp) {
  Lines tries = passive() + Lines{"write 100", "> P. 1 len 100 ack 1", "+.1 < icmp 3 3 1"};
  for (const char* gap : {"1", "2", "4", "8", "16", "32", "60"}) {
    tries = tries + Lines{std::string{"+"} + gap + " > P. 1 len 100 ack 1"};
  }
  check({{"MUST-12", tries + Lines{"+60 unsent 111"}, "+.1 < icmp 3 3 1", "+.1 < icmp 3 1 1"}});
}

}  // namespace
}  // namespace harness::model
