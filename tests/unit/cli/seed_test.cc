#include "harness/cli/seed.h"

#include <gtest/gtest.h>

namespace harness::cli {
namespace {

TEST(Seed, SaysWhoChoseIt) {
  EXPECT_EQ(choose_seed({}, nullptr)->print(), "seed 1 (from the default)");
  EXPECT_EQ(choose_seed({}, "")->print(), "seed 1 (from the default)");
  EXPECT_EQ(choose_seed({}, "5")->print(), "seed 5 (from LASTACK_SEED)");
  EXPECT_EQ(choose_seed("7", "5")->print(), "seed 7 (from --seed)");
}

TEST(Seed, IsDecimalOrHexadecimalOf64Bits) {
  EXPECT_EQ(choose_seed("0x10", nullptr)->value, 16u);
  EXPECT_EQ(choose_seed("0XfF", nullptr)->value, 255u);
  EXPECT_EQ(choose_seed("0", nullptr)->value, 0u);
  EXPECT_EQ(choose_seed("18446744073709551615", nullptr)->value, ~std::uint64_t{0});
}

TEST(Seed, AnythingElseIsRefused) {
  for (const char* junk : {"", "x", "7x", " 7", "7 ", "-1", "+1", "0x", "1.5", "1e3",
                           "18446744073709551616", "0x10000000000000000"}) {
    EXPECT_FALSE(choose_seed(junk, nullptr)) << junk;
  }
  EXPECT_EQ(choose_seed({}, "many").error(),
            "LASTACK_SEED wants a number from 0 to 18446744073709551615, found `many`");
}

}  // namespace
}  // namespace harness::cli
