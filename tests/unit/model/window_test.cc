#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

CONTROLS(Window, OfThePeerIsNotOverrun) {
  const Lines small = {"listen",
                       "< S 0 win 1000 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 1 win 1000",
                       "accept",
                       "write 3000",
                       "> . 1 len 1000 ack 1",
                       "+.01 < . 1 ack 1001 win 500",
                       "> . 1001 len 500 ack 1",
                       "+.5 wait"};
  check({
      {"RFC5681-2-a", small, "> . 1 len 1000 ack 1", "> . 1 len 1001 ack 1"},
      {"RFC5681-2-a", small, "> . 1001 len 500 ack 1", "> . 1001 len 501 ack 1"},
  });
  const Lines shrunk = {"listen",
                        "< S 0 win 3000 mss 500",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 3000",
                        "accept",
                        "write 2000",
                        "> . 1 len 500 ack 1",
                        "+.01 < . 1 ack 501 win 600",
                        "> . 501 len 500 ack 1",
                        "+.2 > . 1001 len 100 ack 1",
                        "+.5 wait"};
  check({{"SHLD-15?", shrunk, "+.2 > . 1001 len 100 ack 1", "+.2 > . 1001 len 101 ack 1"}});
}

// An empty segment with URG is no probe, nor does it answer: it tells of what waits.
CONTROLS(Window, OfZeroKeepsNobodyFromTellingOfUrgentData) {
  const Lines urgent = {"listen",
                        "< S 0 win 1000 mss 1460",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 0",
                        "accept",
                        "write 100 oob",
                        "+.2 > U. 1 ack 1 urg 100",
                        "+.01 < . 1 ack 1 win 0",
                        "+1 > . 0 ack 1",
                        "+.01 < . 1 ack 1",
                        "> PU. 1 len 100 ack 1 urg 100",
                        "+.01 < . 1 ack 101",
                        "+1 wait"};
  check({{"RFC5681-4.2-one", urgent, "+1 > . 0 ack 1", "+1 > . 1 ack 1"},
         {"MUST-62", urgent, "+.2 > U. 1 ack 1 urg 100", "+.2 > U. 1 ack 1 urg 101"}});
}

// The window of what came out of order counts or does not: it is perhaps closed.
CONTROLS(Window, ThatIsPerhapsClosedKeepsNobodyFromTellingOfUrgentData) {
  const Lines urgent = {"listen",
                        "< S 0 win 1000 mss 1460",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 0",
                        "accept",
                        "write 100 oob",
                        "+.01 < . 500 len 10 ack 1 win 0",
                        "> . 1 ack 1",
                        "+.01 < . 1 ack 1 win 100",
                        "+.01 < . 1 ack 1 win 0",
                        "+.2 > U. 1 ack 1 urg 100",
                        "+.1 wait"};
  check({{"RFC5681-4.2-one", urgent, "+.2 > U. 1 ack 1 urg 100", "+.2 > . 1 ack 1"}});
}

// By the rule of 3.8.6 that goes by the ACK: from then on that segment's number is the last one.
CONTROLS(Window, OfAnEarlierNumberMayCountForItsAck) {
  const Lines earlier = {"listen",
                         "< S 0 win 1000 mss 1000",
                         "> S. 0 ack 1 mss 1460",
                         "+.01 < . 500 ack 1 win 1000",
                         "accept",
                         "write 9000",
                         "> . 1 len 1000 ack 1",
                         "+.01 < . 1 ack 1001 win 0",
                         "+.01 < . 1 ack 1001 win 3000",
                         "> . 1001 len 1000 ack 1",
                         "> . 2001 len 1000 ack 1",
                         "> . 3001 len 1000 ack 1",
                         "+.2 wait"};
  check({{"RFC5681-2-a", earlier, "+.2 wait", "> . 4001 len 1000 ack 1"}});
}

CONTROLS(Window, IsReadWithItsScale) {
  const Lines scaled = {"listen",
                        "< S 0 win 1000 mss 1460 ws 3",
                        "> S. 0 ack 1 mss 1460 ws 0",
                        "+.01 < . 1 ack 1 win 1000",
                        "accept",
                        "write 9000",
                        "> . 1 len 1456 ack 1",
                        "> . 1457 len 1456 ack 1",
                        "> . 2913 len 1456 ack 1",
                        "> . 4369 len 1456 ack 1",
                        "> . 5825 len 1456 ack 1",
                        "+.2 > . 7281 len 720 ack 1",
                        "+.5 wait"};
  check({{"RFC5681-2-a", scaled, "+.2 > . 7281 len 720 ack 1", "+.2 > . 7281 len 721 ack 1"}});
}

