#include <algorithm>

#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

CONTROLS(Ack, OfWhatWasNeverSentDropsTheSegment) {
  const Lines unsent = passive() + Lines{"+.1 < P. 1 len 100 ack 700", "> . 1 ack 1", "+1 wait"};
  check({
      {"9293-3.10.7-ack-unsent", unsent, "> . 1 ack 1", ""},
      {"9293-3.10.7-ack-unsent", unsent, "> . 1 ack 1", "> . 1 ack 101"},
      {"9293-3.10.7-ack-unsent", unsent, "> . 1 ack 1", "> R 700"},
  });
}

CONTROLS(Ack, FarBelowTheWindowIsDroppedOrIgnored) {
  const Lines far = passive() + Lines{"+.1 < P. 1 len 100 ack -200000", "> . 1 ack 1", "+1 wait"};
  check({{"RFC5961-5.2-b", far, "> . 1 ack 1", ""}});
  EXPECT_EQ(broken(changed(far, "> . 1 ack 1", "> . 1 ack 101")), std::vector<std::string>{});
}

CONTROLS(Ack, OfWhatWasBeforeTheFirstOctetDropsTheSegmentOrDoesNot) {
  // With its octet taken, the FIN is an old one; dropped, the FIN comes next.
  const Lines before = passive() + Lines{"+.1 < . 1 len 1 ack 0", "< F. 1 ack 1", "> . 1 ack 2",
                                         "state ESTABLISHED", "+1 wait"};
  check({
      {"RFC5961-5.2-b", before, "> . 1 ack 2", ""},
      {"9293-3.5.2-sync-empty-ack", before, "state ESTABLISHED", "state FIN-WAIT-1"},
  });
  EXPECT_EQ(broken(changed(before, "state ESTABLISHED", "state CLOSE-WAIT")),
            std::vector<std::string>{});
  // Behind a FIN that counts, nothing is taken: then there may be no answer.
  const Lines behind =
      passive() + Lines{"+.1 < F. 1 ack 1", "> . 1 ack 2", "+.1 < . 2 len 2 ack 0", "+1 wait"};
  EXPECT_EQ(broken(behind), std::vector<std::string>{});
  // What a stack has shown it does again.
  const Lines again = passive() + Lines{"+.1 < . 1 len 1 ack -5", "> . 1 ack 1",
                                        "+2 < . 1 len 5 ack -5", "> . 1 ack 1", "+1 wait"};
  check({{"RFC5961-5.2-b", again, "+2 < . 1 len 5 ack -5", "+2 < . 1 len 5 ack -5\n> . 1 ack 6"}});
  // The number of our SYN was sent: to take its text says nothing of what was not.
  const Lines other = passive() + Lines{"+.1 < . 1 len 1 ack 0", "> . 1 ack 2",
                                        "+2 < . 2 len 5 ack -5", "> . 1 ack 2", "+1 wait"};
  check({{"RFC5961-5.2-b", other, "+2 < . 2 len 5 ack -5", "+2 < . 2 len 5 ack -5\n+1 wait"}});
}

// What answers it counts as a challenge: the next need not follow at once.
CONTROLS(Ack, TooOldBehindAFinIsAnsweredAsAChallenge) {
  const Lines behind = passive() + Lines{"+.1 < F. 1 ack 1", "< . 2 len 1 ack -200000",
                                         "> . 1 ack 2",      "+.1 < . 2 ack 700",
                                         "+2 < . 2 ack 700", "+0 > . 1 ack 2",
                                         "+1 wait"};
  check({{"9293-3.10.7-ack-unsent", behind, "+0 > . 1 ack 2", ""},
         {"9293-3.10.7-ack-unsent", behind, "< . 2 len 1 ack -200000", "+.001 wait"}});
}

// What leaves before a segment is seen is no answer to it: who answers so has dropped its text.
CONTROLS(Ack, OfWhatRacesIsAnAnswerToWhatCameBefore) {
  const Lines old =
      passive() + Lines{"+.1 < . 1 len 100 ack -200000 slow 20", "> . 1 ack 1",
                        "+2 < . 1 len 1 ack -200000 slow 20", "> . 1 ack 1", "+1 wait"};
  check({{"RFC5961-5.2-b", old, "+2 < . 1 len 1 ack -200000 slow 20",
          "+2 < . 1 len 1 ack -200000 slow 20\n> . 1 ack 2"}});
}

// Another reading has its text taken, and the acknowledgment of that still to come.
TEST(Ack, TooOldAndAnsweredOwesNothingMore) {
  const auto open = [](const Lines& lines) {
    const Conversation conversation{lines};
    Model model{assumptions_of(conversation.trace())};
    for (std::uint32_t i = 0; i < conversation.trace().size(); ++i) {
      model.step(conversation.trace(), i);
    }
    model.finish(conversation.trace());
    return std::ranges::count_if(model.open(), [](auto n) { return n > 0; });
  };
  const auto old = passive() + Lines{"+.1 < . 1 len 100 ack 4294767297"};
  EXPECT_EQ(open(old + Lines{"> . 1 ack 1"}), 0);
  EXPECT_EQ(open(passive() + Lines{"+.1 < . 1 len 100 ack 1"}), 1);
}

