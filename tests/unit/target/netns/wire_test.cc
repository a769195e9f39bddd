#include "harness/target/netns/wire.h"

#include <gtest/gtest.h>

namespace harness::target::netns {
namespace {

TEST(Wire, IsFoundByItsName) {
  EXPECT_EQ(wire_named("raw"), WireKind::Raw);
  EXPECT_EQ(wire_named("tun"), WireKind::Tun);
  EXPECT_EQ(wire_named("copper"), std::nullopt);
  for (const auto kind : {WireKind::Raw, WireKind::Tun}) EXPECT_EQ(wire_named(name(kind)), kind);
}

}  // namespace
}  // namespace harness::target::netns
