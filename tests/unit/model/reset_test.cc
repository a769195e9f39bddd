#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

CONTROLS(Reset, AtTheNextNumberEndsTheConnection) {
  const Lines exact =
      passive() + Lines{"+.1 < R 1", "error 104", "+.1 < . 1 ack 1", "> R 1", "+1 wait"};
  check({
      {"MUST-12", exact, "error 104", "eof"},
      {"MUST-12", exact, "error 104", "error 11"},
      {"9293-3.10.7-listen-order", exact, "> R 1", ""},
      {"9293-3.5.2-rst-form", exact, "> R 1", "> R 2"},
      {"RFC5961-3.2-b", exact, "> R 1", "> . 1 ack 1"},
  });
}

CONTROLS(Reset, ElsewhereInTheWindowIsChallengedOrTaken) {
  const Lines rfc5961 =
      passive() + Lines{"+.1 < R 100", "> . 1 ack 1", "state ESTABLISHED", "+1 wait"};
  const Lines rfc793 = passive() + Lines{"+.1 < R 100", "error 104", "state CLOSED", "+1 wait"};
  check({
      {"RFC5961-3.2-c", rfc5961, "> . 1 ack 1", ""},
      {"MUST-12", rfc793, "error 104", "eof"},
  });
}

CONTROLS(Reset, OutsideTheWindowIsNothing) {
  const Lines outside =
      passive() + Lines{"+.1 < R 100000", "+.1 wait", "state ESTABLISHED", "+1 wait"};
  check({
      {"RFC5961-3.2-a", outside, "+.1 wait", "> . 1 ack 1"},
      {"RFC5961-3.2-a", outside, "state ESTABLISHED", "state CLOSED"},
      {"RFC5961-3.2-a", outside, "+.1 wait", "error 104"},
  });
}

CONTROLS(Reset, OfTheTargetNeedsAReason) {
  const Lines lives = passive() + Lines{"+.1 < P. 1 len 10 ack 1", "> . 1 ack 11", "+1 wait"};
  const Lines aborts = passive() + Lines{"+.1 abort", "> R. 1 ack 1", "+1 wait"};
  const Lines late =
      passive() + Lines{"+.1 close", "> F. 1 ack 1", "+.01 < . 1 ack 2", "+.1 < P. 1 len 10 ack 2",
                        "> R 2",     "+1 wait"};
  const Lines silent = {"< R 700", "+.1 wait", "+1 wait"};
  check({
      {"9293-3.5.2-sync-empty-ack", lives, "> . 1 ack 11", "> R. 1 ack 11"},
      {"9293-3.5.2-rst-form", aborts, "> R. 1 ack 1", "> R. 2 ack 1"},
      {"9293-3.5.2-rst-form", aborts, "> R. 1 ack 1", "> R. 1 ack 2"},
      {"MUST-40", late, "> R 2", ""},
      {"SHLD-3?", late, "> R 2", "> . 2 ack 11"},
      {"9293-3.5.2-no-rst-for-rst", silent, "+.1 wait", "> R 0 raw"},
  });
}

CONTROLS(Reset, AnswersNeitherTwiceNorLate) {
  const Lines data = {"< P. 5 len 10 ack 700", "> R 700", "+1 wait"};
  const Lines two = {"< P. 5 len 32 ack 700", "< P. 5 len 32 ack 705", "> R 700", "> R 705",
                     "+1 wait"};
  check({
      {"9293-3.5.2-rst-form", data, "> R 700", "> R 700\n> R 700"},
      {"9293-3.5.2-rst-form", data, "> R 700", "> R 700\n+.1 > R 700"},
      {"9293-3.5.1-halfopen-data", two, "> R 700", ""},
      {"9293-3.5.1-halfopen-data", two, "> R 705", ""},
  });
  // A reset that ends the connection may look like the answer to what came long ago.
  const Lines anew = {"listen",       "< S 0 mss 1460", "> S. 0 ack 1 mss 1460",
                      "< S. 0 ack 2", "> . 1 ack 1",    "< . 1 ack 1",
                      "accept",       "+5 shut",        "> F. 1 ack 1",
                      "abort",        "> R. 2 ack 1",   "+1 wait",
                      "state CLOSED"};
  check({{"9293-3.5.2-rst-form", anew, "> R. 2 ack 1", "> R. 3 ack 1"}});
}

