#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

const Lines kReceives =
    passive() + Lines{"+.1 < P. 1 len 100 ack 1", "+.04 > . 1 ack 101", "read 100", "+1 wait"};
const Lines kSends =
    passive() + Lines{"+.1 write 3000",         "> . 1 len 1460 ack 1", "> . 1461 len 1460 ack 1",
                      "> P. 2921 len 80 ack 1", "+.01 < . 1 ack 3001",  "+1 wait"};

CONTROLS(Emission, CarriesTheNumbersThatFollowFromWhatCame) {
  check({
      {"9293-3.4-acceptability", kReceives, "+.04 > . 1 ack 101", "+.04 > . 1 ack 100"},
      {"9293-3.4-synfin-seq", kReceives, "+.04 > . 1 ack 101", "+.04 > . 1 ack 102"},
      {"9293-3.4-acceptability", kReceives, "+.04 > . 1 ack 101", "+.04 > . 1 ack 500"},
      {"9293-3.4-synfin-seq", kReceives, "+.04 > . 1 ack 101", "+.04 > . 2 ack 101"},
      {"9293-3.1-ack-always", kReceives, "+.04 > . 1 ack 101", "+.04 > - 1"},
      {"RFC5681-4.2-one", kReceives, "+.04 > . 1 ack 101", "+.04 > . 1 ack 101\n> . 1 ack 101"},
  });
}

CONTROLS(Emission, CarriesTheOctetsTheApplicationWroteInSegmentsThatFit) {
  check({
      {"9293-3.4-synfin-seq", kSends, "> . 1461 len 1460 ack 1", "> . 1461 len 1460 ack 1 wrong 7"},
      {"9293-3.4-synfin-seq", kSends, "> . 1461 len 1460 ack 1", "> . 1462 len 1460 ack 1"},
      {"9293-3.4-synfin-seq", kSends, "> P. 2921 len 80 ack 1", "> P. 2921 len 81 ack 1"},
      {"MUST-61", kSends, "> P. 2921 len 80 ack 1", "> . 2921 len 80 ack 1"},
      {"MUST-16", kSends, "< S 0 mss 1460", "< S 0 mss 1400"},
      {"MUST-15", kSends, "< S 0 mss 1460", "< S 0"},
      {"9293-3.6-halfclose-tx", kSends, "> P. 2921 len 80 ack 1", "> FP. 2921 len 80 ack 1"},
  });
}

CONTROLS(Emission, IsNothingAtAllWhereNoConnectionIs) {
  const Lines reset = passive() + Lines{"+.1 < R 1", "+1 wait"};
  check({
      {"RFC5961-3.2-b", reset, "+1 wait", "+1 > . 1 ack 1"},
      {"9293-3.4-synfin-seq", {"+1 wait"}, "+1 wait", "+1 > S 0 mss 1460"},
  });
}

}  // namespace
}  // namespace harness::model
