#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

const Lines kActive = passive() + Lines{"+.1 write 10",
                                        "> P. 1 len 10 ack 1",
                                        "close",
                                        "> F. 11 ack 1",
                                        "+.01 < . 1 ack 12",
                                        "state FIN-WAIT-2",
                                        "+.1 < F. 1 ack 12",
                                        "> . 12 ack 2",
                                        "state TIME-WAIT",
                                        "+1 wait"};

const Lines kFlushes =
    passive() + Lines{"+.1 write 10", "close", "> P. 1 len 10 ack 1", "> F. 11 ack 1", "+.5 wait"};

CONTROLS(Close, SendsItsFinBehindAllDataAndOnlyOnce) {
  check({
      {"9293-3.6-flush-before-fin", kFlushes, "> P. 1 len 10 ack 1", "> F. 1 ack 1"},
      {"9293-3.6-no-second-fin", kActive, "state FIN-WAIT-2", "> F. 12 ack 1"},
      {"9293-3.6-flush-before-fin", passive() + Lines{"+.1 close", "> F. 1 ack 1", "+1 wait"},
       "> F. 1 ack 1", ""},
      {"9293-3.6-halfclose-tx",
       passive() + Lines{"+.1 < F. 1 ack 1", "> . 1 ack 2", "eof", "+.1 wait"}, "+.1 wait",
       "> F. 1 ack 2"},
  });
}

CONTROLS(Close, ResetsWhereWhatArrivedWasNotRead) {
  const Lines unread =
      passive() + Lines{"+.1 < P. 1 len 10 ack 1", "> . 1 ack 11", "read 10", "close",
                        "> F. 1 ack 11",           "+.5 wait"};
  const Lines ended = passive() + Lines{"+.1 < FP. 1 len 10 ack 1",
                                        "> . 1 ack 12",
                                        "read 10",
                                        "close",
                                        "> F. 1 ack 12",
                                        "+.5 wait"};
  check({
      {"SHLD-3?", unread, "read 10", "read 4"},
      {"SHLD-3?", unread, "read 10", ""},
      {"SHLD-3?", ended, "read 10", "read 9"},
      {"SHLD-3?",
       passive() +
           Lines{"+.1 < P. 1 len 10 ack 1", "> . 1 ack 11", "close", "> R. 1 ack 11", "+.5 wait"},
       "> R. 1 ack 11", "> F. 1 ack 11"},
  });
}

CONTROLS(Close, AcknowledgesTheFinAsOneNumber) {
  check({
      {"9293-3.4-synfin-seq", kActive, "> . 12 ack 2", "> . 12 ack 1"},
      {"9293-3.4-synfin-seq", kActive, "> . 12 ack 2", "> . 12 ack 3"},
      {"MUST-40", kActive, "> . 12 ack 2", ""},
      {"9293-3.5.2-sync-empty-ack", kActive, "state FIN-WAIT-2", "state CLOSED"},
      {"MUST-13", kActive, "state TIME-WAIT", "state CLOSED"},
  });
}

CONTROLS(Close, FromBothSidesAtOncePassesClosing) {
  const Lines both =
      passive() + Lines{"+.1 close",     "> F. 1 ack 1",     "< F. 1 ack 1",    "> . 2 ack 2",
                        "state CLOSING", "+.01 < . 2 ack 2", "state TIME-WAIT", "+1 wait"};
  check({
      {"9293-3.6-simclose", both, "state CLOSING", "state FIN-WAIT-1"},
      {"9293-3.6-simclose", both, "state CLOSING", "state TIME-WAIT"},
      {"9293-3.6-simclose", both, "state TIME-WAIT", "state CLOSING"},
      {"MUST-13", both, "state TIME-WAIT", "state CLOSED"},
  });
  std::string words;
  broken(changed(both, "state CLOSING", "state TIME-WAIT"), &words);
  EXPECT_NE(words.find("expected CLOSING, got TIME-WAIT"), std::string::npos) << words;
  EXPECT_NE(words.find("legal: CLOSING: its FIN is not acknowledged by ack 1\n"), std::string::npos)
      << words;
  EXPECT_NE(words.find("because of event"), std::string::npos) << words;
}

CONTROLS(Close, ByAFinWithTheAckOfTheOwnGoesToTimeWaitAtOnce) {
  const Lines at_once = passive() + Lines{"+.1 close",   "> F. 1 ack 1",    "+.01 < F. 1 ack 2",
                                          "> . 2 ack 2", "state TIME-WAIT", "+1 wait"};
  check({
      {"9293-3.6-fw1-direct-tw", at_once, "state TIME-WAIT", "state CLOSING"},
      {"9293-3.6-fw1-direct-tw", at_once, "state TIME-WAIT", "state FIN-WAIT-1"},
  });
}

