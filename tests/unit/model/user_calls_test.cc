#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

CONTROLS(UserCalls, TellWhatHappened) {
  const Lines lives = passive() + Lines{"+.1 < P. 1 len 10 ack 1", "> . 1 ack 11", "read 10",
                                        "error 11", "+1 wait"};
  check({
      {"MUST-12", lives, "error 11", "eof"},
      {"MUST-12", lives, "error 11", "error 104"},
      {"9293-3.4-acceptability", lives, "read 10", "read 11"},
  });
  const Lines ends =
      passive() + Lines{"+.1 < FP. 1 len 10 ack 1", "> . 1 ack 12", "read 10", "eof", "+1 wait"};
  check({
      {"9293-3.10.7-trim", ends, "read 10", "read 9"},
      {"9293-3.4-acceptability", ends, "read 10", "read 11"},
  });
  const Lines early = {
      "listen", "< S 0 len 20 mss 1460", "> S. 0 ack 1 mss 1460", "accept", "error 11", "+.5 wait"};
  check({{"9293-3.5-data-on-syn", early, "error 11", "read 20"}});
}

CONTROLS(UserCalls, SendBeforeAndBehindThePeersFin) {
  const Lines half = passive() + Lines{"+.1 < F. 1 ack 1", "> . 1 ack 2", "eof", "unsent 11"};
  const Lines open = passive() + Lines{"+.1 unsent 11"};
  check({
      {"9293-3.6-halfclose-tx", half, "unsent 11", "unsent 32"},
      {"9293-3.6-halfclose-tx", half, "unsent 11", "unsent 107"},
      {"MUST-12", open, "+.1 unsent 11", "+.1 unsent 32"},
      {"RFC5961-3.2-a", passive() + Lines{"+.1 < R 70000 ack 1", "+.1 unsent 11"}, "+.1 unsent 11",
       "+.1 unsent 32"},
  });
  const Lines ended[] = {
      passive() + Lines{"+.1 shut", "> F. 1 ack 1", "unsent 32"},
      passive() + Lines{"+.1 < R 1", "+.1 error 104", "unsent 32"},
      passive() + Lines{"+.1 < R 1", "+.1 unsent 32"},
  };
  for (const auto& lines : ended) EXPECT_EQ(broken(lines), std::vector<std::string>{});
}

CONTROLS(UserCalls, SwitchKeepAlivesOn) {
  const Lines probes =
      passive() +
      Lines{
          "set 1 9 1",    "set 6 4 1", "set 6 5 1", "+1.1 > . 0 ack 1", "+1 > . 0 ack 1 win 65535",
          "+1 error 110", "+.5 wait"};
  check({
      {"MUST-25", probes, "set 1 9 1", ""},
      {"MUST-26", probes, "set 6 4 1", "set 6 4 2"},
      {"MUST-28", probes, "set 6 4 1", ""},
      {"MUST-29", probes, "+1 > . 0 ack 1 win 65535", ""},
      {"SHLD-12?", changed(probes, "+.5 wait", "+.4 wait"), "+1.1 > . 0 ack 1",
       "+1.1 > . 0 len 1 ack 1"},
  });
  const Lines window = {"listen",
                        "< S 0 win 1000 mss 1460",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 0",
                        "accept",
                        "write 100",
                        "+1 > . 0 ack 1",
                        "+.01 < . 1 ack 1 win 0",
                        "+2 wait",
                        "+.5 wait"};
  check({{"MUST-37", window, "+2 wait", "+2 error 110"}});
}

CONTROLS(UserCalls, WakeWhoWaits) {
  const Lines data = passive() + Lines{"reads", "+.1 < P. 1 len 10 ack 1", "+.01 woken 10",
                                       "> . 1 ack 11", "+.5 wait"};
  const Lines end =
      passive() + Lines{"reads", "+.1 < F. 1 ack 1", "woken 0", "> . 1 ack 2", "+.5 wait"};
  check({
      {"9293-3.10.7-trim", changed(data, "+.01 woken 10", "woken 10"), "woken 10", ""},
      {"MUST-12", end, "woken 0", ""},
  });
}

