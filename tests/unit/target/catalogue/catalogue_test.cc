#include "harness/target/catalogue/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness::target::catalogue {
namespace {

TEST(Catalogue, EveryEntryCanBeChosenAndIsWhatItsNameSays) {
  for (const Entry& entry : entries()) {
    const auto choice = choose(entry.name);
    ASSERT_TRUE(choice) << entry.name;
    EXPECT_EQ(choice->entry.name, entry.name);
    EXPECT_TRUE(choice->make);
  }
}

TEST(Catalogue, TheEngineIsAlwaysThereOnVirtualTime) {
  const auto choice = choose("engine");
  ASSERT_TRUE(choice);
  EXPECT_TRUE(available(*choice));
  EXPECT_TRUE(choice->entry.virtual_time);
  EXPECT_FALSE(choice->entry.needs_worker);
  const auto target =
      choice->make({.local = wire::IpAddress::v4(1), .remote = wire::IpAddress::v4(2)});
  EXPECT_EQ(target->name(), "engine");
  EXPECT_TRUE(target->can(Capability::VirtualTime));
}

TEST(Catalogue, AnUnknownNameIsToldWhichThereAre) {
  const auto choice = choose("windows");
  ASSERT_FALSE(choice);
  EXPECT_THAT(choice.error(), testing::HasSubstr("engine, linux"));
}

TEST(Catalogue, TheWireToLinuxIsRawUnlessTunIsAskedFor) {
  EXPECT_EQ(choose("linux")->wire, "raw");
  EXPECT_EQ(choose("linux", "tun")->wire, "tun");
  EXPECT_EQ(choose("engine")->wire, "");
}

TEST(Catalogue, AWireThatIsNotThereIsToldWhichThereAre) {
  EXPECT_THAT(choose("linux", "copper").error(), testing::HasSubstr("raw, tun"));
  EXPECT_THAT(choose("engine", "raw").error(), testing::HasSubstr("has none"));
}

TEST(Catalogue, OneRunAtATimeIsAsGoodAsAnyOnVirtualTimeAndAllThereIsWhereOneIsAsked) {
  EXPECT_EQ(jobs_at_once(*choose("engine"), 8), 1u);
  EXPECT_EQ(jobs_at_once(*choose("linux"), 1), 1u);
  EXPECT_EQ(jobs_at_once(*choose("linux"), 0), 1u);
}

TEST(Catalogue, SettingsBehindTheNameAreTheEnginesAlone) {
  const auto choice = choose("engine:profile=minimal,defect=mss-ignored");
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->entry.name, "engine");
  EXPECT_EQ(choice->name, "engine:profile=minimal,defect=mss-ignored");
  EXPECT_THAT(choose("engine:defect=all").error(), testing::HasSubstr("`lastack defects --list`"));
  EXPECT_THAT(choose("linux:profile=rfc").error(), testing::HasSubstr("takes no settings"));
}

}  // namespace
}  // namespace harness::target::catalogue