// As its acknowledgments do, a reset stays where a window that shrank has its edge.
CONTROLS(Reset, OfTheTargetMayStandAtTheEdgeOfAShrunkWindow) {
  const Lines shrunk = passive("mss 100") + Lines{"+.1 write 300",
                                                  "> . 1 len 100 ack 1",
                                                  "> . 101 len 100 ack 1",
                                                  "> P. 201 len 100 ack 1",
                                                  "+.01 < . 1 ack 1 win 100",
                                                  "abort",
                                                  "> R. 101 ack 1",
                                                  "+1 wait"};
  check({
      {"9293-3.5.2-rst-form", shrunk, "+.01 < . 1 ack 1 win 100", "+.01 < . 1 ack 1"},
      {"9293-3.5.2-rst-form", shrunk, "> R. 101 ack 1", "> R. 302 ack 1"},
  });
}

// One that took effect shows only when something else comes.
CONTROLS(Reset, OutsideTheWindowIsNothingLaterEither) {
  const Lines behind = passive() + Lines{"+.1 < F. 1 ack 1", "> . 1 ack 2", "+.1 < R 1",
                                         "+.1 < . 2 ack 1",  "+.1 wait",    "+1 wait"};
  check({
      {"RFC5961-3.2-a", behind, "+.1 wait", "> R 1"},
      {"RFC5961-3.2-a", behind, "+.1 wait", "state CLOSED"},
  });
}

// A reading in which the connection is over explains nothing that is sent while something later
// arrives, and no silence to three segments, of which each asks for a reset.
CONTROLS(Reset, ThatTookEffectShowsInWhatFollows) {
  const Lines races =
      passive() +
      Lines{
          "+.1 < R 100 slow 20",    "> . 1 ack 1", "+.1 < . 1 len 10 ack 1 slow 20", "> . 1 ack 11",
          "+.01 state ESTABLISHED", "+1 wait"};
  check({{"9293-3.5.2-sync-empty-ack", races, "+.01 state ESTABLISHED", "+.01 state CLOSED"}});
  const Lines silent = passive() + Lines{"+.1 < R 100",
                                         "> . 1 ack 1",
                                         "+.1 < S 50",
                                         "+.0001 < . 1 ack 1",
                                         "+.0001 < . 1 ack 1",
                                         "+.0001 state ESTABLISHED",
                                         "+1 wait"};
  check({{"9293-3.5.2-sync-empty-ack", silent, "+.0001 state ESTABLISHED", "+.0001 state CLOSED"}});
}

// It waits for the peer's FIN alone, and many stacks keep little of it.
CONTROLS(Reset, OfASynMayEndAClosedSocket) {
  const Lines orphan =
      passive() + Lines{"+.1 < S 50",  "> . 1 ack 1", "+.1 close",         "> F. 1 ack 1",
                        "< . 1 ack 2", "+2 < S 50",   "> R. 0 raw ack 45", "+1 wait"};
  check({{"RFC5961-4.2-a", orphan, "> R. 0 raw ack 45", "> R. 0 raw ack 46"}});
}

TEST(Reset, AtTheNextNumberMayHaveBeenLost) {
  const auto wrong = [](const Lines& lines) {
    const Conversation conversation{lines};
    auto assume = assumptions_of(conversation.trace());
    assume.lossless = false;
    Model model{assume};
    for (std::uint32_t i = 0; i < conversation.trace().size(); ++i) {
      model.step(conversation.trace(), i);
    }
    return !model.violations().empty();
  };
  const Lines told = passive() + Lines{"+.1 < R 100", "> . 1 ack 1", "+.1 < R 1", "error 104"};
  EXPECT_FALSE(wrong(told));
  EXPECT_FALSE(wrong(changed(told, "error 104", "+.1 < . 1 ack 1")));
  EXPECT_TRUE(wrong(changed(told, "+.1 < R 1", "+.1 wait")));
}

// What challenged one in ESTABLISHED may take one where only the peer's FIN is waited for.
CONTROLS(Reset, OfAClosedSocketMayBeTakenByOtherRules) {
  const Lines closed =
      passive() + Lines{"+.1 < R 100",      "> . 1 ack 1", "+2 close",          "> F. 1 ack 1",
                        "+.01 < . 1 ack 2", "+2 < R 100",  "+.01 < F. 1 ack 2", "> R 2",
                        "+1 wait"};
  check({{"MUST-13", closed, "+2 < R 100", "+2 wait"}});
}

CONTROLS(Reset, OfTheTargetMayAnswerTextForNobody) {
  const Lines late = passive() + Lines{"+.1 write 20",
                                       "> P. 1 len 20 ack 1",
                                       "+.01 < . 1 ack 11",
                                       "close",
                                       "> F. 21 ack 1",
                                       "+.01 < . 1 len 1 ack 5",
                                       "> R 5",
                                       "+1 wait"};
  check({{"9293-3.5.2-rst-form", late, "> R 5", "> R 6"}});
}

