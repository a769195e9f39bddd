#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

TEST(Window, OfThePeerIsNotOverrun) {
  const Lines small = {"listen",
                       "< S 0 win 1000 mss 1460",
                       "> S. 0 ack 1 mss 1460",
                       "+.01 < . 1 ack 1 win 1000",
                       "accept",
                       "write 3000",
                       "> . 1 len 1000 ack 1",
                       "+.01 < . 1 ack 1001 win 500",
                       "> . 1001 len 500 ack 1",
                       "+.5 wait"};
  check({
      {"RFC5681-2-a", small, "> . 1 len 1000 ack 1", "> . 1 len 1001 ack 1"},
      {"RFC5681-2-a", small, "> . 1001 len 500 ack 1", "> . 1001 len 501 ack 1"},
  });
  const Lines shrunk = {"listen",
                        "< S 0 win 3000 mss 500",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 3000",
                        "accept",
                        "write 2000",
                        "> . 1 len 500 ack 1",
                        "+.01 < . 1 ack 501 win 600",
                        "> . 501 len 500 ack 1",
                        "> . 1001 len 100 ack 1",
                        "+.5 wait"};
  check({{"SHLD-15?", shrunk, "> . 1001 len 100 ack 1", "> . 1001 len 101 ack 1"}});
}

TEST(Window, IsReadWithItsScale) {
  const Lines scaled = {"listen",
                        "< S 0 win 1000 mss 1460 ws 3",
                        "> S. 0 ack 1 mss 1460 ws 0",
                        "+.01 < . 1 ack 1 win 1000",
                        "accept",
                        "write 9000",
                        "> . 1 len 1456 ack 1",
                        "> . 1457 len 1456 ack 1",
                        "> . 2913 len 1456 ack 1",
                        "> . 4369 len 1456 ack 1",
                        "> . 5825 len 1456 ack 1",
                        "> . 7281 len 720 ack 1",
                        "+.5 wait"};
  check({{"RFC5681-2-a", scaled, "> . 7281 len 720 ack 1", "> . 7281 len 721 ack 1"}});
}

TEST(Window, OfZeroIsProbed) {
  const Lines zero = {"listen",
                      "< S 0 win 1000 mss 1460",
                      "> S. 0 ack 1 mss 1460",
                      "+.01 < . 1 ack 1 win 0",
                      "accept",
                      "write 100",
                      "+1 > . 0 ack 1",
                      "+.01 < . 1 ack 1 win 0",
                      "+2 > . 1 len 1 ack 1",
                      "+.01 < . 1 ack 1 win 0",
                      "+.01 wait"};
  check({
      {"SHLD-15?", zero, "+2 > . 1 len 1 ack 1", "+2 > . 1 len 2 ack 1"},
  });
  const Lines probed = {"listen",
                        "< S 0 win 1000 mss 1460",
                        "> S. 0 ack 1 mss 1460",
                        "+.01 < . 1 ack 1 win 0",
                        "accept",
                        "write 100",
                        "+60 > . 0 ack 1",
                        "+100 wait"};
  check({{"MUST-36", probed, "+60 > . 0 ack 1", "+60 wait"}});
}

TEST(Window, OfTheTargetDoesNotShrink) {
  const Lines fixed =
      passive() + Lines{"+.1 < P. 1 len 100 ack 1", "> . 1 ack 101 win 65435", "+.5 wait"};
  check({{"SHLD-14?", fixed, "> . 1 ack 101 win 65435", "> . 1 ack 101 win 65434"}});
}

TEST(Window, ThatIsOpenLetsDataGo) {
  const Lines goes = passive() + Lines{"+.1 write 100", "+.1 > P. 1 len 100 ack 1", "+2.5 wait"};
  check({{"MUST-60", goes, "+.1 > P. 1 len 100 ack 1", ""}});
}

}  // namespace
}  // namespace harness::model
