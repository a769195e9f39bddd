#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

const Lines kLost = passive() + Lines{"+.1 write 100",
                                      "> P. 1 len 100 ack 1",
                                      "+1 > P. 1 len 100 ack 1",
                                      "+2 > P. 1 len 100 ack 1",
                                      "+4 > P. 1 len 100 ack 1",
                                      "+.01 < . 1 ack 101",
                                      "+1 wait"};

CONTROLS(Retransmission, CarriesTheSameOctets) {
  check({
      {"9293-3.10.8-rto", kLost, "+2 > P. 1 len 100 ack 1", "+2 > P. 1 len 100 ack 1 wrong 50"},
      {"9293-3.10.8-rto", kLost, "+1 wait", "+1 > P. 1 len 100 ack 1"},
  });
}

CONTROLS(Retransmission, WaitsForTheTimeoutAndThenTwiceAsLong) {
  check({
      {"RFC6298-5-early", kLost, "+1 > P. 1 len 100 ack 1", "+.005 > P. 1 len 100 ack 1"},
      {"RFC6298-5.5", kLost, "+4 > P. 1 len 100 ack 1", "+2.5 > P. 1 len 100 ack 1"},
      {"RFC6298-2.4?", kLost, "+1 > P. 1 len 100 ack 1", "+.5 > P. 1 len 100 ack 1"},
  });
}

CONTROLS(Retransmission, IsNotForgotten) {
  const Lines once = passive() + Lines{"+.1 write 100", "> P. 1 len 100 ack 1",
                                       "+1 > P. 1 len 100 ack 1", "+.01 < . 1 ack 101", "+5 wait"};
  check({{"9293-3.10.8-rto", once, "+1 > P. 1 len 100 ack 1", "+9 wait"}});
  check({{"MUST-20",
          changed(once, "+1 > P. 1 len 100 ack 1",
                  "+1 > P. 1 len 100 ack 1\n+3 > P. 1 len 100 ack 1"),
          "+3 > P. 1 len 100 ack 1", "+9 wait"}});
  const Lines syn = {"connect", "> S 0 mss 1460", "+1 > S 0 mss 1460", "+2 wait"};
  check({{"MUST-22", syn, "+1 > S 0 mss 1460", "+4.5 wait"}});
  const Lines twice = {"connect", "> S 0 mss 1460", "+1 > S 0 mss 1460", "+2 > S 0 mss 1460",
                       "+2 wait"};
  check({{"MUST-23", twice, "+2 > S 0 mss 1460", "+9 wait"}});
}

TEST(Retransmission, ComesEarlyAfterThreeDuplicates) {
  const Lines fast = passive() + Lines{"+.1 write 5840",
                                       "> . 1 len 1460 ack 1",
                                       "> . 1461 len 1460 ack 1",
                                       "> . 2921 len 1460 ack 1",
                                       "> P. 4381 len 1460 ack 1",
                                       "+.005 < . 1 ack 1",
                                       "< . 1 ack 1",
                                       "+0 < . 1 ack 1",
                                       "> . 1 len 1460 ack 1 win 65534",
                                       "+.01 < . 1 ack 5841",
                                       "+1 wait"};
  std::string words;
  const auto shrinks = broken(fast, &words);  // The window tells the two lines apart.
  EXPECT_EQ(shrinks, std::vector<std::string>{"SHLD-14?"}) << words;
  const auto early = broken(changed(fast, "+0 < . 1 ack 1", ""));
  ASSERT_FALSE(early.empty());
  EXPECT_EQ(early.back(), "RFC6298-5-early");
}

// What a closed window kept back is sent when it opens; the duplicates are counted on all the same.
CONTROLS(Retransmission, ComesWithTheThirdDuplicateWhateverWasSentAgain) {
  const Lines third = passive() + Lines{"+.1 write 100",
                                        "> P. 1 len 100 ack 1",
                                        "+.001 < . 1 ack 1",
                                        "< . 1 ack 1",
                                        "< . 1 ack 1 win 0",
                                        "+.001 < P. 1 len 10 ack 1",
                                        "> P. 1 len 100 ack 11",
                                        "+0 < . 11 ack 1",
                                        "+0 > P. 1 len 100 ack 11",
                                        "+.01 < . 11 ack 101",
                                        "+1 wait"};
  check({{"RFC6298-5-early", third, "+0 < . 11 ack 1", ""}});
}

