#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

const Lines kPlain = passive() + Lines{"+.1 < P. 1 len 100 ack 1", "> . 1 ack 101", "+1 wait"};
const Lines kStamped = {"listen",
                        "< S 0 mss 1460 ts 100/0",
                        "> S. 0 ack 1 mss 1460 ts 7000/100",
                        "+.01 < . 1 ack 1 ts 110/7000",
                        "accept",
                        "+.1 < P. 1 len 100 ack 1 ts 210/7000",
                        "> . 1 ack 101 ts 7110/210",
                        "+.1 < P. 101 len 100 ack 1 ts 310/7110",
                        "+.01 > . 1 ack 201 ts 7220/310",
                        "+1 wait"};

CONTROLS(Options, StandWhereTheyMay) {
  check({
      {"MUST-65", kPlain, "> . 1 ack 101", "> . 1 ack 101 mss 1460"},
      {"RFC7323-2.2-c", kPlain, "> . 1 ack 101", "> . 1 ack 101 ws 7"},
      {"RFC2018-2-a", kPlain, "> . 1 ack 101", "> . 1 ack 101 sackok"},
      {"RFC2018-4-a", kPlain, "> . 1 ack 101", "> . 1 ack 101 sack 1:50"},
      {"RFC7323-3.2-d", kPlain, "> . 1 ack 101", "> . 1 ack 101 ts 1/1"},
      {"MUST-67", kPlain, "> S. 0 ack 1 mss 1460", "> S. 0 ack 1 mss 1461"},
      {"RFC7323-2.3-b", kPlain, "> S. 0 ack 1 mss 1460", "> S. 0 ack 1 mss 1460 ws 7"},
      {"RFC7323-3.2-d", kPlain, "> S. 0 ack 1 mss 1460", "> S. 0 ack 1 mss 1460 ts 1/0"},
      {"RFC2018-4-a", kPlain, "> S. 0 ack 1 mss 1460", "> S. 0 ack 1 mss 1460 sackok"},
      {"RFC7323-2.3-e", passive("mss 1460 ws 9", "mss 1460 ws 14"), "> S. 0 ack 1 mss 1460 ws 14",
       "> S. 0 ack 1 mss 1460 ws 15"},
  });
}

// RFC 7323, 2.3: a field that is not shifted right offers more than is there.
CONTROLS(Options, ScaleTheWindowThatIsOffered) {
  const Lines scaled =
      passive("mss 1460 ws 2", "mss 1460 ws 7") + Lines{"+.1 < P. 1 len 100 ack 1",
                                                        "> . 1 ack 101 win 60000",
                                                        "+.1 < P. 101 len 100 ack 1",
                                                        "> . 1 ack 201 win 60000",
                                                        "+1 wait",
                                                        "state ESTABLISHED"};
  check({{"RFC7323-2.3-d",
          scaled,
          "> . 1 ack 201 win 60000",
          "> . 1 ack 201 win 512\n+.1 < R 60000",
          {"SHLD-14?"}}});
}

// RFC 7323, 3.2 and 5.3.
CONTROLS(Options, StandInWhatIsTakenAndAreNewerAcrossTheWrap) {
  const Lines bare = kStamped + Lines{"+.1 < P. 201 len 10 ack 1", "+.1 wait", "write 10",
                                      "> P. 1 len 10 ack 201 ts 8420/310", "+.1 wait"};
  check({{"RFC7323-3.2-g?", bare, "> P. 1 len 10 ack 201 ts 8420/310",
          "> P. 1 len 10 ack 211 ts 8420/310"}});
  const Lines wraps = {"listen",
                       "< S 0 mss 1460 ts 4294967290/0",
                       "> S. 0 ack 1 mss 1460 ts 7000/4294967290",
                       "+.01 < . 1 ack 1 ts 4294967291/7000",
                       "accept",
                       "+.1 < P. 1 len 10 ack 1 ts 5/7000",
                       "> . 1 ack 11 ts 7110/5",
                       "+.1 wait"};
  check({{"RFC7323-5.3-R1", wraps, "> . 1 ack 11 ts 7110/5", "> . 1 ack 1 ts 7110/5"}});
}

// RFC 7323, 5.5: "a mechanism to 'invalidate' the TS.Recent value when a connection is idle for
// more than 24 days".
CONTROLS(Options, AreNotTooOldForEver) {
  const Lines idle = kStamped + Lines{"+2160000 < P. 201 len 10 ack 1 ts 100/8110",
                                      "> . 1 ack 211 ts 2160008430/100", "+.1 wait"};
  check({{"RFC7323-5.5-a", idle, "> . 1 ack 211 ts 2160008430/100",
          "> . 1 ack 201 ts 2160008430/310"}});
  // What is dropped for its ACK leaves TS.Recent as old as it was.
  EXPECT_EQ(
      broken(kStamped + Lines{"+2160000 < . 201 len 1 ack -75000 ts 100/8110",
                              "> . 1 ack 201 ts 2160008430/310", "< P. 201 len 10 ack 1 ts 50/8110",
                              "> . 1 ack 211 ts 2160008430/50", "+.1 wait"}),
      std::vector<std::string>{});
  // A reset tells of no timestamp.
  EXPECT_EQ(
      broken(changed(idle, "+2160000 < P. 201 len 10 ack 1 ts 100/8110",
                     "+2160000 < R 70000 ts 2160000000/0\n< P. 201 len 10 ack 1 ts 100/8110")),
      std::vector<std::string>{});
}

