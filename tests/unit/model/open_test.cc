#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

CONTROLS(Open, AnswersASynWhereAPortListens) {
  const Lines opens = {"listen", "< S 0 mss 1460", "> S. 0 ack 1 mss 1460", "+.01 < . 1 ack 1",
                       "+1 wait"};
  check({
      {"9293-3.10.7-listen-order", opens, "> S. 0 ack 1 mss 1460", ""},
      {"9293-3.4-synfin-seq", opens, "> S. 0 ack 1 mss 1460", "> S. 0 ack 2 mss 1460"},
      {"9293-3.4-synfin-seq", opens, "> S. 0 ack 1 mss 1460", "> S. 0 ack 0 mss 1460"},
      {"9293-3.10.7-listen-order", opens, "> S. 0 ack 1 mss 1460", "> . 0 ack 1"},
  });
  const Lines text = {"listen", "< S 0 len 20 mss 1460", "> S. 0 ack 1 mss 1460", "+1 wait"};
  check({{"9293-3.5-data-on-syn", text, "> S. 0 ack 1 mss 1460", "> S. 0 ack 21 mss 1460"}});
}

CONTROLS(Open, AnswersWithAResetWhatIsNotMeantForIt) {
  const Lines ack = {"listen", "< . 5 ack 700", "> R 700", "+1 wait"};
  const Lines shut = {"< S 0 mss 1460", "> R. 4288 raw ack 4294967291", "+1 wait"};
  const Lines none = {"< S 0 mss 1460", "> R. 0 raw ack 4294967291", "+1 wait"};
  const Lines data = {"< P. 5 len 10 ack 700", "> R 700", "+1 wait"};
  const Lines reset = {"listen", "< R 5", "+.1 wait", "+1 wait"};
  check({
      {"9293-3.10.7-listen-order", ack, "> R 700", ""},
      {"9293-3.5.2-rst-form", ack, "> R 700", "> R 701"},
      {"9293-3.5.2-rst-form", none, "> R. 0 raw ack 4294967291", "> R. 0 raw ack 4294967290"},
      {"9293-3.5.2-rst-form", none, "> R. 0 raw ack 4294967291", ""},
      {"9293-3.5.1-halfopen-data", data, "> R 700", ""},
      {"9293-3.5.3-rst-listen", reset, "+.1 wait", "> R 0 raw"},
  });
  EXPECT_EQ(broken(shut), std::vector<std::string>{"9293-3.5.2-rst-form"});
}

CONTROLS(Open, OfTheApplicationFollowsTheOrderOfSynSent) {
  const Lines good = active() + Lines{"+1 wait"};
  const Lines bad = {"connect", "> S 0 mss 1460", "+.01 < S. 0 ack 700 mss 1460",
                     "> R 700", "state SYN-SENT", "+.5 wait"};
  const Lines refused = {"connect", "> S 0 mss 1460", "+.01 < R. 0 ack 1", "connected 111",
                         "+4 wait"};
  const Lines false_reset = {"connect", "> S 0 mss 1460", "+.01 < R. 0 ack 700", "+.1 wait",
                             "+.4 wait"};
  const Lines deaf = {"connect", "> S 0 mss 1460", "+.01 < R 0", "+.5 wait", "+.4 wait"};
  check({
      {"9293-3.10.7-synsent-order", good, "> . 1 ack 1", ""},
      {"9293-3.10.7-synsent-order", good, "connected", ""},
      {"MUST-22", {"connect", "> S 0 mss 1460", "+.5 wait"}, "> S 0 mss 1460", ""},
      {"9293-3.5.3-rst-synsent", false_reset, "+.1 wait", "+.1 > . 1 ack 1"},
      {"9293-3.10.7-synsent-order", bad, "> R 700", ""},
      {"9293-3.10.7-synsent-order", bad, "> R 700", "> . 1 ack 1"},
      {"MUST-12", refused, "connected 111", "connected 0"},
      {"9293-3.10.7-synsent-order", refused, "+4 wait", "+1 > S 0 mss 1460\n+1 > . 1 ack 1"},
      {"MUST-12", deaf, "+.5 wait", "connected 111"},
  });
}

