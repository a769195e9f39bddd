#include "harness/base/column.h"

#include <gtest/gtest.h>

namespace harness::base {
namespace {

TEST(Column, CountsWhatIsReadNotWhatIsStored) {
  EXPECT_EQ(column_of("drop FYN", 6), 6u);
  EXPECT_EQ(column_of("", 1), 1u);
  const std::string_view text = "delay 20ms \u00B1 5";
  EXPECT_EQ(column_of(text, 12), 12u);
  EXPECT_EQ(column_of(text, 15), 14u);
  EXPECT_EQ(column_of(text, text.size() + 1), 15u) << "just behind the end";
}

}  // namespace
}  // namespace harness::base
