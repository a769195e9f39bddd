#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

CONTROLS(Text, IsAcknowledgedWithinHalfASecond) {
  const Lines data =
      passive() + Lines{"+.1 < P. 1 len 100 ack 1", "+.499 > . 1 ack 101", "+1 wait"};
  const Lines two = passive() + Lines{"+.1 < . 1 len 1460 ack 1", "< . 1461 len 1460 ack 1",
                                      "> . 1 ack 2921", "+1 wait"};
  check({
      {"MUST-40", data, "+.499 > . 1 ack 101", ""},
      {"MUST-40", data, "+.499 > . 1 ack 101", "+.501 > . 1 ack 101"},
      {"SHLD-19?", two, "> . 1 ack 2921", "+.3 > . 1 ack 2921"},
  });
}

CONTROLS(Text, OutOfOrderIsHeld) {
  const Lines hole = passive() + Lines{"+.1 < P. 101 len 100 ack 1",
                                       "> . 1 ack 1",
                                       "+.6 < P. 1 len 100 ack 1",
                                       "> . 1 ack 201",
                                       "read 200",
                                       "+1 wait"};
  check({
      {"RFC5681-3.2-dupack?", hole, "> . 1 ack 1", ""},
      {"9293-3.4-synfin-seq", hole, "> . 1 ack 201", "> . 1 ack 202"},
      {"9293-3.10.7-trim", hole, "read 200", "read 200 wrong"},
  });
  const Lines unread = changed(hole, "read 200", "");
  const Lines filled = changed(hole, "> . 1 ack 201", "+0 > . 1 ack 201");
  check({
      {"SHLD-31?", unread, "> . 1 ack 201", "> . 1 ack 101"},
      {"MUST-59", unread, "> . 1 ack 201", "> . 1 ack 101\n> . 1 ack 201", {"SHLD-31?"}},
      {"RFC5681-3.2-fill?", filled, "+0 > . 1 ack 201", "+.3 > . 1 ack 201"},
  });
}

CONTROLS(Text, IsReadOnceInOrderAndWholly) {
  const Lines overlap =
      passive() + Lines{"+.1 < P. 1 len 100 ack 1", "> . 1 ack 101", "< P. 51 len 100 ack 1",
                        "+.1 > . 1 ack 151",        "read 150",      "+1 wait"};
  check({
      {"9293-3.4-acceptability", overlap, "read 150", "read 151"},
      {"9293-3.10.7-trim", overlap, "read 150", "read 150 wrong"},
      {"9293-3.4-acceptability", overlap, "+.1 > . 1 ack 151", "+.1 > . 1 ack 201"},
  });
}

CONTROLS(Text, WhereAFinIsMayBeOctetsToo) {
  const Lines both = passive() + Lines{"+.1 < . 21 len 1 ack 1",
                                       "> . 1 ack 1",
                                       "+.1 < F. 1 len 20 ack 1",
                                       "> . 1 ack 22",
                                       "state ESTABLISHED",
                                       "read 21",
                                       "+1 wait"};
  check({
      {"9293-3.10.7-trim", both, "read 21", "read 21 wrong"},
      {"9293-3.4-acceptability", both, "read 21", "read 22"},
  });
  const Lines fin = changed(both, "state ESTABLISHED", "state CLOSE-WAIT");
  EXPECT_EQ(broken(changed(fin, "read 21", "read 20\neof")), std::vector<std::string>{});
  check({{"9293-3.4-acceptability", changed(fin, "read 21", "read 20"), "read 20", "read 21"}});
}

CONTROLS(Text, BehindWhatWasPerhapsNotTakenIsPerhapsHeld) {
  // Without its timestamps the first may be dropped (RFC 7323, 3.2); the second is held then.
  const Lines perhaps = passive("mss 1460 ts 100/0", "mss 1460 ts 7000/100") +
                        Lines{"+.1 < . 1 len 100 ack 1",   "< P. 51 len 100 ack 1 ts 110/7000",
                              "> . 1 ack 1 ts 7010/100",   "< P. 1 len 70 ack 1 ts 110/7000",
                              "> . 1 ack 151 ts 7020/110", "+1 wait"};
  check({{"9293-3.4-acceptability", perhaps, "> . 1 ack 151 ts 7020/110",
          "> . 1 ack 171 ts 7020/110"}});
}

CONTROLS(Text, BehindTheFinIsIgnored) {
  const Lines behind = passive() + Lines{"+.1 < F. 1 ack 1",        "> . 1 ack 2", "eof",
                                         "+.1 < P. 2 len 20 ack 1", "+.1 wait",    "+1 wait"};
  check({{"9293-3.10.7-postfin-text", behind, "+.1 wait", "> . 1 ack 22"}});
}

// "Trimming off any portions that lie outside the window (including SYN and FIN)".
CONTROLS(Text, BeyondTheWindowIsTrimmed) {
  const Lines full = passive("mss 1460", "mss 1460 win 1000") +
                     Lines{"+.1 < F. 1 len 1000 ack 1", "> . 1 ack 1001 win 0", "+.1 wait"};
  check({{"9293-3.10.7-trim?", full, "> . 1 ack 1001 win 0", "> . 1 ack 1002 win 0"}});
}

// Its pointer may be to an octet that is still to come, and that is read apart.
CONTROLS(Text, LacksAnOctetThatWasSaidToBeUrgentBefore) {
  const Lines urgent = passive() + Lines{"+.1 < .U 1 ack 1 urg 5", "+.01 < P. 1 len 10 ack 1",
                                         "> . 1 ack 11", "read 10 wrong"};
  check({{"9293-3.10.7-trim", urgent, "+.1 < .U 1 ack 1 urg 5", "+.1 < . 1 ack 1"}});
}