CONTROLS(Window, OfZeroIsProbed) {
  const Lines zero = {"listen",
                      "< S 0 win 1000 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+.01 < . 1 ack 1 win 0",
                      "accept",
                      "write 100",
                      "+1 > . 0 ack 1",
                      "+.01 < . 1 ack 1 win 0",
                      "+2 > . 1 len 1 ack 1",
                      "+.01 < . 1 ack 1 win 0",
                      "+.01 wait"};
  check({
      {"SHLD-15?", zero, "+2 > . 1 len 1 ack 1", "+2 > . 1 len 2 ack 1"},
  });
  const Lines probed = {"listen",
                        "< S 0 win 1000 mss 1460",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 0",
                        "accept",
                        "write 100",
                        "+1 > . 0 ack 1",
                        "+60 > . 0 ack 1",
                        "+100 wait"};
  check({{"MUST-36", probed, "+60 > . 0 ack 1", "+60 wait"}});
}

// How long a probe waits for its answer says nothing of the round trip.
CONTROLS(Window, OfZeroThatOpensTellsNoRoundTripTime) {
  const Lines zero = {"listen",
                      "< S 0 win 1000 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+.01 < . 1 ack 1 win 0",
                      "accept",
                      "write 101",
                      "+1 > . 1 len 1 ack 1",
                      "+9 < . 1 ack 2 win 1000",
                      "> P. 2 len 100 ack 1",
                      "+1 > P. 2 len 100 ack 1",
                      "+.1 wait"};
  check({{"RFC6298-2.4?", zero, "+1 > P. 2 len 100 ack 1", "+.9 > P. 2 len 100 ack 1"}});
}

CONTROLS(Window, OpensByWhatThePeerMayBeSentAtOnce) {
  const Lines opens = {"listen",
                       "< S 0 mss 100",
                       "> S. 0 ack 1 mss 1460 win 300",
                       "+.01 < P. 1 len 300 ack 1",
                       "> . 1 ack 301 win 0",
                       "accept",
                       "read 110",
                       "> . 1 ack 301 win 110",
                       "+.1 wait"};
  check({{"MUST-39", opens, "> . 1 ack 301 win 110", "> . 1 ack 301 win 90"}});
}

// The path carries 28 octets in a segment, which is the most that the target can send.
CONTROLS(Window, OpensByWhatThePathCarries) {
  const Lines opens = {"listen",
                       "< S 0 mss 1460",
                       "> S. 0 ack 1 mss 1460 win 300",
                       "+.01 < P. 1 len 300 ack 1",
                       "> . 1 ack 301 win 0",
                       "accept",
                       "write 100",
                       "> P. 1 len 100 ack 301 win 0",
                       "< icmp 3 4 1 mtu 68",
                       "> P. 1 len 28 ack 301 win 0",
                       "read 60",
                       "> . 101 ack 301 win 60",
                       "+.1 wait"};
  check({{"MUST-39", opens, "> . 101 ack 301 win 60", "> . 101 ack 301 win 20"},
         {"MUST-39", opens, "< icmp 3 4 1 mtu 68", "< icmp 3 4 1 mtu 138"}});
}

// Eff.snd.MSS is what is left besides the options.
CONTROLS(Window, OpensByWhatGoesIntoASegmentBesidesItsOptions) {
  const Lines opens = {"listen",
                       "< S 0 mss 100 ts 1/0",
                       "> S. 0 ack 1 mss 1460 win 300 ts 1/1",
                       "+.01 < P. 1 len 300 ack 1 ts 2/1",
                       "> . 1 ack 301 win 0 ts 11/2",
                       "accept",
                       "read 90",
                       "> . 1 ack 301 win 90 ts 11/2",
                       "+.1 wait"};
  check({{"MUST-39", opens, "> . 1 ack 301 win 90 ts 11/2", "> . 1 ack 301 win 87 ts 11/2"}});
}