// "no data or acknowledgment packets have been received": what is dropped is neither.
CONTROLS(UserCalls, CountTheIdleTimeFromWhatIsTaken) {
  const Lines idle =
      passive() + Lines{"set 1 9 1",       "set 6 4 1",        "set 6 5 1", "+.5 < P 1 len 10",
                        "+.6 > . 0 ack 1", "+.01 < . 1 ack 1", "+.5 wait"};
  check({{"MUST-26", idle, "+.5 < P 1 len 10", "+.5 < . 1 ack 1"}});
}

CONTROLS(UserCalls, SwitchKeepAlivesOnForGood) {
  const Lines on = passive() + Lines{"set 1 9 1",        "set 6 4 1",        "set 6 5 1",
                                     "+1.1 > . 0 ack 1", "+.01 < . 1 ack 1", "+.5 wait"};
  check({{"MUST-24", on, "+1.1 > . 0 ack 1", "+5 wait"}});
}

// Of a connection that answers no life is doubted, nor of one whose text is but on its way.
CONTROLS(UserCalls, GiveUpOnlyWhatWasTried) {
  const Lines answered = passive() + Lines{"set 1 9 1",        "set 6 4 1",        "set 6 5 1",
                                           "+1.1 > . 0 ack 1", "+.01 < . 1 ack 1", "+.5 wait"};
  const Lines sent = passive() + Lines{"+.1 write 100", "> P. 1 len 100 ack 1", "+.5 wait"};
  check({
      {"MUST-29", answered, "+.5 wait", "+.5 > R. 1 ack 1"},
      {"MUST-20", sent, "+.5 wait", "+.5 > R. 101 ack 1"},
  });
}

CONTROLS(UserCalls, SendUrgentData) {
  const Lines urgent =
      passive() + Lines{"+.1 write 10 oob", "> UP. 1 len 10 ack 1 urg 10", "+.5 wait"};
  const Lines calm = passive() + Lines{"+.1 write 10", "> P. 1 len 10 ack 1", "+.5 wait"};
  check({
      {"MUST-62", urgent, "> UP. 1 len 10 ack 1 urg 10", "> UP. 1 len 10 ack 1 urg 9"},
      {"MUST-62", calm, "> P. 1 len 10 ack 1", "> UP. 1 len 10 ack 1 urg 10"},
      {"MUST-30", urgent, "> UP. 1 len 10 ack 1 urg 10", "> P. 1 len 10 ack 1"},
  });
}

CONTROLS(UserCalls, TellOfUrgentData) {
  const Lines told = passive() + Lines{"set 1 10 1", "+.1 < PU. 1 len 10 ack 1 urg 10",
                                       "poll 3",     "> . 1 ack 11",
                                       "read 10",    "poll 0",
                                       "+.5 wait"};
  const Lines shut = {"listen",
                      "< S 0 mss 1460",
                      "> S. 0 ack 1 mss 1460 win 10",
                      "+.01 < . 1 ack 1",
                      "accept",
                      "set 1 10 1",
                      "+.1 < P. 1 len 10 ack 1",
                      "> . 1 ack 11 win 0",
                      "+.1 < U. 11 ack 1 urg 5",
                      "poll 3",
                      "+.5 wait"};
  const Lines back = passive() + Lines{"set 1 10 1",   "+.1 < PU. 1 len 10 ack 1 urg 20",
                                       "> . 1 ack 11", "+.1 < U. 11 ack 1 urg 1",
                                       "read 10",      "poll 2"};
  const Lines field = passive() + Lines{"+.1 < P. 1 len 10 ack 1 urg 10", "> . 1 ack 11", "poll 1"};
  const Lines ended = passive() + Lines{"+.1 < F. 1 ack 1", "> . 1 ack 2", "+.1 < U. 2 ack 1 urg 5",
                                        "poll 1", "+.5 wait"};
  check({
      {"MUST-32", told, "poll 3", "poll 1"},
      {"MUST-33", told, "poll 0", "poll 2"},
      {"MUST-66", shut, "poll 3", "poll 1"},
      {"MUST-32", back, "poll 2", "poll 0"},
      {"9293-3.1-up-ignored", field, "poll 1", "poll 3"},
      {"9293-3.10.7-postfin-urg", ended, "poll 1", "poll 3"},
  });
}