CONTROLS(Open, FromBothSidesMeets) {
  const Lines both = {"connect",
                      "> S 0 mss 1460",
                      "+.01 < S 0 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+.01 < S. 0 ack 1 mss 1460",
                      "connected",
                      "state ESTABLISHED",
                      "+.4 wait"};
  check({
      {"MUST-10", both, "> S. 0 ack 1 mss 1460", ""},
      {"9293-3.4-synfin-seq", both, "> S. 0 ack 1 mss 1460", "> S. 1 ack 1 mss 1460"},
  });
  EXPECT_EQ(broken(changed(both, "+.01 < S. 0 ack 1 mss 1460", "+.01 < . 1 ack 1")),
            std::vector<std::string>{});
}

CONTROLS(Open, WaitsForAnAcknowledgmentOfItsSyn) {
  const Lines waits = {"listen",
                       "< S 0 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 700",
                       "> R 700",
                       "state SYN-RECEIVED",
                       "+.5 wait"};
  check({
      {"9293-3.10.7-synrcvd-ack", waits, "> R 700", ""},
      {"9293-3.10.7-synrcvd-ack", waits, "state SYN-RECEIVED", "state ESTABLISHED"},
  });
}

// 3.5.2, group 2, has a reset whatever the sequence number; 3.10.7.4 has an acknowledgment first.
CONTROLS(Open, MayResetAWrongAcknowledgmentOutsideTheWindow) {
  const Lines resets = {"listen",
                        "< S 0 mss 1460",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 70000 ack 700",
                        "> R 700",
                        "state SYN-RECEIVED",
                        "+.5 wait"};
  check({{"9293-3.5.2-sync-empty-ack", resets, "> R 700", ""},
         {"9293-3.5.2-sync-empty-ack", resets, "+.01 < . 70000 ack 700", "+.01 < . 70000 ack 1"}});
  EXPECT_EQ(broken(changed(resets, "> R 700", "> . 1 ack 1")), std::vector<std::string>{});
}

CONTROLS(Open, ReturnsToListenAfterAReset) {
  const Lines back = {"listen",     "< S 0 mss 1460", "> S. 0 ack 1 mss 1460",
                      "+.01 < R 1", "+1 wait",        "+2 wait"};
  check({{"9293-3.5.1-halfopen-data", back, "+1 wait", "+1 > . 1 ack 1"}});
}

CONTROLS(Open, IsNoAffairOfTheMany) {
  const Lines all = {"listen", "< S 0 mss 1460 many", "+1 < S 0 mss 1460", "> S. 0 ack 1 mss 1460",
                     "+.1 wait"};
  check({{"MUST-57", all, "< S 0 mss 1460 many", "< S 0 mss 1460 many\n> S. 0 ack 1 mss 1460"}});
}

// RFC 9293, 3.10.7.4: "If SND.UNA < SEG.ACK", and the SYN itself is not yet acknowledged.
CONTROLS(Open, FromBothSidesWaitsForAnAcknowledgmentToo) {
  const Lines both = {
      "connect",          "> S 0 mss 1460", "+.01 < S 0 mss 1460", "> S. 0 ack 1 mss 1460",
      "+.01 < . 1 ack 0", "> R 0",          "+.01 wait",           "< . 1 ack 1",
      "connected",        "+.4 wait"};
  check({
      {"9293-3.10.7-synrcvd-ack", both, "+.01 wait", "connected"},
      {"9293-3.10.7-synrcvd-ack", both, "+.01 wait", "state ESTABLISHED"},
  });
  const Lines text = {"connect",
                      "> S 0 mss 1460",
                      "+.01 < S 0 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+.01 < P. 1 len 9 ack 0",
                      "> R 0",
                      "+.4 wait"};
  check({{"9293-3.10.7-synrcvd-ack", text, "> R 0", "> . 1 ack 10"}});
}