// SHLD-3: who can no longer read what came says so by a reset, or acknowledges it.
TEST(Close, OfBothHalvesLeavesTwoAnswersToData) {
  std::string words;
  broken(passive() + Lines{"+.1 close", "> F. 1 ack 1", "+.01 < . 1 ack 2",
                           "+.1 < P. 1 len 100 ack 2", "+1 wait"},
         &words);
  EXPECT_NE(words.find("expected a reset or an acknowledgment, got none until"), std::string::npos)
      << words;
}

// What is told of a state that none of several readings allows names them all.
TEST(Close, NamesTheStatesThatArePossible) {
  const auto said = [](const Lines& lines) {
    std::string words;
    broken(lines, &words);
    return words;
  };
  const Lines closed = passive() + Lines{"+.1 close", "> F. 1 ack 1"};
  EXPECT_NE(said(closed + Lines{"+.01 < P. 600 len 10 ack 2", "> . 2 ack 1", "state CLOSE-WAIT"})
                .find("legal: FIN-WAIT-1 or FIN-WAIT-2\n"),
            std::string::npos);
  const auto waits = said(closed + Lines{"+.01 < . 1 ack 2", "state FIN-WAIT-1"});
  EXPECT_NE(waits.find("legal: FIN-WAIT-2: its FIN is acknowledged, and none came\n"),
            std::string::npos)
      << waits;
}

CONTROLS(Close, ByThePeerEndsInClosed) {
  const Lines peer = passive() + Lines{"+.1 < F. 1 ack 1",
                                       "> . 1 ack 2",
                                       "eof",
                                       "state CLOSE-WAIT",
                                       "+.1 write 10",
                                       "> P. 1 len 10 ack 2",
                                       "+.01 < . 2 ack 11",
                                       "close",
                                       "> F. 11 ack 2",
                                       "state LAST-ACK",
                                       "+.01 < . 2 ack 12",
                                       "state CLOSED",
                                       "+1 wait"};
  check({
      {"MUST-12", peer, "eof", "error 104"},
      {"MUST-12", peer, "eof", "error 11"},
      {"9293-3.4-synfin-seq", peer, "state CLOSE-WAIT", "state ESTABLISHED"},
      {"9293-3.5.1-halfopen-data", peer, "state CLOSED", "state TIME-WAIT"},
      {"9293-3.4-synfin-seq", peer, "> F. 11 ack 2", "> F. 11 ack 3"},
  });
}

CONTROLS(Close, OfOneHalfStillReceives) {
  const Lines half = passive() + Lines{"+.1 shut",         "> F. 1 ack 1",
                                       "+.01 < . 1 ack 2", "+.1 < P. 1 len 100 ack 2",
                                       "> . 2 ack 101",    "read 100",
                                       "+1 wait"};
  check({
      {"MUST-40", half, "> . 2 ack 101", ""},
      {"9293-3.6-halfclose-rx", half, "> . 2 ack 101", "> . 2 ack 1"},
      {"9293-3.5.2-sync-empty-ack", half, "> . 2 ack 101", "> R. 2 ack 101"},
  });
}

CONTROLS(Close, ByAbortInClosingIsSilentThoughTheFinWaits) {
  const Lines waits = passive() + Lines{"+.1 < . 1 ack 1 win 0",
                                        "write 10",
                                        "shut",
                                        "+.1 < F. 1 ack 1 win 0",
                                        "> . 1 ack 2",
                                        "state CLOSING",
                                        "abort",
                                        "state CLOSED",
                                        "+1 wait"};
  check({{"9293-3.5.2-sync-empty-ack", waits, "abort", ""}});
}

CONTROLS(Close, MayEndByAnAckInALaterSegmentOutOfOrder) {
  const Lines late = passive() + Lines{"+.1 < F. 1 ack 1",
                                       "> . 1 ack 2",
                                       "close",
                                       "> F. 1 ack 2",
                                       "+.01 < P. 600 len 100 ack 2",
                                       "> . 2 ack 2",
                                       "+.01 < P. 800 len 100 ack 2",
                                       "+.01 < . 2 ack 2",
                                       "> R 2",
                                       "+1 wait"};
  check({{"9293-3.5.2-rst-form", late, "> R 2", "> R 3"}});
}

CONTROLS(Close, WaitsForThePeersFinAsLongAsTheApplicationSays) {
  const Lines brief =
      passive() + Lines{"set 6 8 1",       "+.1 close", "> F. 1 ack 1", "+.01 < . 1 ack 2",
                        "+2 < F. 1 ack 2", "> R 2",     "+1 wait"};
  check({{"MUST-13", brief, "set 6 8 1", ""}});
}

CONTROLS(Close, OfOneHalfLeavesTheOther) {
  const Lines half = passive() + Lines{"+.1 < P. 1 len 10 ack 1",
                                       "> . 1 ack 11",
                                       "shut",
                                       "> F. 1 ack 11",
                                       "+.01 < . 11 ack 2",
                                       "+.1 < P. 11 len 10 ack 2",
                                       "+.1 > . 2 ack 21",
                                       "+1 wait"};
  check({{"9293-3.6-halfclose-rx", half, "+.1 > . 2 ack 21", ""}});
}

