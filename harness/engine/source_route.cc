#include "harness/engine/source_route.h"

#include <algorithm>

#include "harness/base/bytes.h"
#include "harness/base/check.h"
#include "harness/wire/checksum.h"
#include "harness/wire/options.h"

namespace harness::engine {
namespace {

using base::load32;
using base::load8;
using base::store16;
using base::store32;
using base::store8;
using wire::OptionView;

// Kind, length, pointer: then the addresses.
constexpr std::size_t kHead = 3;
constexpr std::uint8_t kFirst = 4;  // The pointer to the first address; it counts from 1.

bool is_route(const OptionView& option) {
  return option.kind == SourceRoute::kLoose || option.kind == SourceRoute::kStrict;
}

// Whole addresses behind a pointer that points at one of them or just behind the last.
bool well_formed(const OptionView& option) {
  if (option.broken || option.bytes.size() < kHead) return false;
  const std::size_t octets = option.bytes.size() - kHead, pointer = load8(&option.bytes[2]);
  return octets % 4 == 0 && octets / 4 <= SourceRoute{}.hops.size() && pointer >= kFirst &&
         pointer % 4 == 0;
}

SourceRoute hops_of(const OptionView& option) {
  SourceRoute route{.kind = option.kind};
  for (std::size_t at = kHead; at < option.bytes.size(); at += 4) {
    route.hops[route.count++] = load32(&option.bytes[at]);
  }
  return route;
}

void write_head(const SourceRoute& route, std::byte* at) {
  store8(at, route.kind);
  store8(at + 1, static_cast<std::uint8_t>(kHead + 4u * route.count));
  store8(at + 2, kFirst);
}

}  // namespace

ReceivedRoute received_route(std::span<const std::byte> ip_options) {
  ReceivedRoute received;
  for (const OptionView& option : wire::Options{ip_options}) {
    if (!is_route(option) || !well_formed(option)) continue;
    received.complete = load8(&option.bytes[2]) > option.bytes.size();
    received.back = hops_of(option);
    std::reverse(received.back.hops.begin(), received.back.hops.begin() + received.back.count);
    break;  // No datagram has two (RFC 1122, 3.2.1.8).
  }
  return received;
}

std::optional<SourceRoute> route_of_application(std::span<const std::byte> value) {
  SourceRoute route;
  if (value.size() > 40) return std::nullopt;
  for (const OptionView& option : wire::Options{value}) {
    if (option.is(wire::OptionKind::Nop) || option.is(wire::OptionKind::End)) continue;
    const bool usable =
        is_route(option) && well_formed(option) && load8(&option.bytes[2]) == kFirst;
    if (!usable || !route.empty() || option.bytes.size() == kHead) return std::nullopt;
    route = hops_of(option);
  }
  return route;
}

std::size_t write_for_application(const SourceRoute& route, std::span<std::byte, 40> to) {
  if (route.empty()) return 0;
  write_head(route, to.data());
  for (std::size_t i = 0; i < route.count; ++i) store32(&to[kHead + 4 * i], route.hops[i]);
  to[route.size() - 1] = std::byte{0};
  return route.size();
}

void write_routed(const SourceRoute& route, std::span<const std::byte> plain,
                  std::span<std::byte> to) {
  constexpr std::size_t kHeader = 20, kDestination = 16;
  CHECK(!route.empty() && to.size() == plain.size() + route.size());
  std::byte* const at = to.data();
  std::ranges::copy(plain.first(kHeader), at);
  std::byte* const option = at + kHeader;
  write_head(route, option);
  std::byte* address = option + kHead;
  for (std::size_t i = 1; i < route.count; ++i, address += 4) store32(address, route.hops[i]);
  store32(address, load32(plain.data() + kDestination));
  store8(address + 4, 0);  // End of Option List.
  store32(at + kDestination, route.hops[0]);
  const std::size_t header = kHeader + route.size();
  std::ranges::copy(plain.subspan(kHeader), at + header);
  store8(at, static_cast<std::uint8_t>(0x40 | header / 4));
  store16(at + 2, static_cast<std::uint16_t>(to.size()));
  store16(at + 10, 0);
  wire::Checksum sum;
  sum.add(to.first(header));
  store16(at + 10, sum.value());
}

}  // namespace harness::engine
