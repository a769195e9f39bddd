#include "harness/target/target.h"

#include <algorithm>
#include <array>

namespace harness::target {
namespace {

constexpr std::array<std::string_view, 6> kCapabilities = {"virtual-time", "cut",   "status",
                                                           "ipv6",         "world", "shell"};

}  // namespace

std::string_view name(Capability capability) {
  return kCapabilities[static_cast<std::size_t>(capability)];
}

std::optional<Capability> capability_named(std::string_view text) {
  const auto found = std::ranges::find(kCapabilities, text);
  if (found == kCapabilities.end()) return std::nullopt;
  return static_cast<Capability>(found - kCapabilities.begin());
}

std::span<const Capability> capabilities() {
  static constexpr std::array kAll = {Capability::VirtualTime, Capability::Cut,
                                      Capability::Status,      Capability::Ipv6,
                                      Capability::World,       Capability::Shell};
  return kAll;
}

}  // namespace harness::target