// After a timeout all that had been sent by then is missing, not only what had been at the first.
TEST(Retransmission, FillsTheHolesUpToTheLastTimeout) {
  const Lines holes =
      passive() + Lines{"+.1 write 1460",           "> P. 1 len 1460 ack 1",
                        "+1 > P. 1 len 1460 ack 1", "+.1 < . 1 ack 701",
                        "> P. 701 len 760 ack 1",   "write 1460",
                        "> P. 1461 len 1460 ack 1", "+2 > P. 701 len 760 ack 1",
                        "+.4 < . 1 ack 1461",       "> P. 1461 len 1460 ack 1 win 65534",
                        "+.1 < . 1 ack 2921",       "+1 wait"};
  std::string words;
  EXPECT_EQ(broken(holes, &words), std::vector<std::string>{"SHLD-14?"}) << words;
}

CONTROLS(Retransmission, OfASynGoesOnForThreeMinutes) {
  Lines opens = {"connect", "> S 0 mss 1460"};
  for (const auto* gap : {"+1", "+2", "+4", "+8", "+16", "+32", "+64"}) {
    opens.push_back(std::string{gap} + " > S 0 mss 1460");
  }
  const Lines tries = opens + Lines{"+60 wait", "connected 110", "+1 wait"};
  check({
      {"MUST-23", tries, "+60 wait", "+6 wait"},
      {"RFC6298-2.1?",
       {"connect", "> S 0 mss 1460", "+1 > S 0 mss 1460", "+1 wait"},
       "+1 > S 0 mss 1460",
       "+.5 > S 0 mss 1460"},
  });
}

CONTROLS(Retransmission, EndsWithAWordToTheApplication) {
  Lines lost = passive() + Lines{"+.1 write 100", "> P. 1 len 100 ack 1"};
  for (const auto* gap : {"+1", "+2", "+4", "+8", "+16", "+32"}) {
    lost.push_back(std::string{gap} + " > P. 1 len 100 ack 1");
  }
  const Lines ends = lost + Lines{"+50 wait", "error 110", "+1 wait"};
  check({
      {"SHLD-11?", ends, "+50 wait", "+5 wait"},
      {"9293-3.10.8-usertimeout", ends, "+1 wait", "> P. 1 len 100 ack 1"},
  });
  const Lines soon = passive() + Lines{"+.1 write 100", "> P. 1 len 100 ack 1",
                                       "+1 > P. 1 len 100 ack 1", "+1 wait"};
  check({
      {"MUST-20", soon, "+1 wait", "+1 error 110"},
  });
  const Lines idle = passive() + Lines{"+1 wait"};
  check({{"MUST-12", idle, "+1 wait", "+1 error 110"}});
}

CONTROLS(Retransmission, OfWhatAClosedWindowHeldBackIsAtOnce) {
  const Lines opened = passive() + Lines{"+.1 write 10",
                                         "> P. 1 len 10 ack 1",
                                         "+.05 < . 1 ack 11",
                                         "write 100",
                                         "> P. 11 len 100 ack 1",
                                         "+.01 < . 1 ack 11 win 0",
                                         "+.005 < . 1 ack 61 win 1000",
                                         "> P. 61 len 50 ack 1",
                                         "+.01 < . 1 ack 111",
                                         "+1 wait"};
  check({{"RFC6298-5-early", opened, "+.01 < . 1 ack 11 win 0", ""}});
}

// RFC 6298, 5: what goes again for other reasons need not start the timer anew.
CONTROLS(Retransmission, OnTimeMayFollowAFastOneSoon) {
  const Lines fast =
      passive() +
      Lines{"write 100",   "> P. 1 len 100 ack 1", "+.6 < . 1 ack 1",          "< . 1 ack 1",
            "< . 1 ack 1", "> P. 1 len 100 ack 1", "+.4 > P. 1 len 100 ack 1", "+.1 wait"};
  check({{"RFC6298-2.4?", fast, "+.4 > P. 1 len 100 ack 1", "+.3 > P. 1 len 100 ack 1"}});
}

