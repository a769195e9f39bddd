#include "harness/target/netns/drop_counters.h"

#include <gtest/gtest.h>

namespace harness::target::netns {
namespace {

using Counters = std::vector<Counter>;

TEST(DropCounters, OfLinesInPairsEachNumberHasTheNameAboveIt) {
  EXPECT_EQ(drops_in("Tcp: RtoMax MaxConn InSegs InErrs OutRsts InCsumErrors\n"
                     "Tcp: 120000 -1 585 4 23 3\n"
                     "TcpExt: TW ListenDrops\n"
                     "TcpExt: 7 18446744073709551615\n"),
            (Counters{{"Tcp.InErrs", 4},
                      {"Tcp.InCsumErrors", 3},
                      {"TcpExt.ListenDrops", 18'446'744'073'709'551'615u}}));
}

TEST(DropCounters, OfOneLineEachTheWordIsTheName) {
  EXPECT_EQ(drops_in("Ip6InReceives                  \t12\nIp6InDiscards  \t2\n"),
            (Counters{{"Ip6InDiscards", 2}}));
}

TEST(DropCounters, OfADeviceErrorsAndDropsOfBothWays) {
  EXPECT_EQ(drops_in("Inter-|   Receive          |  Transmit\n"
                     " face |bytes    packets errs drop\n"
                     " wire0:    9819     148    1    2    0     0          0         0     9819"
                     "     148    3    4    0     0       0          0\n"),
            (Counters{{"wire0.rx_errors", 1},
                      {"wire0.rx_drop", 2},
                      {"wire0.tx_errors", 3},
                      {"wire0.tx_drop", 4}}));
}

TEST(DropCounters, NonsenseIsPassedOver) {
  for (const std::string_view text : {"", "\n\n", ":", "Tcp: ", "Tcp: InErrs\nTcp: many\n",
                                      "Tcp: InErrs\nUdp: 5\n", "wire0: 1 2 3\n", "Tcp: 1"}) {
    EXPECT_EQ(drops_in(text), Counters{}) << text;
  }
}

}  // namespace
}  // namespace harness::target::netns
