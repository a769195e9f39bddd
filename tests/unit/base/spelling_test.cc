#include "harness/base/spelling.h"

#include <gtest/gtest.h>

namespace harness::base {
namespace {

constexpr std::string_view kWords[] = {"listen", "close", "connect", "send", "sendto"};

TEST(Spelling, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest("lisen", kWords), "listen");
  EXPECT_EQ(nearest("LISTEN", kWords), "listen");
  EXPECT_EQ(nearest("conect", kWords), "connect");
  EXPECT_EQ(nearest("sent", kWords), "send");
  EXPECT_EQ(nearest("sned", kWords), "send") << "two letters swapped are one slip";
}

TEST(Spelling, OfTwoThatAreAsNearTheOneThatBeginsAlikeWasMeant) {
  constexpr std::string_view kBits[] = {"SYN", "FIN", "RST"};
  EXPECT_EQ(nearest("FYN", kBits), "FIN");
  EXPECT_EQ(nearest("SIN", kBits), "SYN");
  EXPECT_EQ(nearest("XIN", kBits), "FIN");
  EXPECT_EQ(nearest("DYN", kBits), "SYN") << "nothing begins alike: the first";
}

TEST(Spelling, SuggestsNothingForAWordFromElsewhere) {
  EXPECT_EQ(nearest("epoll_wait", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kWords), "");
  EXPECT_EQ(did_you_mean(""), "");
  EXPECT_EQ(did_you_mean("close"), "; did you mean `close`?");
}

}  // namespace
}  // namespace harness::base