// From a segment out of order the ACK counts or does not: the timer starts again, or does not.
TEST(Retransmission, MayWaitAnewForAnAckOutOfOrder) {
  EXPECT_EQ(broken(passive() + Lines{"write 100", "> P. 1 len 100 ack 1", "write 10",
                                     "> P. 101 len 10 ack 1", "+3 > P. 1 len 100 ack 1",
                                     "+5 < . 5 len 1 ack 101", "> . 111 ack 1",
                                     "+6 > P. 101 len 10 ack 1", "+.1 wait"}),
            std::vector<std::string>{"SHLD-7?"});
}

// RFC 6298, 5.3 and 5.4: two segments, of which the first or none is acknowledged.
CONTROLS(Retransmission, CountsFromTheLastAckOfNewData) {
  const Lines two =
      passive() + Lines{"+.1 write 2920", "> . 1 len 1460 ack 1", "> P. 1461 len 1460 ack 1"};
  const Lines part = two + Lines{"+.9 < . 1 ack 1461", "+1 > P. 1461 len 1460 ack 1",
                                 "+.01 < . 1 ack 2921", "+.1 wait"};
  const Lines none = two + Lines{"+1 > . 1 len 1460 ack 1", "+.01 < . 1 ack 2921", "+.1 wait"};
  check({
      {"RFC6298-5.1-5.3?", part, "+1 > P. 1461 len 1460 ack 1", "+.1 > P. 1461 len 1460 ack 1"},
      {"RFC6298-5.4?", none, "+1 > . 1 len 1460 ack 1", "+1 > P. 1461 len 1460 ack 1"},
  });
}

CONTROLS(Retransmission, OfTextWaitsThreeSecondsWhereASynWasRepeated) {
  const Lines late = {"connect",
                      "> S 0 mss 1460",
                      "+1 > S 0 mss 1460",
                      "+.01 < S. 0 ack 1 mss 1460",
                      "> . 1 ack 1",
                      "connected",
                      "+.1 write 100",
                      "> P. 1 len 100 ack 1",
                      "+3 > P. 1 len 100 ack 1",
                      "+.01 < . 1 ack 101",
                      "+.1 wait"};
  check({{"RFC6298-5.7", late, "+3 > P. 1 len 100 ack 1", "+1.5 > P. 1 len 100 ack 1"}});
}

// RFC 5681, 2: a duplicate has the same window.
CONTROLS(Retransmission, IsNotFastForUpdatesOfTheWindow) {
  const Lines fast = passive() + Lines{"+.1 write 5840",           "> . 1 len 1460 ack 1",
                                       "> . 1461 len 1460 ack 1",  "> . 2921 len 1460 ack 1",
                                       "> P. 4381 len 1460 ack 1", "+.1 < . 1 ack 1461",
                                       "+.2 < . 1 ack 1461",       "+.01 < . 1 ack 1461",
                                       "+.02 < . 1 ack 1461",      "> . 1461 len 1460 ack 1",
                                       "+.01 < . 1 ack 5841",      "+.1 wait"};
  check({{"RFC5681-3.2-fr?", fast, "+.02 < . 1 ack 1461", "+.02 < . 1 ack 1461 win 60000"}});
}

CONTROLS(Retransmission, IsFastForWhatIsMissing) {
  const Lines fast =
      passive() +
      Lines{"+.1 write 2920",          "> . 1 len 1460 ack 1", "> P. 1461 len 1460 ack 1",
            "+.1 < . 1 ack 1",         "+.01 < . 1 ack 1",     "+.01 < . 1 ack 1",
            "+0 > . 1 len 1460 ack 1", "+.01 < . 1 ack 2921",  "+.1 wait"};
  check({{"RFC5681-3.2-fr?", fast, "+0 > . 1 len 1460 ack 1", "+0 > P. 1461 len 1460 ack 1"}});
}

CONTROLS(Retransmission, HeedsAnAckThatItsOwnWindowHasNoRoomFor) {
  const Lines shut =
      passive("mss 1460", "mss 1460 win 1000") + Lines{"+.1 < P. 1 len 1000 ack 1",
                                                       "> . 1 ack 1001 win 0",
                                                       "+.1 write 100",
                                                       "> P. 1 len 100 ack 1001 win 0",
                                                       "+.1 < P. 1001 len 1 ack 101",
                                                       "> . 101 ack 1001 win 0",
                                                       "+1 wait"};
  check({{"9293-3.10.7-zero-wnd-ack?", shut, "+1 wait", "+1 > P. 1 len 100 ack 1001 win 0"}});
}