CONTROLS(Options, TellTheMssInEverySyn) {
  const Lines opens = active() + Lines{"+.1 < P. 1 len 10 ack 1", "> . 1 ack 11", "+1 wait"};
  check({
      {"SHLD-5?", kPlain, "> S. 0 ack 1 mss 1460", "> S. 0 ack 1"},
      {"SHLD-5?", opens, "> S 0 mss 1460", "> S 0"},
  });
}

CONTROLS(Options, OfTimeStandInEverySegmentAndEchoTheLatest) {
  check({
      {"RFC7323-3.2-e", kStamped, "+.01 > . 1 ack 201 ts 7220/310", "+.01 > . 1 ack 201"},
      {"RFC7323-3.2-b", kStamped, "+.01 > . 1 ack 201 ts 7220/310",
       "+.01 > . 1 ack 201 ts 7220/311"},
      {"RFC7323-4.1-a", kStamped, "+.01 > . 1 ack 201 ts 7220/310",
       "+.01 > . 1 ack 201 ts 7109/310"},
      {"RFC7323-5.4-a", kStamped, "+.01 > . 1 ack 201 ts 7220/310",
       "+.01 > . 1 ack 201 ts 17220/310"},
      {"RFC7323-3.2-b", kStamped, "> S. 0 ack 1 mss 1460 ts 7000/100",
       "> S. 0 ack 1 mss 1460 ts 7000/99"},
      {"RFC7323-3.2-a?",
       {"connect", "> S 0 mss 1460 ts 7000/0", "+.01 < S. 0 ack 1 mss 1460 ts 100/7000",
        "> . 1 ack 1 ts 7010/100", "connected", "+.5 wait"},
       "> S 0 mss 1460 ts 7000/0",
       "> S 0 mss 1460 ts 7000/5"},
  });
}

CONTROLS(Options, OfTimeKeepOldSegmentsOut) {
  const Lines old =
      Lines{kStamped.begin(), kStamped.end() - 1} +
      Lines{"+.1 < P. 201 len 100 ack 1 ts 50/7110", "> . 1 ack 201 ts 7330/310", "+1 wait"};
  check({
      {"RFC7323-5.3-R1", old, "> . 1 ack 201 ts 7330/310", "> . 1 ack 301 ts 7330/310"},
      {"RFC7323-5.3-R1", old, "> . 1 ack 201 ts 7330/310", ""},
  });
}

CONTROLS(Options, OfSackNameWhatHasArrived) {
  const Lines hole = passive("mss 1460 sackok", "mss 1460 sackok") +
                     Lines{"+.1 < P. 101 len 100 ack 1", "> . 1 ack 1 sack 101:201", "+1 wait"};
  check({{"RFC2018-3-geometry", hole, "> . 1 ack 1 sack 101:201", "> . 1 ack 1 sack 101:202"}});
}

CONTROLS(Options, OfTimeThatAreMissingLetASegmentBeDroppedInSilence) {
  const Lines bare = Lines{kStamped.begin(), kStamped.end() - 1} +
                     Lines{"+1 < . 1 len 100 ack 1", "+.5 wait", "+1 wait"};
  check({{"9293-3.5.2-sync-empty-ack", bare, "+1 < . 1 len 100 ack 1",
          "+1 < . 1 len 100 ack 1 ts 320/7110"}});
}

CONTROLS(Options, OfASynAckStayAsTheyAre) {
  const Lines again = {"listen", "< S 0 mss 1460 ws 3", "> S. 0 ack 1 mss 1460 ws 7",
                       "+1 > S. 0 ack 1 ws 7 mss 1460", "+.1 wait"};
  check({{"RFC7323-2.2-b", again, "+1 > S. 0 ack 1 ws 7 mss 1460", "+1 > S. 0 ack 1 mss 1460"}});
}

CONTROLS(Options, OfScaleCountForNobodyWhereOneSideHasNone) {
  const Lines crossed = {"connect",
                         "> S 0 mss 1460 ws 7 win 64240",
                         "+.01 < S 0 mss 1000",
                         "> S. 0 ack 1 mss 1460 ws 7 win 64240",
                         "+.01 < S. 0 ack 1 mss 1000",
                         "> . 1 ack 1 win 64240",
                         "connected",
                         "+.1 < P. 1 len 1000 ack 1",
                         "+.01 > . 1 ack 1001 win 63240",
                         "+.5 wait"};
  check(
      {{"RFC7323-2.2-b", crossed, "> . 1 ack 1 win 64240", "> . 1 ack 1 win 502"},
       {"RFC7323-2.2-b", crossed, "+.01 > . 1 ack 1001 win 63240", "+.01 > . 1 ack 1001 win 494"}});
}

