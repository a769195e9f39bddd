#include "harness/matrix/state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>

namespace harness::matrix {
namespace {

constexpr std::array<std::string_view, 13> kNames = {"CLOSED",
                                                     "LISTEN",
                                                     "SYN-SENT",
                                                     "SYN-RECEIVED",
                                                     "SYN-RECEIVED-active",
                                                     "ESTABLISHED",
                                                     "ESTABLISHED+unacked",
                                                     "FIN-WAIT-1",
                                                     "FIN-WAIT-2",
                                                     "CLOSE-WAIT",
                                                     "CLOSING",
                                                     "LAST-ACK",
                                                     "TIME-WAIT"};

constexpr auto kStates = [] {
  std::array<State, kNames.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<State>(i);
  return all;
}();

}  // namespace

std::span<const State> states() { return kStates; }

std::string_view name(State state) { return kNames[static_cast<std::size_t>(state)]; }

std::optional<State> state_named(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return kStates[static_cast<std::size_t>(found - kNames.begin())];
}

}  // namespace harness::matrix