CONTROLS(Retransmission, OfWhatSackShowsToBeMissingIsAtOnce) {
  const Lines shown =
      passive("mss 100 sackok", "mss 1460 sackok") + Lines{"+.1 write 10",
                                                           "> P. 1 len 10 ack 1",
                                                           "+.05 < . 1 ack 11",
                                                           "write 300",
                                                           "> . 11 len 100 ack 1",
                                                           "> . 111 len 100 ack 1",
                                                           "> P. 211 len 100 ack 1",
                                                           "+.005 < . 1 ack 61 sack 211:311",
                                                           "> . 61 len 50 ack 1",
                                                           "+.01 < . 1 ack 311",
                                                           "+1 wait"};
  check({{"RFC6298-5-early", shown, "+.005 < . 1 ack 61 sack 211:311", "+.005 < . 1 ack 61"}});
}

// RFC 5827: too little is on its way to draw three duplicates.
CONTROLS(Retransmission, OfLittleMayFollowOneDuplicate) {
  const Lines little = passive() + Lines{"+.1 write 10",
                                         "> P. 1 len 10 ack 1",
                                         "+.05 < . 1 ack 11",
                                         "write 100",
                                         "> P. 11 len 100 ack 1",
                                         "+.005 < . 1 ack 11",
                                         "> P. 11 len 100 ack 1",
                                         "+.01 < . 1 ack 111",
                                         "+1 wait"};
  check({{"RFC6298-5-early", little, "+.005 < . 1 ack 11", "+.005 wait"}});
}

// Whether the text was dropped, and so which ACK is the sample, only the answer shows.
CONTROLS(Retransmission, WaitsForWhatWasPerhapsMeasuredLater) {
  const Lines later = passive() + Lines{"write 1460",
                                        "> P. 1 len 1460 ack 1",
                                        "+.005 < . 1 len 100 ack -200000",
                                        "+.001 < . 1 ack 1461",
                                        "> . 1461 ack 101",
                                        "+1.2 < . 101 ack 1461",
                                        "write 100",
                                        "> P. 1461 len 100 ack 101",
                                        "+6 > P. 1461 len 100 ack 101",
                                        "+.01 < . 101 ack 1561",
                                        "+.1 wait"};
  check({{"9293-3.10.8-rto", later, "+1.2 < . 101 ack 1461", "+.2 < . 101 ack 1461"}});
}

// "RTO <- SRTT + max (G, K*RTTVAR)", after a first round trip R three times it.
CONTROLS(Retransmission, WaitsForThreeTimesTheFirstRoundTrip) {
  const Lines far = {"listen",
                     "< S 0 mss 1460",
                     "> S. 0 ack 1 mss 1460",
                     "+.9 < . 1 ack 1",
                     "accept",
                     "write 100",
                     "> P. 1 len 100 ack 1",
                     "+2.7 > P. 1 len 100 ack 1",
                     "+.9 < . 1 ack 101",
                     "+.1 wait"};
  check({{"RFC6298-2.2", far, "+2.7 > P. 1 len 100 ack 1", "+1.1 > P. 1 len 100 ack 1"}});
}

// 5.6: "retransmit the segment, RTO is doubled"; only new data that is acknowledged undoes it.
CONTROLS(Retransmission, BacksOffWhateverIsDuplicate) {
  const Lines lost = passive() + Lines{"write 100",
                                       "> P. 1 len 100 ack 1",
                                       "+1 > P. 1 len 100 ack 1",
                                       "+2 > P. 1 len 100 ack 1",
                                       "+1 < . 1 ack 1",
                                       "+3 > P. 1 len 100 ack 1",
                                       "+8 > P. 1 len 100 ack 1",
                                       "+.1 < . 1 ack 101",
                                       "+.1 wait"};
  check({
      {"RFC6298-5.5", lost, "+8 > P. 1 len 100 ack 1", "+2 > P. 1 len 100 ack 1"},
      {"RFC6298-5.5", lost, "+3 > P. 1 len 100 ack 1", "+1 > P. 1 len 100 ack 1"},
  });
}