CONTROLS(Ack, MayBeTooOldWhereAnEarlierOneCounted) {
  const Lines stale = {"listen",
                       "< S 0 mss 100 win 100",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 1 win 100",
                       "accept",
                       "write 300",
                       "> . 1 len 100 ack 1",
                       "+.01 < . 1 ack 101 win 100",
                       "> . 101 len 100 ack 1",
                       "+.01 < . 11 ack 201 win 100",
                       "> P. 201 len 100 ack 1",
                       "+.01 < . 11 ack 301 win 100",
                       "+.01 < P. 1 len 10 ack 150 win 100",
                       "> . 301 ack 1",
                       "+.1 wait"};
  check({{"9293-3.4-acceptability", stale, "+.01 < P. 1 len 10 ack 150 win 100",
          "+.01 < P. 1 len 10 ack 250 win 100"}});
}

// RFC 5961, 5.2: the largest window it ever sent counts, not the last.
CONTROLS(Ack, IsTakenWithinTheLargestWindow) {
  const Lines within = passive() + Lines{"+.1 write 1000",
                                         "> P. 1 len 1000 ack 1",
                                         "+.01 < . 1 ack 1001 win 100",
                                         "+.01 < P. 1 len 10 ack 501 win 100",
                                         "> . 1001 ack 11",
                                         "+.01 < . 11 ack 501 win 100",
                                         "+0 wait",
                                         "+1 wait"};
  check({
      {"RFC5961-5.2-c", within, "> . 1001 ack 11", "> . 1001 ack 1"},
      {"RFC5961-5.2-c", within, "+0 wait", "> . 1001 ack 11"},
  });
}

// "SND.UNA =< SEG.ACK =< SND.NXT": else the window is not updated.
CONTROLS(Ack, ThatIsOldTellsNoWindow) {
  const Lines opened = {"listen",
                        "< S 0 mss 1460 win 1000",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 1000",
                        "accept",
                        "write 1000",
                        "> P. 1 len 1000 ack 1",
                        "+.01 < . 1 ack 1001 win 1000",
                        "+.01 < P. 1 len 10 ack 501 win 65535",
                        "> . 1001 ack 11",
                        "write 1400",
                        "> . 1001 len 1000 ack 11",
                        "+.1 wait"};
  check({{"9293-3.10.7-wl", opened, "> . 1001 len 1000 ack 11", "> P. 1001 len 1400 ack 11"}});
}

// What is perhaps acknowledged makes an ACK too old, perhaps, that was merely early before.
CONTROLS(Ack, MayBeTooOldByWhatIsPerhapsAcknowledged) {
  const Lines old = {"listen",
                     "< S 0 mss 1460 win 1000",
                     "> S. 0 ack 1 mss 1460",
                     "+.01 < . 1 ack 1 win 1000",
                     "accept",
                     "+.1 < . 1 len 10 ack -10 win 1000",
                     "> . 1 ack 11",
                     "write 1000",
                     "> P. 1 len 1000 ack 11",
                     "+.01 < . 100 ack 1001 win 1000",
                     "+.01 < . 11 len 10 ack -10 win 1000",
                     "> . 1001 ack 11",
                     "+.1 wait"};
  check({{"RFC5961-5.2-c", old, "+.01 < . 100 ack 1001 win 1000", "+.01 < . 100 ack 1 win 1000"}});
}

// The window of its SYN is the largest here, also where the name was another connection's.
CONTROLS(Ack, IsNotTooOldByTheWindowOfTheSyn) {
  const Lines again = {"listen",
                       "< S 0 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 1",
                       "accept",
                       "+.1 < R 1",
                       "+1 < S 100 mss 1460 win 200",
                       "> S. 0 isn 8000000 ack 101 mss 1460",
                       "+.01 < . 101 ack 1000001 win 0",
                       "+.1 < . 101 len 10 ack 999001 win 0",
                       "> . 1000001 ack 101",
                       "+.1 < . 101 len 10 ack 1000000 win 0",
                       "> . 1000001 ack 111",
                       "+.1 wait"};
  check({{"RFC5961-5.2-b", again, "+.1 < . 101 len 10 ack 1000000 win 0",
          "+.1 < . 101 len 10 ack 999001 win 0"}});
}

// Who takes text with too old an ACK once takes it always.
CONTROLS(Ack, TooOldIsTooOldTheNextTime) {
  const Lines old = {"listen",
                     "< S 0 win 100 mss 1460",
                     "> S. 0 ack 1 mss 1460",
                     "+.01 < . 1 ack 1 win 100",
                     "accept",
                     "write 90",
                     "> P. 1 len 90 ack 1",
                     "+.01 < . 1 ack 91 win 100",
                     "write 90",
                     "> P. 91 len 90 ack 1",
                     "+.01 < . 1 ack 181 win 100",
                     "+.1 < . 1 len 1 ack 50 win 100",
                     "> . 181 ack 2",
                     "+.1 < . 1 len 37 ack 50 win 100",
                     "> . 181 ack 38"};
  check({{"RFC5961-5.2-b", old, "> . 181 ack 38", "> . 181 ack 2 win 65535"}});
  const Lines early =
      passive() + Lines{"+.1 < . 1 len 1 ack -568", "> . 1 ack 2", "+.1 < . 1 len 37 ack -929",
                        "+0 > . 1 ack 38", "+.1 < . 1 ack 1"};
  check({{"RFC5961-5.2-c", early, "+0 > . 1 ack 38", "< . 1 len 2 ack 1\n> . 1 ack 3"}});
}

}  // namespace
}  // namespace harness::model
