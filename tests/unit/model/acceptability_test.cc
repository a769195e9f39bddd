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
  const Lines syn =
      passive() + Lines{"+.1 < S 5000 mss 1460", "> . 1 ack 1", "state ESTABLISHED", "+1 wait"};
  const Lines old_syn =
      passive() + Lines{"+.1 < S 0 mss 1460", "> . 1 ack 1", "state ESTABLISHED", "+1 wait"};
  check({
      {"9293-3.10.7-ackless", ackless, "+.1 wait", "+.1 > . 1 ack 101"},
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

}  // namespace
}  // namespace harness::model