// RFC 7323, 4: the echo of an early segment may be a sample, too.
CONTROLS(Retransmission, WaitsForWhatAnEarlyAckMeasured) {
  const Lines echo = {"listen",
                      "< S 0 mss 1460 ts 1/0",
                      "> S. 0 ack 1 mss 1460 ts 1000/1",
                      "+.01 < . 1 ack 1 ts 11/1000",
                      "accept",
                      "write 100",
                      "> P. 1 len 100 ack 1 ts 1010/11",
                      "+1 > P. 1 len 100 ack 1 ts 2010/11",
                      "+1 < . 101 ack 101 ts 2011/1010",
                      "write 100",
                      "> P. 101 len 100 ack 1 ts 3010/11",
                      "+6 > P. 101 len 100 ack 1 ts 9010/11",
                      "+.01 < . 1 ack 201 ts 8021/9010",
                      "+1 wait"};
  check({{"MUST-20", echo, "+6 > P. 101 len 100 ack 1 ts 9010/11",
          "+30 > P. 101 len 100 ack 1 ts 33010/11"}});
}

// Into a window that is perhaps closed goes what is perhaps a probe: as well as not, it measures.
CONTROLS(Retransmission, WaitsForWhatWasPerhapsAProbe) {
  const Lines waits = passive() + Lines{"+.1 < . 2 ack 1 win 0",
                                        "write 10",
                                        "> P. 1 len 10 ack 1",
                                        "+1.6 < P. 1 len 10 ack 11",
                                        "> . 11 ack 11",
                                        "< . 11 ack 11",
                                        "write 10",
                                        "> P. 11 len 10 ack 11",
                                        "+5.5 > P. 11 len 10 ack 11",
                                        "+.01 < . 11 ack 21",
                                        "+1 wait"};
  check({{"9293-3.10.8-rto", waits, "+1.6 < P. 1 len 10 ack 11", "+.1 < P. 1 len 10 ack 11"}});
}

// An ACK that came early perhaps ended the measurement, so that the next segment began another.
CONTROLS(Retransmission, MayFollowWhatAnEarlyAckLetBeMeasured) {
  const Lines early =
      Lines{"listen", "< S 0 mss 1460", "> S. 0 ack 1 mss 1460", "+2 < . 1 ack 1", "accept"} +
      Lines{"write 10",
            "> P. 1 len 10 ack 1",
            "+2 < P. 6 len 5 ack 11",
            "> . 11 ack 1",
            "write 10",
            "> P. 11 len 10 ack 1",
            "+.1 < P. 6 len 5 ack 21",
            "> . 21 ack 1",
            "< P. 1 len 5 ack 21",
            "> . 21 ack 11",
            "+.1 write 10",
            "> P. 21 len 10 ack 11",
            "+1.5 > P. 21 len 10 ack 11",
            "+.1 < . 11 ack 31"};
  check({{"RFC6298-5-early", early, "+.1 < P. 6 len 5 ack 21", "+2 < P. 6 len 5 ack 21"}});
}

// What is sent when the window opens again is not yet recovered from what three duplicates show.
CONTROLS(Retransmission, RecoversFromWhereThreeDuplicatesFoundIt) {
  const Lines again = passive() + Lines{"write 2920",
                                        "> . 1 len 1460 ack 1",
                                        "> P. 1461 len 1460 ack 1",
                                        "+.1 < . 1 ack 1 win 0",
                                        "< . 1 ack 1 win 5000",
                                        "> . 1 len 1460 ack 1",
                                        "> P. 1461 len 1460 ack 1",
                                        "write 1460",
                                        "> P. 2921 len 1460 ack 1",
                                        "+.01 < . 1 ack 1 win 5000",
                                        "< . 1 ack 1 win 5000",

                                        "> . 1 len 1460 ack 1 win 65535",
                                        "+.01 < . 1 ack 2921",
                                        "> P. 2921 len 1460 ack 1 win 65535",
                                        "+.01 < . 1 ack 4381"};
  check({{"RFC6298-2.4?", again, "> . 1 len 1460 ack 1 win 65535", "", {"RFC6298-5.1-5.3?"}}});
}

}  // namespace
}  // namespace harness::model