CONTROLS(Open, IsDoneOnceOurSynIsAcknowledged) {
  const Lines done = passive() + Lines{"state ESTABLISHED", "+.1 wait"};
  check({{"9293-3.10.7-synrcvd-ack", done, "state ESTABLISHED", "state SYN-RECEIVED"}});
}

// 3.5.2, group 2, whatever the timestamp of what has the ACK.
CONTROLS(Open, MayResetAWrongAcknowledgmentWithAnOldTimestamp) {
  const Lines old = {"listen",
                     "< S 0 mss 1460 ts 100/0",
                     "> S. 0 ack 1 mss 1460 ts 500/100",
                     "+.01 < . 1 ack 700 ts 50/500",
                     "> R 700",
                     "state SYN-RECEIVED",
                     "+.5 wait"};
  check({{"RFC7323-5.3-R1", old, "+.01 < . 1 ack 700 ts 50/500", "+.01 < . 1 ack 1 ts 50/500"}});
}

CONTROLS(Open, IsNotAnsweredOnceOurSynIsAcknowledged) {
  const Lines done = {"listen",           "< S 0 mss 1460", "> S. 0 ack 1 mss 1460",
                      "+.01 < . 1 ack 1", "+.1 wait",       "accept"};
  check({{"9293-3.10.7-synrcvd-ack", done, "+.1 wait", "> . 1 ack 1"}});
}

// RFC 7323, 4.3: it echoes what came last.
CONTROLS(Open, IsDoneWhateverTheAcknowledgmentEchoes) {
  const Lines late = {"listen",
                      "< S 0 mss 1460 ts 100/0",
                      "> S. 0 ack 1 mss 1460 ts 500/100",
                      "+.01 < R 100",
                      "> . 1 ack 1 ts 510/100",
                      "+.01 < . 1 ack 1 ts 101/510",
                      "< P. 1 len 10 ack 1 ts 101/510",
                      "> . 1 ack 11 ts 520/101"};
  check({{"9293-3.10.7-synrcvd-ack", late, "> . 1 ack 11 ts 520/101", "> . 1 ack 1 ts 520/101"},
         {"9293-3.10.7-synrcvd-ack", late, "< P. 1 len 10 ack 1 ts 101/510",
          "< . 1 ack -100 ts 101/510\n> R -100"}});
}

// "form a reset segment ... and send it": an acknowledgment is for what is not acceptable, or, by
// MAY-12, for what was never sent.
CONTROLS(Open, RefusesAWrongAcknowledgmentInTheWindow) {
  const Lines waits = {"listen",
                       "< S 0 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 0",
                       "> R 0",
                       "+.01 < P. 1 len 10 ack 0",
                       "+0 > R 0",
                       "+.01 < . 1 ack 700",
                       "> . 1 ack 1",
                       "+.5 wait"};
  check({
      {"9293-3.10.7-synrcvd-ack", waits, "> R 0", "+0 > . 1 ack 1"},
      {"9293-3.10.7-synrcvd-ack", waits, "+0 > R 0", "+0 > . 1 ack 1"},
      {"9293-3.10.7-synrcvd-ack", waits, "> . 1 ack 1", ""},
  });
}

// 3.10.7.4: "If the connection was initiated with a passive OPEN, then return this connection to
// the LISTEN state"; RFC 5961, 4, would challenge it.
CONTROLS(Open, EndsWithAnotherSynOrChallengesIt) {
  const Lines opened = {"listen", "< S 0 mss 1460", "> S. 0 ack 1 mss 1460",
                        "+.01 < S 4000 mss 1460"};
  const Lines back = opened + Lines{"+.1 < . 1 ack 1", "> R 1", "+.1 wait"};
  const Lines stays =
      opened + Lines{"> . 1 ack 1", "+.1 < . 1 ack 1", "accept", "state ESTABLISHED", "+.1 wait"};
  check({
      {"9293-3.10.7-synrcvd-syn", back, "> R 1", ""},
      {"9293-3.10.7-synrcvd-syn", stays, "> . 1 ack 1", ""},
  });
}