CONTROLS(Window, OfZeroIsProbedSoonAndThenEverMoreRarely) {
  const Lines zero = {"listen",
                      "< S 0 win 1000 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+.01 < . 1 ack 1 win 0",
                      "accept",
                      "write 100"};
  const Lines probes =
      zero + Lines{"+1 > . 0 ack 1", "+2 > . 0 ack 1", "+4 > . 0 ack 1", "+1 wait"};
  check({
      {"SHLD-29?", zero + Lines{"+1 > . 0 ack 1", "+1 wait"}, "+1 > . 0 ack 1", "+10 > . 0 ack 1"},
      {"SHLD-30?", probes, "+4 > . 0 ack 1", "+2.1 > . 0 ack 1"},
  });
  const Lines shrunk = passive() + Lines{"+.1 write 2000",           "> . 1 len 1460 ack 1",
                                         "> P. 1461 len 540 ack 1",  "+.01 < . 1 ack 1 win 0",
                                         "+1 > . 1 len 1460 ack 1",  "+.01 < . 1 ack 1 win 0",
                                         "+60 > . 1 len 1460 ack 1", "+100 wait"};
  check({{"MUST-35", shrunk, "+60 > . 1 len 1460 ack 1", "+60 wait"}});
}

CONTROLS(Window, ThatIsSmallMakesNobodySilly) {
  const Lines sender = {"listen",
                        "< S 0 win 3000 mss 1460",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 3000",
                        "accept",
                        "write 5000",
                        "> . 1 len 1460 ack 1",
                        "> . 1461 len 1460 ack 1",
                        "+.2 > . 2921 len 80 ack 1",
                        "+.5 wait"};
  const Lines wider = {"listen",
                       "< S 0 win 3000 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 1 win 3000",
                       "accept",
                       "write 5000",
                       "> . 1 len 1460 ack 1",
                       "> . 1461 len 1460 ack 1",
                       "+.01 < . 1 ack 1461 win 1640",
                       "+.2 > . 2921 len 180 ack 1",
                       "+.5 wait"};
  const Lines receiver = {"listen",
                          "< S 0 mss 1460",
                          "> S. 0 ack 1 mss 1460 win 2920",
                          "+.01 < . 1 ack 1",
                          "accept",
                          "+.1 < . 1 len 1460 ack 1",
                          "< . 1461 len 1460 ack 1",
                          "> . 1 ack 2921 win 0",
                          "read 1460",
                          "> . 1 ack 2921 win 1460",
                          "+.5 wait"};
  const Lines nagle = passive() + Lines{"+.1 write 100",     "> P. 1 len 100 ack 1",  "write 50",
                                        "+.1 < . 1 ack 101", "> P. 101 len 50 ack 1", "+.5 wait"};
  check({
      {"MUST-38", wider, "+.2 > . 2921 len 180 ack 1", "+0 > . 2921 len 180 ack 1"},
      {"MUST-39", receiver, "> . 1 ack 2921 win 1460", "> . 1 ack 2921 win 100"},
      {"SHLD-7?", nagle, "+.1 < . 1 ack 101", ""},
  });
  // With TCP_MAXSEG smaller ones are full.
  const Lines asked = {"listen",
                       "< S 0 win 5000 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 1 win 5000",
                       "accept",
                       "set 6 2 1000",
                       "write 9000",
                       "> . 1 len 1000 ack 1",
                       "> . 1001 len 1000 ack 1",
                       "> . 2001 len 1000 ack 1",
                       "> . 3001 len 1000 ack 1",
                       "> . 4001 len 1000 ack 1",
                       "+.1 wait"};
  EXPECT_EQ(broken(asked), std::vector<std::string>{});
  EXPECT_NE(broken(changed(asked, "set 6 2 1000", "")), std::vector<std::string>{});
  // What is asked once it is open may come too late.
  const Lines later =
      passive() + Lines{"set 6 2 600",         "set 6 2 1000",           "write 1200",
                        "> . 1 len 600 ack 1", "> P. 601 len 600 ack 1", "+.1 wait"};
  check({{"SHLD-7?", later, "set 6 2 600", ""}});
  // The rest of a window that a full segment has just gone into.
  EXPECT_EQ(broken(changed(sender, "+.2 > . 2921 len 80 ack 1", "+0 > . 2921 len 80 ack 1")),
            std::vector<std::string>{});
}

CONTROLS(Window, OfTheTargetDoesNotShrink) {
  const Lines fixed =
      passive() + Lines{"+.1 < P. 1 len 100 ack 1", "> . 1 ack 101 win 65435", "+.5 wait"};
  check({{"SHLD-14?", fixed, "> . 1 ack 101 win 65435", "> . 1 ack 101 win 65434"}});
}

