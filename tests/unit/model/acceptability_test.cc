#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

CONTROLS(Acceptability, OfWhatIsNotIsAnAcknowledgmentAndNothingElse) {
  const Lines before = passive() + Lines{"+.1 < P. 1 len 100 ack 1", "> . 1 ack 101", "read 100"};
  const Lines old = before + Lines{"+1 < P. 1 len 100 ack 1", "> . 1 ack 101", "+1 wait"};
  const Lines right = passive() + Lines{"+1 < P. 70000 len 100 ack 1", "> . 1 ack 1", "+1 wait"};
  const Lines probe = before + Lines{"+1 < . 100 ack 1", "+0 > . 1 ack 101", "+1 wait"};
  check({
      {"9293-3.5.2-sync-empty-ack", right, "> . 1 ack 1", ""},
      {"9293-3.4-acceptability", right, "> . 1 ack 1", "> . 1 ack 101"},
      {"9293-3.5.2-sync-empty-ack", right, "> . 1 ack 1", "> R 1"},
      {"9293-3.8.4-rx", probe, "+0 > . 1 ack 101", ""},
      {"9293-3.5.2-sync-empty-ack", old, "+1 < P. 1 len 100 ack 1",
       "+1 < P. 1 len 100 ack 1\n+.1 wait"},
  });
}

// Table 6: "RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND", of an empty segment, too.
CONTROLS(Acceptability, EndsBeforeTheEdgeOfTheWindow) {
  const Lines edge =
      passive() + Lines{"+.1 write 100", "> P. 1 len 100 ack 1",    "+.01 < . 65536 ack 101",
                        "> . 101 ack 1", "+1 > P. 1 len 100 ack 1", "+1 wait"};
  check({
      {"9293-3.5.2-sync-empty-ack", edge, "> . 101 ack 1", ""},
      {"9293-3.10.8-rto", edge, "+1 > P. 1 len 100 ack 1", "+5 wait"},
  });
}

CONTROLS(Acceptability, LetsAnAcknowledgmentBeLimitedForASecond) {
  const Lines limited = passive() + Lines{"+1 < P. 70000 len 100 ack 1",
                                          "> . 1 ack 1",
                                          "+.1 < P. 70000 len 100 ack 1",
                                          "+.1 < P. 70000 len 100 ack 1",
                                          "+2 < P. 70000 len 100 ack 1",
                                          "+0 > . 1 ack 1",
                                          "+1 wait"};
  check({{"9293-3.5.2-sync-empty-ack", limited, "+0 > . 1 ack 1", ""}});
}

CONTROLS(Acceptability, OfAWindowOfZeroStillAnswers) {
  const Lines zero = {
      "listen", "< S 0 mss 1460",        "> S. 0 ack 1 mss 1460 win 0", "+.01 < . 1 ack 1",
      "accept", "+1 < P. 1 len 1 ack 1", "> . 1 ack 1 win 0",           "+1 wait"};
  check({
      {"9293-3.8.6.1-rx", zero, "> . 1 ack 1 win 0", ""},
      {"9293-3.4-acceptability", zero, "> . 1 ack 1 win 0", "> . 1 ack 2 win 0"},
  });
}

CONTROLS(Acceptability, NeedsAnAckAndNoSyn) {
  const Lines ackless = passive() + Lines{"+.1 < P 1 len 100", "+.1 wait", "+1 wait"};
  // Something else that has no effect comes before it shows.
  const Lines later =
      passive() + Lines{"+.1 < P 1 len 100", "+.1 < . 101 ack 101", "> . 1 ack 1", "+1 wait"};
  const Lines syn =
      passive() + Lines{"+.1 < S 5000 mss 1460", "> . 1 ack 1", "state ESTABLISHED", "+1 wait"};
  const Lines old_syn =
      passive() + Lines{"+.1 < S 0 mss 1460", "> . 1 ack 1", "state ESTABLISHED", "+1 wait"};
  check({
      {"9293-3.10.7-ackless", ackless, "+.1 wait", "+.1 > . 1 ack 101"},
      {"9293-3.10.7-ackless", later, "> . 1 ack 1", "> . 1 ack 101"},
      {"RFC5961-4.2-a", syn, "> . 1 ack 1", ""},
      {"RFC5961-4.2-a", old_syn, "> . 1 ack 1", ""},
      {"RFC5961-4.2-a", old_syn, "> . 1 ack 1", "> S. 0 ack 1 mss 1460"},
  });
}

CONTROLS(Acceptability, KnowsThatScalingHidesTheLowBitsOfTheWindow) {
  const Lines hidden = passive("mss 1460 ws 2", "mss 1460 ws 7") +
                       Lines{"+1 < P. 65600 len 10 ack 1", "+.5 wait", "+1 wait"};
  check({{"9293-3.5.2-sync-empty-ack", hidden, "+1 < P. 65600 len 10 ack 1",
          "+1 < P. 65700 len 10 ack 1"}});
}

// It has octets of the window, though neither its first nor its last is one (RFC 9293, 3.4).
CONTROLS(Acceptability, OfWhatHasTheWholeWindowInItsMiddle) {
  const Lines whole = passive("mss 1460", "mss 1460 win 100") +
                      Lines{"+.1 < . -5 len 200 ack 1", "> . 1 ack 101 win 0"};
  check({
      {"9293-3.4-acceptability", whole, "+.1 < . -5 len 200 ack 1", "+.1 < . -205 len 200 ack 1"},
  });
  EXPECT_EQ(broken(passive("mss 1460", "mss 1460 win 100") +
                   Lines{"+.1 < . -5 len 200 ack 1", "> . 1 ack 1 win 100"}),
            std::vector<std::string>{});
}

