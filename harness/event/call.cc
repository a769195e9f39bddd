#include "harness/event/call.h"

#include <algorithm>

#include "harness/base/bytes.h"

namespace harness::event {
namespace {

// In the order of Op.
constexpr std::array<std::string_view, kOps> kNames = {
    "socket", "bind",     "listen", "connect", "accept",     "send",
    "recv",   "shutdown", "close",  "abort",   "setsockopt", "getsockopt",
    "fcntl",  "poll",     "status", "foreign", "world"};

}  // namespace

std::string_view name(Op op) { return kNames[static_cast<std::size_t>(op)]; }

std::optional<Op> op_named(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Op>(found - kNames.begin());
}

std::array<std::byte, kEndpointSize> encode(const wire::Endpoint& given) {
  wire::Endpoint endpoint = given;
  const bool mapped = given.address.version() == wire::IpVersion::V6 && given.address.high() == 0 &&
                      given.address.low() >> 32 == 0xFFFF;
  if (mapped)
    endpoint.address = wire::IpAddress::v4(static_cast<std::uint32_t>(given.address.low()));
  std::array<std::byte, kEndpointSize> octets{};
  base::store8(octets.data(), static_cast<std::uint8_t>(endpoint.address.version()));
  base::store16(octets.data() + 2, endpoint.port);
  endpoint.address.store(octets.data() + 4);
  return octets;
}

std::array<std::byte, kFourTupleSize> encode(const wire::FourTuple& tuple) {
  std::array<std::byte, kFourTupleSize> octets;
  std::ranges::copy(encode(tuple.local), octets.begin());
  std::ranges::copy(encode(tuple.remote), octets.begin() + kEndpointSize);
  return octets;
}

std::optional<wire::Endpoint> decode_endpoint(Span octets) {
  if (octets.size() != kEndpointSize) return std::nullopt;
  const auto version = base::load8(octets.data());
  if (version != 4 && version != 6) return std::nullopt;
  return wire::Endpoint{
      .address = wire::IpAddress::load(octets.data() + 4, wire::IpVersion{version}),
      .port = base::load16(octets.data() + 2)};
}

std::optional<wire::FourTuple> decode_four_tuple(Span octets) {
  if (octets.size() != kFourTupleSize) return std::nullopt;
  const auto local = decode_endpoint(octets.first(kEndpointSize));
  const auto remote = decode_endpoint(octets.subspan(kEndpointSize));
  if (!local || !remote) return std::nullopt;
  return wire::FourTuple{*local, *remote};
}

}  // namespace harness::event
