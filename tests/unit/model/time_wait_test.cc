#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

const Lines kWaits =
    passive() + Lines{"+.1 close", "> F. 1 ack 1", "+.01 < F. 1 ack 2", "> . 2 ack 2"};

CONTROLS(TimeWait, LastsTwiceTheMaximumSegmentLifetime) {
  const Lines lasts = kWaits + Lines{"+50 state TIME-WAIT", "+.1 < F. 1 ack 2", "+0 > . 2 ack 2",
                                     "+30 state TIME-WAIT", "+300 state CLOSED"};
  check({
      {"MUST-13", lasts, "+50 state TIME-WAIT", "+50 state CLOSED"},
      {"9293-3.6-tw-restart", lasts, "+0 > . 2 ack 2", ""},
      {"MUST-13", lasts, "+30 state TIME-WAIT", "+30 state CLOSED"},
      {"MUST-13", lasts, "+0 > . 2 ack 2", "+0 > R 2"},
  });
}

CONTROLS(TimeWait, MayBeReopenedByANewSyn) {
  const Lines reopens = kWaits + Lines{"+1 < S 100000 mss 1460",
                                       "> S. 0 isn 8000000 ack 100001 mss 1460", "+.1 wait"};
  check({{"MAY-2", reopens, "> S. 0 isn 8000000 ack 100001 mss 1460",
          "> S. 0 isn 6000000 ack 100001 mss 1460"}});
  for (const auto* answer : {"wait", "> . 2 ack 2"}) {
    EXPECT_EQ(broken(changed(reopens, "> S. 0 isn 8000000 ack 100001 mss 1460", answer)),
              std::vector<std::string>{});
  }
}

// MAY-2: "returns to TIME-WAIT state if the SYN turns out to be an old duplicate".
TEST(TimeWait, ComesBackWhenTheSynWasAnOldOne) {
  const Lines opened =
      kWaits + Lines{"+1 < S 40000 mss 1460", "> S. 0 isn 8000000 ack 40001 mss 1460"};
  EXPECT_EQ(broken(opened + Lines{"+.1 < S 50000 mss 1460", "+.1 < P. 1 len 1 ack 2", "> . 2 ack 2",
                                  "state TIME-WAIT"}),
            std::vector<std::string>{});
  EXPECT_NE(broken(opened + Lines{"+.1 < P. 1 len 1 ack 2", "> . 2 ack 2", "state TIME-WAIT"}),
            std::vector<std::string>{});
  // What begins beyond the window opens it perhaps, and a reset ends what is not open.
  const Lines beyond = Lines{"+.1 < . 105536 len 10 ack 1000001",
                             "> . 1000001 ack 40001",
                             "+.1 < R 40001",
                             "+.1 < P. 1 len 1 ack 2",
                             "> . 2 ack 2",
                             "state TIME-WAIT"};
  EXPECT_EQ(broken(opened + beyond), std::vector<std::string>{});
  EXPECT_NE(broken(opened + Lines{"+.1 < . 40001 ack 1000001"} + beyond),
            std::vector<std::string>{});
}

CONTROLS(TimeWait, AnswersOldDataAndMayHeedAReset) {
  const Lines old = passive() + Lines{"+.1 < P. 1 len 100 ack 1",
                                      "> . 1 ack 101",
                                      "read 100",
                                      "close",
                                      "> F. 1 ack 101",
                                      "+.01 < F. 101 ack 2",
                                      "> . 2 ack 102",
                                      "+2 < P. 1 len 100 ack 2",
                                      "+0 > . 2 ack 102",
                                      "+1 wait"};
  check({{"9293-3.5.2-sync-empty-ack", old, "+0 > . 2 ack 102", ""}});
  for (const auto* state : {"state TIME-WAIT", "state CLOSED"}) {
    EXPECT_EQ(broken(kWaits + Lines{"+.1 < R 2", state, "+1 wait"}), std::vector<std::string>{});
  }
}

// The ACK of our FIN came with text before its turn, and counted perhaps.
CONTROLS(TimeWait, MayHaveBegunBeforeItIsSure) {
  const Lines perhaps = passive() + Lines{"+.1 close",
                                          "> F. 1 ack 1",
                                          "+.01 < . 101 ack 2",
                                          "+.01 < F. 1 ack 1",
                                          "> . 2 ack 2",
                                          "+.01 < S 100000 mss 1460",
                                          "> S. 70000 ack 100001 mss 1460"};
  check({{"MAY-2", perhaps, "> S. 70000 ack 100001 mss 1460", "> S. -70000 ack 100001 mss 1460"}});
}

// RFC 6191, 2: "Otherwise, silently drop the incoming SYN segment".
CONTROLS(TimeWait, IsNotReopenedByAnOldSyn) {
  const Lines reopens =
      kWaits + Lines{"+1 < S 1 mss 1460 ts 5/0", "> S. 0 isn 8000000 ack 2 mss 1460", "+.1 wait"};
  const Lines stamped = {"listen",
                         "< S 0 mss 1460 ts 100/0",
                         "> S. 0 ack 1 mss 1460 ts 7000/100",
                         "+.01 < . 1 ack 1 ts 110/7000",
                         "accept",
                         "close",
                         "> F. 1 ack 1 ts 7010/110",
                         "+.01 < F. 1 ack 2 ts 120/7010",
                         "> . 2 ack 2 ts 7020/120",
                         "+1 < S 1 mss 1460 ts 121/0",
                         "> S. 0 isn 8000000 ack 2 mss 1460",
                         "+.1 wait"};
  check({
      {"RFC6191-2-nots-else?", reopens, "+1 < S 1 mss 1460 ts 5/0", "+1 < S 1 mss 1460"},
      {"RFC6191-2-ts-else?", stamped, "+1 < S 1 mss 1460 ts 121/0", "+1 < S 1 mss 1460 ts 120/0"},
  });
}

// What lasted 150 s once lasts as long after the peer's FIN came again.
CONTROLS(TimeWait, StartsAnewWithTheFin) {
  const Lines again = passive() + Lines{"close",
                                        "> F. 1 ack 1",
                                        "+.1 < F. 1 ack 2",
                                        "> . 2 ack 2",
                                        "+150 < F. 1 ack 2",
                                        "> . 2 ack 2",
                                        "+149 state TIME-WAIT"};
  check({{"9293-3.6-tw-restart", again, "+149 state TIME-WAIT", "+149 state CLOSED"}});
}

// RFC 7323, 5.3, R1: an old timestamp is answered, and the segment dropped.
CONTROLS(TimeWait, IsPerhapsNotBegunAnewByAFinWithAnOldTimestamp) {
  const Lines old = Lines{"listen",
                          "< S 0 mss 1460 ts 100/0",
                          "> S. 0 ack 1 mss 1460 ts 500/100",
                          "+.01 < . 1 ack 1 ts 110/500",
                          "accept",
                          "close",
                          "> F. 1 ack 1 ts 510/110",
                          "+.1 < . 1 ack 2 ts 210/510",
                          "< F. 1 ack 2 ts 210/510",
                          "> . 2 ack 2 ts 610/210",
                          "+10 < F. 1 ack 2 ts 200/510",
                          "> . 2 ack 2 ts 10610/210",
                          "+51 state CLOSED"};
  check({{"MUST-13", old, "+10 < F. 1 ack 2 ts 200/510", "+10 < F. 1 ack 2 ts 10210/510"}});
}

}  // namespace
}  // namespace harness::model