CONTROLS(Options, NobodyKnowsDoNotMatter) {
  const Lines strange = {"listen", "< S 0 mss 1460 opt 77 opt 2", "> S. 0 ack 1 mss 1460",
                         "+1 wait"};
  check({{"MUST-6", strange, "> S. 0 ack 1 mss 1460", ""}});
}

const Lines kTimed = {"listen", "< S 0 mss 1460 ts 100/0", "> S. 0 ack 1 mss 1460 ts 7000/100",
                      "+.01 < . 1 ack 1 ts 110/7000", "accept"};

CONTROLS(Timestamps, OfADelayedAckEchoTheEarliest) {
  const Lines two =
      kTimed + Lines{"+.1 < P. 1 len 10 ack 1 ts 210/7000", "+.05 < P. 11 len 10 ack 1 ts 260/7000",
                     "+.1 > . 1 ack 21 ts 7260/210", "+.1 wait"};
  check({{"RFC7323-4.3-a?", two, "+.1 > . 1 ack 21 ts 7260/210", "+.1 > . 1 ack 21 ts 7260/260"}});
}

CONTROLS(Timestamps, StandInTheResetOfAnAbort) {
  const Lines abort = kTimed + Lines{"abort", "> R. 1 ack 1 ts 7010/110", "+.1 wait"};
  check({
      {"RFC7323-3.2-f?", abort, "> R. 1 ack 1 ts 7010/110", "> R. 1 ack 1"},
      {"RFC7323-3.2-h", kTimed + Lines{"+.1 < P. 1 len 10 ack 1", "+.1 wait"}, "+.1 wait",
       "> R. 1 ack 1 ts 7110/110"},
  });
}

// RFC 7323, 5.5: "idle for more than 24 days".
TEST(Timestamps, AreNotComparedAfterAMonth) {
  EXPECT_EQ(broken(kTimed + Lines{"+2592000 < P. 1 len 10 ack 1 ts 2592000110/7000",
                                  "> . 1 ack 11 ts 2592007010/2592000110",
                                  "+.1 < P. 11 len 10 ack 1 ts 2592000210/7000",
                                  "> . 1 ack 21 ts 2592007110/2592000210", "+.1 wait"}),
            std::vector<std::string>{});
  EXPECT_EQ(broken(kTimed + Lines{"+1728000 < P. 1 len 10 ack 1 ts 109/7000",
                                  "> . 1 ack 11 ts 1728007010/109"})
                .size(),
            1u);
}

CONTROLS(Options, TellOfNothingThatCameWhileItOpened) {
  const Lines opens = {"connect",
                       "> S 0 mss 1460 sackok",
                       "+.01 < S 0 mss 1460 sackok",
                       "> S. 0 ack 1 mss 1460 sackok",
                       "+.01 < . 100 len 10 ack 0",
                       "> . 1 ack 1"};
  check({{"9293-3.10.7-synrcvd-ack", opens, "> . 1 ack 1", "> . 1 ack 1 sack 100:110"}});
}

// Of an old segment nothing is kept, also where it came out of order.
CONTROLS(Options, OfTimeKeepOldSegmentsOutOfWhatIsTold) {
  const Lines old = passive("mss 1460 sackok ts 100/0", "mss 1460 sackok ts 500/100") +
                    Lines{"+.1 < . 1 ack 1 ts 201/500", "+.1 < . 101 len 50 ack 1 ts 200/500",
                          "> . 1 ack 1 ts 700/201"};
  check({{"RFC7323-5.3-R1", old, "> . 1 ack 1 ts 700/201", "> . 1 ack 1 ts 700/201 sack 101:151"}});
}

CONTROLS(Timestamps, OfTextThatCameWithAndWithoutAreOneText) {
  const Lines twice = {"listen",
                       "< S 0 mss 1460 ts 100/0",
                       "> S. 0 ack 1 mss 1460 ts 500/100",
                       "+.01 < . 1 ack 1 ts 110/500",
                       "accept",
                       "+.1 < . 1 len 16 ack 1 ts 210/500",
                       "< . 1 len 37 ack 1",
                       "> . 1 ack 17 ts 610/210",
                       "+.1 wait"};
  check({{"RFC7323-3.2-g?", twice, "> . 1 ack 17 ts 610/210", "> . 1 ack 38 ts 610/210"}});
}

// RFC 7323, 2.3: what is shifted out is rounded down, else the last octets would be refused.
CONTROLS(Options, OfScaleOfferNoMoreThanIsTaken) {
  const Lines last = passive("mss 1460 ws 0", "mss 1460 ws 7") +
                     Lines{"+.1 < P. 1 len 10 ack 1", "> . 1 ack 11 win 512", "+2 < R 65500",
                           "+0 > . 1 ack 11 win 512", "+.1 state ESTABLISHED"};
  check({{"RFC7323-2.3-d", last, "+0 > . 1 ack 11 win 512", ""}});
}

}  // namespace
}  // namespace harness::model