CONTROLS(UserTimeout, MayEndAConnectionBeforeItAnswers) {
  const Lines ended = passive() + Lines{"+.1 < . 1 ack 1 win 0", "set 6 18 500", "write 10",
                                        "+.6 < P. 1 len 10 ack 1 win 0", "+2 wait"};
  check({{"MUST-40", ended, "set 6 18 500", ""}});
}

// It counts from SEND, of what is not acknowledged yet (RFC 9293, 3.9.1.1).
CONTROLS(UserTimeout, EndsNoConnectionBeforeItsTime) {
  const Lines moves =
      passive() + Lines{"set 6 18 2500", "write 100",         "> P. 1 len 100 ack 1",
                        "+1 write 100",  "+.1 < . 1 ack 101", "> P. 101 len 100 ack 1",
                        "+1.8 error 11", "+.7 error 110",     "+.1 wait"};
  check({
      {"MUST-21", moves, "+1.8 error 11", "+1.8 error 110"},
      {"MUST-21", moves, "+1.8 error 11", "+1 > P. 101 len 100 ack 1\n+.6 > R. 201 ack 1"},
  });
}

CONTROLS(UserTimeout, ThatWasRefusedAsksNothing) {
  const Lines refused = passive() + Lines{"refused 6 18 2500", "write 100", "> P. 1 len 100 ack 1",
                                          "+.9 error 110", "+.1 wait"};
  check({{"MUST-21", refused, "refused 6 18 2500", "set 6 18 2500"}});
}

CONTROLS(UserTimeout, EndsAnAttemptToConnect) {
  const Lines tries = {"connect 2500",       "> S 0 mss 1460", "+1 > S 0 mss 1460",
                       "+1.5 connected 110", "+.1 wait",       "+5 wait"};
  check({{"MUST-21", tries, "+1.5 connected 110", "+2 > S 0 mss 1460\n+4 > S 0 mss 1460"}});
}

// All is perhaps acknowledged and the window perhaps open: then what asks is no probe of it.
CONTROLS(KeepAlive, MayFollowAnAckThatCameEarly) {
  const Lines early = passive() + Lines{"set 1 9 1",
                                        "set 6 4 1",
                                        "set 6 5 1",
                                        "write 100",
                                        "> P. 1 len 100 ack 1",
                                        "+.01 < . 100 ack 1 win 0",
                                        "+.01 < . 100 ack 101",
                                        "+1 > . 100 ack 1",
                                        "+1 > . 100 ack 1",
                                        "+1 > R. 101 ack 1"};
  check({{"9293-3.5.2-sync-empty-ack", early, "set 1 9 1", ""}});
}

// "Only ... when no sent data is outstanding"; and at SND.NXT nobody is asked.
CONTROLS(KeepAlive, AsksOfAnIdleConnectionWhatThePeerAnswers) {
  const Lines on = passive() + Lines{"set 1 9 1", "set 6 4 1", "set 6 5 1"};
  const Lines waits =
      on + Lines{"+.1 write 100", "> P. 1 len 100 ack 1", "+.9 wait", "+.01 < . 1 ack 101"};
  const Lines probes = on + Lines{"+1.1 > . 0 ack 1", "+.01 < . 1 ack 1", "+.1 wait"};
  const Lines unanswerable = on + Lines{"+1.1 > . 1 ack 1", "+1 > . 1 ack 1", "+1 wait"};
  check({
      {"MUST-26", waits, "+.9 wait", "+.9 > . 100 ack 1"},
      {"MUST-26", waits, "+.9 wait", "+.9 > . 0 ack 1"},
      {"SHLD-12?", probes, "+1.1 > . 0 ack 1", "+1.1 > . 1 ack 1"},
      {"RFC5681-4.2-one", probes, "+1.1 > . 0 ack 1", "+.9 > . 1 ack 1"},
  });
  const auto broke = [&](const std::string& end) {
    return broken(changed(unanswerable, "+1 wait", end));
  };
  const std::vector<std::string> death = {"SHLD-12?", "MUST-29"};
  EXPECT_EQ(broke("+1 > R. 1 ack 1"), death);
  EXPECT_EQ(broke("+1 error 110"), death);
}