// The pointer of what is not acceptable is dropped with it, but where the window is closed.
CONTROLS(Text, LacksNoOctetThatAnOldSegmentCalledUrgent) {
  const Lines old = passive() + Lines{"+.1 < . 1 len 1 ack 1",
                                      "> . 1 ack 2",
                                      "read 1",
                                      "+.1 < U. 1 len 1 ack 1 urg 2",
                                      "+0 > . 1 ack 2",
                                      "+.1 < P. 2 len 20 ack 1",
                                      "> . 1 ack 22",
                                      "read 20"};
  check({{"9293-3.4-acceptability", old, "read 20", "read 20 wrong"}});
  const Lines shut =
      passive("mss 1460", "mss 1460 win 100") + Lines{"+.1 < P. 1 len 100 ack 1",
                                                      "> . 1 ack 101 win 0",
                                                      "+2 < U. 101 len 1 ack 1 urg 5",
                                                      "+0 > . 1 ack 101 win 0",
                                                      "read 100",
                                                      "> . 1 ack 101 win 100",
                                                      "+.1 < P. 101 len 20 ack 1",
                                                      "> . 1 ack 121 win 80",
                                                      "read 20 wrong"};
  EXPECT_EQ(broken(shut), std::vector<std::string>{});
}

CONTROLS(Text, BehindAHeldFinIsNotRead) {
  const Lines behind = passive() + Lines{"+.1 < . 1 len 50 ack 1",
                                         "> . 1 ack 51",
                                         "+.01 < F. 76 ack 1",
                                         "> . 1 ack 51",
                                         "+.01 < F. 77 len 2 ack 1",
                                         "> . 1 ack 51",
                                         "+.01 < . 51 len 25 ack 1",
                                         "> . 1 ack 80",
                                         "read 75"};
  check({{"9293-3.10.7-postfin-text", behind, "read 75", "read 77"}});
}

CONTROLS(Text, BehindAFinIsNoReasonForAReset) {
  const Lines behind = passive("mss 1460 ts 100/0", "mss 1460 ts 500/100") +
                       Lines{"+.1 < F. 1 len 2 ack 1", "+.1 < P. 1 len 100 ack 1 ts 101/500",
                             "> . 1 ack 101 ts 600/101"};
  check({{"9293-3.10.7-postfin-text", behind, "> . 1 ack 101 ts 600/101", "> R 1"}});
}

// What has no timestamp is perhaps dropped, and then not held.
CONTROLS(Text, ThatIsPerhapsDroppedNeedNotBeHeld) {
  const Lines hole = passive("mss 1460 ts 100/0", "mss 1460 ts 500/100") +
                     Lines{"+.1 < . 51 len 50 ack 1", "> . 1 ack 1 ts 600/100",
                           "+.1 < . 1 len 50 ack 1 ts 300/600", "> . 1 ack 51 ts 700/300"};
  check({{"SHLD-31?", hole, "+.1 < . 51 len 50 ack 1", "+.1 < . 51 len 50 ack 1 ts 300/500"}});
}

// More pieces than are counted are still up to the FIN behind them.
CONTROLS(Text, InManyPiecesKeepsItsFin) {
  const Lines many = passive() + Lines{"+.1 < F. 861 len 57 ack 1",
                                       "> . 1 ack 1",
                                       "+.01 < . 848 len 10 ack 1",
                                       "> . 1 ack 1",
                                       "+.01 < . 2 len 1 ack 1",
                                       "> . 1 ack 1",
                                       "+.01 < . 39 len 3 ack 1",
                                       "> . 1 ack 1",
                                       "+.01 < . 555 len 1 ack 1",
                                       "> . 1 ack 1",
                                       "+.01 < . 1 len 1200 ack 1",
                                       "> . 1 ack 919",
                                       "+1 wait"};
  check({{"9293-3.4-acceptability", many, "> . 1 ack 919", "> . 1 ack 1300"}});
}

// RFC 5681, 4.2: "at least every second full-sized segment".
TEST(Text, InSmallSegmentsMayBeAcknowledgedLater) {
  const Lines small = passive("mss 1460", "mss 100") +
                      Lines{"+.1 < . 1 len 99 ack 1", "< . 100 len 99 ack 1",
                            "< . 199 len 99 ack 1", "+.3 > . 1 ack 298", "+.1 wait"};
  EXPECT_EQ(broken(small), std::vector<std::string>{});
}

// What crosses the right edge is perhaps cut there, and behind a FIN nothing is held.
CONTROLS(Text, OutOfOrderIsNotAskedForBeyondAnEnd) {
  const Lines crosses = passive("mss 1460", "mss 1460 win 300") +
                        Lines{"+.1 < . 291 len 12 ack 1", "> . 1 ack 1 win 300",
                              "< . 1 len 290 ack 1", "> . 1 ack 301 win 0", "+.1 wait"};
  const Lines behind =
      passive() + Lines{"+.1 < F. 51 ack 1", "> . 1 ack 1", "< . 200 len 10 ack 1", "+1 wait"};
  EXPECT_EQ(broken(crosses), std::vector<std::string>{});
  check({{"RFC5681-3.2-dupack?", behind, "< . 200 len 10 ack 1", "< . 20 len 10 ack 1"}});
}

}  // namespace
}  // namespace harness::model
