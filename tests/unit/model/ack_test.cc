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

}  // namespace
}  // namespace harness::model