// "The TCB should be deleted" by a CLOSE; a call that fails is none.
TEST(Close, ThatFailsWhileOpeningChangesNothing) {
  std::string words;
  EXPECT_EQ(
      broken({"connect", "> S 0 mss 1460", "shut 107", "+.01 < S. 0 ack 1 mss 1460", "> . 1 ack 1",
              "connected", "+.1 write 10", "> P. 1 len 10 ack 1", "+.01 < . 1 ack 11", "+1 wait"},
             &words),
      std::vector<std::string>{})
      << words;
}

CONTROLS(Close, WaitsForThePeersFinAsLongAsItWasTold) {
  const Lines waits = passive() + Lines{"set 6 8 5",        "+.1 close",           "> F. 1 ack 1",
                                        "+.01 < . 1 ack 2", "+1 state FIN-WAIT-2", "+5 wait"};
  check({{"9293-3.5.2-sync-empty-ack", waits, "+1 state FIN-WAIT-2", "+1 state CLOSED"}});
  EXPECT_EQ(broken(changed(waits, "+5 wait", "+5 state CLOSED")), std::vector<std::string>{});
}

// 3.10.5: in CLOSING and LAST-ACK ABORT deletes the TCB, and sends nothing.
CONTROLS(Close, OfOneWhoseCallsNobodyKnowsMayBeSilent) {
  // Which of two of one name was accepted, nobody can tell.
  const Lines twice = {"listen",
                       "< S 0 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 1",
                       "+.1 < R 1",
                       "+1 < S 100 mss 1460",
                       "> S. 0 isn 8000000 ack 101 mss 1460",
                       "< . 101 ack 1000001",
                       "accept"};
  const Lines last = twice + Lines{"+.1 < F. 101 ack 1000001", "> . 1000001 ack 102",
                                   "> F. 1000001 ack 102", "abort"};
  check({
      {"9293-3.10.8-rto", last + Lines{"+9 wait"}, "abort", ""},
      {"RFC5961-4.2-a", last + Lines{"< S 300 mss 1460", "> S. 0 isn 9000000 ack 301 mss 1460"},
       "abort", ""},
  });
  // One that nobody can name has its listener's options.
  const Lines lingers = Lines{twice.begin(), twice.end() - 1} + Lines{"listener 1 13 1",
                                                                      "accept",
                                                                      "+.1 < F. 101 ack 1000001",
                                                                      "> . 1000001 ack 102",
                                                                      "> F. 1000001 ack 102",
                                                                      "close",
                                                                      "+9 wait"};
  check({{"9293-3.10.8-rto", lingers, "listener 1 13 1", ""}});
  // Text for nobody may be answered by its own numbers.
  const Lines text = twice + Lines{"close", "+.1 < P. 101 len 5 ack 3000000", "> R 3000000"};
  check({{"9293-3.5.2-rst-form", text, "> R 3000000", "> R 3000001"}});
  EXPECT_EQ(broken(twice + Lines{"+.1 > F. 1000001 ack 101", "abort", "+9 wait"}),
            std::vector<std::string>{"9293-3.10.8-rto"});
}

// It is perhaps closed: who accepted what is not known.
TEST(Close, OfWhatNobodyCanNameMayLeaveAnOrphan) {
  const Lines nameless = {"listen",
                          "< S 0 mss 1460",
                          "> S. 0 ack 1 mss 1460",
                          "+.01 < . 1 ack 1",
                          "< R 1",
                          "< S 100 mss 1460",
                          "> S. 0 isn 8000000 ack 101 mss 1460"};
  const Lines ends = nameless + Lines{"+.01 < . 101 ack 1000001",
                                      "accept",
                                      "close",
                                      "> F. 1000001 ack 101",
                                      "+.01 < . 101 ack 1000002",
                                      "+60 < S 900 mss 1460"};
  EXPECT_EQ(broken(ends + Lines{"> S. 0 isn 9000000 ack 901 mss 1460"}),
            std::vector<std::string>{});
  EXPECT_NE(broken(ends + Lines{"> . 1000002 ack 102"}), std::vector<std::string>{});
}

// SHLD-3 is about text; the FIN behind it that was dropped is none.
TEST(Close, MayAcknowledgeAFinWhereTextWasDropped) {
  const Lines bare = {"listen",
                      "< S 0 mss 1460 ts 1/0",
                      "> S. 0 ack 1 mss 1460 ts 1/1",
                      "+.01 < . 1 ack 1 ts 11/1",
                      "accept",
                      "close",
                      "> F. 1 ack 1 ts 11/11",
                      "+.01 < . 1 ack 2 ts 21/11",
                      "< . 1 len 2 ack 2",
                      "< F. 1 ack 2 ts 21/11",
                      "> . 2 ack 2 ts 21/21",
                      "+.1 wait"};
  EXPECT_EQ(broken(bare), std::vector<std::string>{});
}

}  // namespace
}  // namespace harness::model
