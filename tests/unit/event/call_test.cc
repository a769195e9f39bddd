#include "harness/event/call.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/base/bytes.h"

namespace harness::event {
namespace {

TEST(Call, EveryOpIsFoundByItsName) {
  for (std::size_t i = 0; i < kOps; ++i) {
    const auto op = static_cast<Op>(i);
    EXPECT_FALSE(name(op).empty());
    EXPECT_EQ(op_named(name(op)), op);
  }
  EXPECT_EQ(name(Op::Receive), "recv");
  EXPECT_EQ(op_named("read"), std::nullopt);
  EXPECT_EQ(op_named(""), std::nullopt);
}

TEST(Call, EndpointsComeBackAsTheyWere) {
  for (const auto& address : {wire::IpAddress::v4(0), wire::IpAddress::v4(0xFFFF'FFFF),
                              wire::IpAddress::v6(0, 0), wire::IpAddress::v6(~0u, 1)}) {
    const wire::Endpoint endpoint{address, 65'535};
    EXPECT_EQ(decode_endpoint(encode(endpoint)), endpoint);
    const wire::FourTuple tuple{.local = endpoint, .remote = {wire::IpAddress::v4(1), 2}};
    EXPECT_EQ(decode_four_tuple(encode(tuple)), tuple);
  }
}

TEST(Call, AMappedAddressIsKeptAsTheOneOnTheWire) {
  const wire::Endpoint mapped{wire::IpAddress::v6(0, 0xFFFF'C000'0201), 80};
  EXPECT_EQ(decode_endpoint(encode(mapped)),
            (wire::Endpoint{wire::IpAddress::v4(0xC000'0201), 80}));
}

TEST(Call, AnythingElseIsNoEndpoint) {
  const auto octets = encode(wire::Endpoint{wire::IpAddress::v4(1), 2});
  EXPECT_EQ(decode_endpoint({}), std::nullopt);
  EXPECT_EQ(decode_endpoint(Span{octets}.first(19)), std::nullopt);
  EXPECT_EQ(decode_four_tuple(octets), std::nullopt);
  for (int version : {0, 5, 7, 255}) {
    auto changed = octets;
    changed[0] = static_cast<std::byte>(version);
    EXPECT_EQ(decode_endpoint(changed), std::nullopt);
  }
}

}  // namespace
}  // namespace harness::event