// RCV.WND may stay as it is while RCV.NXT moves on, before anybody is told.
CONTROLS(Acceptability, MovesOnWithWhatIsTaken) {
  const Lines moves = passive("mss 1460", "mss 1460 win 100") +
                      Lines{"+.1 < . 1 len 50 ack 1", "< P. 101 len 10 ack 1",
                            "+.01 < P. 51 len 50 ack 1", "> . 1 ack 111 win 100"};
  check({{"9293-3.4-acceptability", moves, "< P. 101 len 10 ack 1",
          "< P. 151 len 10 ack 1\n> . 1 ack 51 win 100"}});
}

CONTROLS(Acceptability, KnowsTheWindowOfOurSyn) {
  const Lines opened = {"connect",   "> S 0 mss 1460 win 100",   "+.01 < S. 0 ack 1 mss 1460",
                        "connected", "+.01 < P. 1 len 50 ack 1", "> . 1 ack 51 win 100"};
  check({{"9293-3.4-acceptability", opened, "+.01 < P. 1 len 50 ack 1",
          "+.01 < P. 201 len 50 ack 1"}});
}

// "Special allowance should be made to accept valid ACKs, URGs, and RSTs": of FIN nothing is said.
CONTROLS(Acceptability, OfAFinNeedsAWindow) {
  const Lines shut = passive("mss 1460", "mss 1460 win 100") +
                     Lines{"+.1 < P. 1 len 100 ack 1", "+.1 > . 1 ack 101 win 0",
                           "+2 < F. 101 ack 1", "> . 1 ack 101 win 0", "state ESTABLISHED"};
  check({
      {"9293-3.10.7-zero-wnd-ack", shut, "> . 1 ack 101 win 0", "> . 1 ack 102 win 0"},
      {"9293-3.10.7-zero-wnd-ack", shut, "state ESTABLISHED", "state CLOSE-WAIT"},
  });
}

// What the reset of a later CLOSE tells of shows it as well.
CONTROLS(Acceptability, OfAFinShowsInAReset) {
  const Lines shut = passive("mss 1460", "mss 1460 win 100") + Lines{"+.1 < P. 1 len 100 ack 1",
                                                                     "+.1 > . 1 ack 101 win 0",
                                                                     "+2 < F. 101 ack 1",
                                                                     "> . 1 ack 101 win 0",
                                                                     "+.1 close",
                                                                     "> R. 1 ack 101"};
  check({{"9293-3.10.7-zero-wnd-ack", shut, "> R. 1 ack 101", "> R. 1 ack 102"},
         {"9293-3.5.2-rst-form", shut, "> R. 1 ack 101", "> R. 1 ack 100"}});
}

CONTROLS(Acceptability, IsAskedBeforeTheAckBit) {
  const Lines none = passive() + Lines{"+.1 < F 100000", "> . 1 ack 1", "+1 wait"};
  check({{"9293-3.10.7-ackless", none, "> . 1 ack 1", ""}});
}

CONTROLS(Acceptability, HearsTheAckOfWhatBeginsBeforeTheEdge) {
  const Lines edge = {"listen",
                      "< S 0 mss 1460",
                      "> S. 0 ack 1 mss 1460 win 100",
                      "+.01 < . 100 len 2 ack 1",
                      "> . 1 ack 1 win 100",
                      "state ESTABLISHED"};
  check({{"9293-3.4-acceptability", edge, "+.01 < . 100 len 2 ack 1", "+.01 < . 101 len 1 ack 1"}});
}

// What is answered because it is perhaps beyond the edge has drawn the challenge of its second.
CONTROLS(Acceptability, CountsTheAnswerToWhatBeginsAtTheEdge) {
  const Lines edge = passive("mss 1460", "mss 1460 win 100") +
                     Lines{"+.1 < . 1 len 50 ack 1", "< F 101", "> . 1 ack 51 win 50",
                           "+.2 < . 1 ack 1", "+1 wait"};
  check({{"9293-3.5.2-sync-empty-ack", edge, "< F 101", ""}});
}

// Also in SYN-RECEIVED, and though it tells of a wider window than the SYN,ACK could.
CONTROLS(Acceptability, CountsTheAnswerToASynWhileItOpens) {
  const Lines opening = {"listen",
                         "< S 0 mss 1460 ws 7",
                         "> S. 0 ack 1 mss 1460 ws 7",
                         "+.1 < S 500",
                         "> . 1 ack 1 win 1000",
                         "+.1 < F. 1 len 10 ack 1",
                         "> . 1 ack 12 win 1000",
                         "+.1 < F. 11 ack 1",
                         "+.5 wait"};
  check({{"9293-3.8.4-rx", opening, "+.1 < F. 11 ack 1", "+1 < F. 11 ack 1"}});
}

// Its ACK lets text go, which answers the rest of it, too: what follows soon need have no answer.
CONTROLS(Acceptability, MayBeAnsweredByTheTextThatAnAckLetsGo) {
  const Lines shut =
      passive("mss 1460", "mss 1460 win 100") + Lines{"+.1 write 2000",
                                                      "> . 1 len 1460 ack 1 win 100",
                                                      "+.1 < P. 1 len 100 ack 1",
                                                      "> . 1461 ack 101 win 0",
                                                      "+.1 < . 102 ack 1461",
                                                      "> P. 1461 len 540 ack 101 win 0",
                                                      "+.1 < . 100 len 1 ack 2001",
                                                      "+2 wait"};
  check({{"9293-3.8.6.1-rx", shut, "+.1 < . 102 ack 1461", "+.1 < . 101 ack 1461"}});
}

}  // namespace
}  // namespace harness::model
