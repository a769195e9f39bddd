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

}  // namespace
}  // namespace harness::model