// 3.5.2, group 2, has a reset for its ACK besides, and the state stays.
CONTROLS(Open, MayRefuseASynForItsAcknowledgmentAndGoOn) {
  const Lines stays = {"listen",
                       "< S 0 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < S. 1 ack 700",
                       "> R 700",
                       "state SYN-RECEIVED",
                       "+.1 < . 1 ack 1",
                       "+.1 < P. 1 len 10 ack 1",
                       "> . 1 ack 11",
                       "+.5 wait"};
  check({{"9293-3.10.7-synrcvd-syn", stays, "> R 700", ""},
         {"9293-3.5.2-rst-form", stays, "> R 700", "> R 701"},
         {"MUST-40", stays, "> . 1 ack 11", "+.4 wait"}});
}

// What asks for a reset in LISTEN opens nothing.
CONTROLS(Open, NeedsASynWithoutAck) {
  const Lines both = {"listen", "< S. 0 ack 700 mss 1460", "> R 700", "+.1 wait"};
  check({{"9293-3.10.7-listen-order", both, "> R 700", "> S. 0 ack 1 mss 1460"}});
}

// RFC 4987, 3.6: who has answered with a cookie knows of no connection.
CONTROLS(Open, MayBeRefusedWhereTheBacklogIsFull) {
  const Lines full = {"listen",
                      "< S 0 mss 1460 port 50001",
                      "> S. 0 ack 1 mss 1460 port 50001",
                      "< S 0 mss 1460 port 50002",
                      "> S. 0 ack 1 mss 1460 port 50002",
                      "< S 0 mss 1460 port 50003",
                      "> S. 0 ack 1 mss 1460 port 50003",
                      "< S 0 mss 1460 port 50004",
                      "> S. 0 ack 1 mss 1460 port 50004",
                      "< S 0 mss 1460 port 50005",
                      "> S. 0 ack 1 mss 1460 port 50005",
                      "< S 0 mss 1460 port 50006",
                      "> S. 0 ack 1 mss 1460 port 50006",
                      "< S 0 mss 1460 port 50007",
                      "> S. 0 ack 1 mss 1460 port 50007",
                      "< S 0 mss 1460 port 50008",
                      "> S. 0 ack 1 mss 1460 port 50008",
                      "< S 0 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+.01 < . 1 ack 1",
                      "> R 1"};
  check({{"9293-3.5.2-sync-empty-ack", full, "> R 1", "> R 2"}});
  // And so another SYN is the first it hears.
  Lines again = full;
  again.resize(again.size() - 2);
  again = again + Lines{"+.01 < S 70000 mss 1460", "> S. 500 ack 70001 mss 1460"};
  check({{"RFC5961-4.2-a", again, "> S. 500 ack 70001 mss 1460", "> S. 500 ack 70000 mss 1460"}});
}

// A repetition that the peer's own asked for hides how long the timer runs.
CONTROLS(Open, MayBeGivenUpWhenItsTimerRunsOut) {
  const Lines half = {"listen",
                      "< S 0 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+1 > S. 0 ack 1 mss 1460",
                      "+2 < S 0 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+4 > S. 0 ack 1 mss 1460",
                      "+5 < . 90000 len 1 ack 1",
                      "> R 1"};
  check({{"MUST-23", half, "+5 < . 90000 len 1 ack 1", "+1 < . 90000 len 1 ack 1"}});
}

// Of the backlog no RFC says how long it is; a listener that few wait for has room.
TEST(Open, MayFindTheBacklogFullWhereSomeWait) {
  Lines some = {"listen"};
  for (const char* port : {"40001", "40002", "40003", "40004"}) {
    const auto full = broken(some + Lines{"< S 0 mss 1460", "+.01 wait"});
    EXPECT_EQ(full, std::vector<std::string>{"9293-3.10.7-listen-order"}) << port;
    some = some + Lines{std::string{"< S 0 mss 1460 port "} + port,
                        std::string{"> S. 0 ack 1 mss 1460 port "} + port};
  }
  EXPECT_EQ(broken(some + Lines{"< S 0 mss 1460", "+.01 wait"}), std::vector<std::string>{});
}

}  // namespace
}  // namespace harness::model