CONTROLS(Window, ThatIsOpenLetsDataGo) {
  const Lines goes = passive() + Lines{"+.1 write 100", "+.1 > P. 1 len 100 ack 1", "+2.5 wait"};
  check({{"MUST-60", goes, "+.1 > P. 1 len 100 ack 1", ""}});
}

// The FIN has a number, too.
CONTROLS(Window, HoldsTheFinAsWell) {
  const Lines small =
      passive() +
      Lines{"+.1 < . 1 ack 1 win 101", "write 50", "> P. 1 len 50 ack 1", "write 50", "close",
            "> FP. 51 len 50 ack 1",   "+.1 wait"};
  check({{"SHLD-15?", small, "+.1 < . 1 ack 1 win 101", "+.1 < . 1 ack 1 win 100"}});
}

CONTROLS(Window, IsFilledWhereHalfTheLargestMayBeSent) {
  const Lines halves = {"listen",
                        "< S 0 mss 1460",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 1000",
                        "accept",
                        "set 6 1 1",
                        "+.1 write 2000",
                        "> . 1 len 500 ack 1",
                        "> . 501 len 500 ack 1",
                        "+.01 < . 1 ack 1001 win 600",
                        "> . 1001 len 500 ack 1",
                        "> . 1501 len 100 ack 1",
                        "+.1 wait"};
  check({{"MUST-38", halves, "> . 1501 len 100 ack 1",
          "< . 1 ack 1001 win 700\n> . 1501 len 200 ack 1"}});
}

// RFC 7323, 2.2: "The window field in a segment where the SYN bit is set ... MUST NOT be scaled."
CONTROLS(Window, OfASynIsNotScaled) {
  const Lines crossed = {"connect",
                         "> S 0 mss 1460 ws 7",
                         "+.01 < S 0 mss 1460 win 1000 ws 4",
                         "> S. 0 ack 1 mss 1460 ws 7",
                         "+.01 < S. 0 ack 1 mss 1460 win 1000 ws 4",
                         "connected",
                         "+.1 write 2000",
                         "> . 1 len 1000 ack 1",
                         "+.1 wait"};
  check({{"RFC7323-2.2-d", crossed, "> . 1 len 1000 ack 1", "> . 1 len 1100 ack 1"}});
}

CONTROLS(Window, OfZeroOpensNothing) {
  const Lines beyond = passive("mss 1460", "mss 1460 win 1152") +
                       Lines{"+.1 < P. 1 len 1336 ack 1", "> . 1 ack 1337 win 0"};
  check({{"MUST-39", beyond, "> . 1 ack 1337 win 0", "> . 1 ack 1337 win 20"}});
}

// An ACK in an early segment may count, and then a probe asks, when its own timer runs out.
CONTROLS(Window, ThatIsPerhapsClosedIsProbedPerhaps) {
  const Lines early = passive() + Lines{"+.1 write 200",
                                        "> P. 1 len 200 ack 1",
                                        "+.01 < . 101 ack 1 win 0",
                                        "+10 > P. 1 len 200 ack 1",
                                        "+.01 < . 1 ack 201",
                                        "+1 wait"};
  check({{"9293-3.10.8-rto", early, "+.01 < . 101 ack 1 win 0", "+.01 < . 101 ack 1"}});
}

// A SYN,ACK has 16 bits for it, whatever was told since.
CONTROLS(Window, OfARepeatedSynAckTakesNothingBack) {
  const Lines again = {"listen",
                       "< S 0 mss 1460 ws 2",
                       "> S. 0 ack 1 mss 1460 ws 1",
                       "+.1 < S 0 mss 1460 ws 2",
                       "> . 1 ack 1 win 50000",
                       "+.9 > S. 0 ack 1 mss 1460 ws 1 win 65535",
                       "+.1 < . 1 ack 1",
                       "< P. 1 len 10 ack 1",
                       "> . 1 ack 11 win 49995"};
  check({{"SHLD-14?", again, "> . 1 ack 11 win 49995", "> . 1 ack 11 win 49000"}});
}

// The application has set when to give up, and that comes before.
CONTROLS(Window, OfZeroNeedNotBeProbedBehindAUserTimeout) {
  const Lines limited =
      passive() + Lines{"set 6 18 500", "+.1 < . 1 ack 1 win 0", "write 100", "+9 wait"};
  check({{"SHLD-29?", limited, "set 6 18 500", "+0 wait"}});
}

}  // namespace
}  // namespace harness::model
