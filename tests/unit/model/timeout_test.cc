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

// From a segment out of order the ACK counts, or when its turn comes: then the timer starts again.
CONTROLS(Retransmission, CountsFromWhereAnAckPerhapsCounted) {
  const Lines early = passive() + Lines{"+.1 write 2920",
                                        "> . 1 len 1460 ack 1",
                                        "> P. 1461 len 1460 ack 1",
                                        "+.1 < P. 11 len 5 ack 1461",
                                        "> . 2921 ack 1",
                                        "+.1 < . 1 ack 1461",
                                        "+.9 > P. 1461 len 1460 ack 1",
                                        "+.01 < . 1 ack 2921",
                                        "+.1 wait"};
  check({{"RFC6298-5.1-5.3?", early, "+.1 < P. 11 len 5 ack 1461", "+.1 < P. 11 len 5 ack 1"}});
}

// What goes again because nothing came may be a timeout, also after a partial ACK.
CONTROLS(Retransmission, AfterATimeoutGoesOnFromThere) {
  const Lines partial = {"listen",
                         "< S 0 mss 100",
                         "> S. 0 ack 1 mss 1460",
                         "+.1 < . 1 ack 1",
                         "accept",
                         "write 100",
                         "> P. 1 len 100 ack 1",
                         "+1 > P. 1 len 100 ack 1",
                         "+.1 < . 1 ack 60",
                         "write 100",
                         "> P. 101 len 100 ack 1",
                         "+2 > . 60 len 100 ack 1",
                         "+.1 < . 1 ack 139",
                         "> P. 160 len 41 ack 1",
                         "+.1 < . 1 ack 201",
                         "+.1 wait"};
  check({{"RFC6298-5.4?", partial, "+2 > . 60 len 100 ack 1", "+2 > . 101 len 10 ack 1"}});
}

// The first came out of order, and perhaps counted: then the next are duplicates of it.
CONTROLS(Retransmission, MayFollowDuplicatesOfWhatPerhapsCounted) {
  const Lines early = passive() + Lines{"+.1 write 100",
                                        "> P. 1 len 100 ack 1",
                                        "+.1 < . 34 ack 101",
                                        "write 100",
                                        "> P. 101 len 100 ack 1",
                                        "+.001 < . 34 ack 101",
                                        "+.001 < . 1 ack 101",
                                        "+.002 < . 34 ack 101",
                                        "> P. 101 len 100 ack 1 win 65535",
                                        "+.1 < . 1 ack 201",
                                        "+.1 wait"};
  check({{"RFC6298-2.4?", early, "+.002 < . 34 ack 101", "+.002 wait"}});
}

}  // namespace
}  // namespace harness::model
