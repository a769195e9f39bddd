#include "harness/target/netns/address.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace harness::target::netns {
namespace {

wire::Endpoint at(const char* address) { return {*wire::IpAddress::parse(address), 8080}; }

TEST(Address, ComesBackAsItWent) {
  EXPECT_EQ(to_endpoint(to_system(at("192.0.2.1"), AF_INET)), at("192.0.2.1"));
  EXPECT_EQ(to_endpoint(to_system(at("2001:db8::1"), AF_INET6)), at("2001:db8::1"));
}

TEST(Address, AnIpv6SocketTakesIpv4MappedAndTellsItAsIpv4) {
  const auto mapped = to_system(at("192.0.2.1"), AF_INET6);
  EXPECT_EQ(mapped.storage.ss_family, AF_INET6);
  EXPECT_EQ(to_endpoint(mapped), at("192.0.2.1"));
  EXPECT_EQ(to_endpoint(to_system(at("0.0.0.0"), AF_INET6)), at("::"));
}

TEST(Address, AnotherFamilyIsNothing) {
  SocketAddress local;
  local.storage.ss_family = AF_UNIX;
  EXPECT_FALSE(to_endpoint(local));
}

}  // namespace
}  // namespace harness::target::netns
