#include "harness/oracle/awaited.h"

#include <gtest/gtest.h>

#include "tests/unit/oracle/open.h"

namespace harness::oracle {
namespace {

TEST(Awaited, NothingIsWhereNothingIsOwed) {
  EXPECT_EQ(awaited(event::Trace{}), "");
  Open c;
  c.to_target({.octets = 10});
  c.from_target({.ack = 10});
  c.end();
  EXPECT_EQ(awaited(c.trace), "");
}

TEST(Awaited, IsWhatIsDueBehindTheEndOfTheRun) {
  Open c;
  c.to_target({.octets = 10});
  c.end();
  const auto text = awaited(c.trace);
  EXPECT_TRUE(text.starts_with("until ")) << text;
  EXPECT_NE(text.find(" s for an acknowledgment, and the run ended at "), std::string::npos)
      << text;
}

}  // namespace
}  // namespace harness::oracle
