#include "harness/model/explain.h"

#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

TEST(Explain, SaysWhatWasExpectedAndFoundWhereAndWhy) {
  std::string words;
  broken(passive() + Lines{"+.1 < P. 1 len 1000 ack 1", "+.04 > . 1 ack 1000"}, &words);
  EXPECT_EQ(
      words,
      "expected ack 1001, got ack 1000 · RFC 9293, 3.4 Table 5 (9293-3.4-acceptability) · event "
      "13, +0.150 s · because of event 12 · legal: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>\n");
}

}  // namespace
}  // namespace harness::model