CONTROLS(Reset, OfAnAbortIsAtSndNxt) {
  const Lines abort =
      passive() + Lines{"write 100", "> P. 1 len 100 ack 1", "+.1 < P. 1 len 10 ack 1",
                        "close",     "> R. 101 ack 11",      "+1 wait"};
  check({{"9293-3.5.2-rst-form", abort, "> R. 101 ack 11", "> R. 1 ack 11"}});
}

CONTROLS(Reset, AtTheRightEdgeIsOutside) {
  const Lines edge = passive() + Lines{"+.1 < R 65536", "+.1 wait"};
  check({{"RFC5961-3.2-a", edge, "+.1 wait", "> . 1 ack 1"}});
}

CONTROLS(Reset, CountsWhereTheWindowIsClosed) {
  const Lines shut =
      passive("mss 1460", "mss 1460 win 1000") +
      Lines{"+.1 < P. 1 len 1000 ack 1", "> . 1 ack 1001 win 0", "+.1 < R 1001", "+.1 wait"};
  check({{"MUST-66", shut, "+.1 wait", "> . 1 ack 1001 win 0"}});
}

// What comes of a reset outside the window shows later, too: as the answer of no connection.
CONTROLS(Reset, OutsideTheWindowEndsNothingThatIsClosed) {
  const Lines closing =
      passive() +
      Lines{"+.1 < P. 1 len 10 ack 1", "> . 1 ack 11",          "shut",  "> F. 1 ack 11",
            "+.1 < F. 11 ack 1",       "> . 2 ack 12",          "close", "+.1 < R 11",
            "< S 0 mss 1460",          "> . 2 ack 12 win 65535"};
  check({{"RFC5961-3.2-a", closing, "> . 2 ack 12 win 65535", "> R. 0 raw ack 4294967291"}});
}

// Of several that came the one is to blame that lies where stacks err.
CONTROLS(Reset, OutsideTheWindowIsNamedByItsPlace) {
  const Lines both = passive() + Lines{"+.1 < F. 1 ack 1", "> . 1 ack 2", "+.1 < R 1",
                                       "< R -100000",      "< . 2 ack 1", "+.1 wait"};
  check({{"RFC5961-3.2-a", both, "+.1 wait", "> R 1"}});
  std::string words;
  broken(changed(both, "+.1 wait", "> R 1"), &words);
  EXPECT_NE(words.find("at the peer's FIN"), words.npos) << words;
}

// Though something was sent again before, that is no reason.
CONTROLS(Reset, OfTheTargetForTextAcrossAFinIsNoEndOfTrying) {
  const Lines tries =
      passive() + Lines{"write 10",         "> P. 1 len 10 ack 1", "+1 > P. 1 len 10 ack 1",
                        "+.1 < F. 1 ack 1", "> . 11 ack 2",        "+.1 < . 1 len 10 ack 1",
                        "+0 > . 11 ack 2",  "+.1 < . 2 ack 11"};
  check({{"9293-3.10.7-postfin-text", tries, "+0 > . 11 ack 2", "> R 1"}});
}

CONTROLS(Reset, OutsideTheWindowMayFindAFinThatIsPerhapsAcknowledged) {
  const Lines early = passive() + Lines{"+.1 shut",    "> F. 1 ack 1", "+.01 < . 100 len 10 ack 2",
                                        "> . 2 ack 1", "+.1 close",    "+.1 < R -100",
                                        "+.1 wait",    "+1 wait"};
  check({{"RFC5961-3.2-a", early, "+.1 wait", "> . 2 ack 1"}});
  std::string words;
  broken(changed(early, "+.1 wait", "> . 2 ack 1"), &words);
  EXPECT_NE(words.find("of a closed socket in FIN-WAIT-2"), words.npos) << words;
}

// Where a SYN is answered as a new one, the reset before it has ended what was there.
CONTROLS(Reset, OutsideTheWindowOpensNoWayForASyn) {
  const Lines stays = passive() + Lines{"+.1 < F. 1 ack 1",  "> . 1 ack 2",    "+.1 < R 1",
                                        "< S 5000 mss 1460", "+0 > . 1 ack 2", "+.1 wait"};
  check({{"RFC5961-3.2-a", stays, "+0 > . 1 ack 2", "> S. 5000 ack 5001 mss 1460"}});
}

// What crosses the edge is trimmed there, or dropped: a reset at the edge is perhaps at RCV.NXT.
CONTROLS(Reset, AtTheEdgeOfATrimmedSegmentMayCount) {
  const Lines crosses = {"listen",           "< S 0 mss 1460", "> S. 0 ack 1 mss 1460 win 300",
                         "+.01 < . 1 ack 1", "accept",         "+.01 < . 1 len 301 ack 1",
                         "< R 301",          "state CLOSED",   "+.1 wait"};
  check({{"RFC5961-3.2-a", crosses, "< R 301", "< R 700"}});
}

}  // namespace
}  // namespace harness::model