// Text for nobody gives a reason to reset, and so do probes without an answer: it may be told of
// either.
CONTROLS(KeepAlive, MayBeWhatEndsWhatTextForNobodyCouldEnd) {
  const Lines both = passive() + Lines{"set 1 9 1",         "set 6 4 1",       "set 6 5 1",
                                       "shut_both",         "> F. 1 ack 1",    "+.01 < . 1 ack 2",
                                       "< . 1 len 2 ack 3", "> . 2 ack 1",     "+1.1 > . 1 ack 1",
                                       "+1 > . 1 ack 1",    "+1 > R. 2 ack 1", "+1 unsent 110",
                                       "+.1 wait"};
  check({{"MUST-12", both, "+1 > . 1 ack 1", ""}});
}

// What was asked once, and never answered, is text by now, which was tried for long enough.
CONTROLS(KeepAlive, ThatHadNoAnswerKeepsNobodyFromGivingUpText) {
  const Lines text = passive() + Lines{"set 1 9 1",
                                       "set 6 4 1",
                                       "+1.1 > . 0 ack 1",
                                       "write 100",
                                       "> P. 1 len 100 ack 1",
                                       "+1 > P. 1 len 100 ack 1",
                                       "+2 > P. 1 len 100 ack 1",
                                       "+4 > P. 1 len 100 ack 1",
                                       "+8 > P. 1 len 100 ack 1",
                                       "+16 > P. 1 len 100 ack 1",
                                       "+32 > P. 1 len 100 ack 1",
                                       "+64 error 110"};
  check({{"SHLD-11?", text, "+64 error 110", "+.1 error 110"}});
}

// What is dropped is perhaps not heard: then the next one comes an interval after the last.
CONTROLS(KeepAlive, MayCountWhatIsDropped) {
  const Lines dropped = passive() + Lines{"set 1 9 1",         "set 6 4 1",   "+1.1 > . 0 ack 1",
                                          "+.5 < S 900 ack 1", "> . 1 ack 1", "+9 wait"};
  check({{"MUST-24", dropped, "+.5 < S 900 ack 1", "+.5 < . 1 ack 1\n< S 900 ack 1"}});
}

CONTROLS(KeepAlive, IsTheListenersUntilItIsAccepted) {
  const Lines early = {
      "listen",           "listener 1 9 1",    "< S 0 mss 1460",   "> S. 0 ack 1 mss 1460",
      "+.01 < . 1 ack 1", "+7200 > . 0 ack 1", "+.01 < . 1 ack 1", "+1 wait"};
  check({{"MUST-25", early, "listener 1 9 1", ""}});
}

// A CONNECT that waits outlasts the CLOSE of its descriptor, which is another connection's then.
CONTROLS(UserCalls, OfADescriptorThatIsAnothersByNow) {
  const Lines reused = {"connect",
                        "> S 0 mss 1460",
                        "close",
                        "listen",
                        "< S 0 mss 1460 port 50001",
                        "> S. 0 ack 1 mss 1460 port 50001",
                        "+.01 < . 1 ack 1 port 50001",
                        "accept 50001",
                        "+.01 < R. 0 ack 1",
                        "connected 111",
                        "+.1 wait"};
  check({{"MUST-12", reused, "+.1 wait", "error 104"}});
}

// It counts from SEND, however late what was written went.
TEST(UserCalls, CountAUserTimeoutFromWhatWasWritten) {
  const Lines shut =
      passive() +
      Lines{"set 6 18 500",        "+.1 < . 1 ack 1 win 0", "write 50", "+.45 < . 1 ack 1",
            "> P. 1 len 50 ack 1", "+.06 < . 1 ack 40",     "> R 40",   "+.1 wait"};
  EXPECT_EQ(broken(shut), std::vector<std::string>{});
  EXPECT_NE(broken(changed(shut, "set 6 18 500", "set 6 18 600")), std::vector<std::string>{});
}

}  // namespace
}  // namespace harness::model
