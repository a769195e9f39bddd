#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

const Lines kReceivesAtOnce =
    passive() + Lines{"+.1 < P. 1 len 100 ack 1", "> . 1 ack 101", "+1 wait"};

CONTROLS(Header, KeepsWhatEveryHeaderMust) {
  check({
      {"MUST-2", kReceivesAtOnce, "> . 1 ack 101", "> . 1 ack 101 badsum"},
      {"9293-3.1-rsrvd-tx", kReceivesAtOnce, "> . 1 ack 101", "> . 1 ack 101 reserved 4"},
      {"MUST-68", kReceivesAtOnce, "> . 1 ack 101", "> . 1 ack 101 opt 1 opt 253 opt 9 opt 0"},
      {"MUST-69", kReceivesAtOnce, "> . 1 ack 101", "> . 1 ack 101 opt 1 opt 0 opt 7 opt 0"},
  });
}

CONTROLS(Header, OfAnArrivalThatIsBrokenHasNoEffect) {
  const Lines bad = passive() + Lines{"+.1 < P. 1 len 100 ack 1 badsum", "+.1 wait", "+1 wait"};
  check({
      {"MUST-3", bad, "+.1 wait", "> . 1 ack 101"},
      {"MUST-3", bad, "+.1 wait", "> . 1 ack 1"},
  });
  const Lines short_header =
      passive() + Lines{"+.1 < P. 1 len 100 ack 1 doff 3", "+.1 wait", "+1 wait"};
  check({{"9293-3.1-doff", short_header, "+.1 wait", "> . 1 ack 101"}});
}

}  // namespace
}  // namespace harness::model
