#include "harness/model/timeout.h"

#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

// RFC 7323, 4: what is echoed says when it was sent; how fast the clock goes is seen.
CONTROLS(Retransmission, WaitsForWhatAnOldEchoMeasured) {
  const Lines old = {"listen",
                     "< S 0 mss 1460 ts 1/0",
                     "> S. 0 ack 1 mss 1460 ts 1000/1",
                     "+.01 < . 1 ack 1 ts 11/1000",
                     "accept",
                     "+10 write 100",
                     "> P. 1 len 100 ack 1 ts 11010/11",
                     "+.1 < . 1 ack 101 ts 10111/1000",
                     "write 100",
                     "> P. 101 len 100 ack 1 ts 11110/10111",
                     "+12 > P. 101 len 100 ack 1 ts 23110/10111",
                     "+.01 < . 1 ack 201 ts 22121/23110",
                     "+1 wait"};
  check({{"9293-3.10.8-rto", old, "+.1 < . 1 ack 101 ts 10111/1000",
          "+.1 < . 1 ack 101 ts 10111/11010"}});
}

// The same initial number again, of another connection: its handshake was perhaps measured.
TEST(Retransmission, CountsAHandshakeThatLooksLikeARepetition) {
  const Lines again = {"listen",
                       "< S 0 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "< S 1000 mss 1460",
                       "< S 0 mss 1460",
                       "> S. 0 ack 1 mss 1460 win 65535",
                       "+.01 < . 1 ack 1",
                       "accept",
                       "write 84",
                       "> P. 1 len 84 ack 1",
                       "+.15 < . 1 ack 85",
                       "write 200",
                       "> P. 85 len 200 ack 1",
                       "+.2 > P. 85 len 200 ack 1",
                       "+.1 < . 1 ack 285"};
  EXPECT_EQ(broken(again), std::vector<std::string>{"RFC6298-2.4?"});
}

}  // namespace
}  // namespace harness::model
