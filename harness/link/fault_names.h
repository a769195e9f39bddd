#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "harness/link/fault.h"

// The words that parser and printer of faults share.
namespace harness::link {

inline constexpr std::pair<std::string_view, wire::Flags> kBits[] = {
    {"SYN", wire::kSyn}, {"FIN", wire::kFin}, {"RST", wire::kRst},
    {"PSH", wire::kPsh}, {"ACK", wire::kAck}, {"URG", wire::kUrg},
    {"ECE", wire::kEce}, {"CWR", wire::kCwr}, {"AE", wire::kAe}};
// In the order of field::'s bits and of Shape's values.
inline constexpr std::string_view kFields[] = {
    "ports", "seq", "ack", "offset", "flags", "window", "checksum", "urgent", "options", "payload"};
inline constexpr std::string_view kShapes[] = {"uniform", "normal", "pareto", "paretonormal"};
inline constexpr std::string_view kStates[] = {
    "CLOSED",     "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
    "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT"};

inline std::optional<wire::Flags> bit_named(std::string_view word) {
  const auto found = std::ranges::find(kBits, word, [](const auto& b) { return b.first; });
  return found == std::end(kBits) ? std::nullopt : std::optional{found->second};
}
inline std::optional<std::uint16_t> field_named(std::string_view word) {
  const auto found = std::ranges::find(kFields, word);
  if (found == std::end(kFields)) return std::nullopt;
  return static_cast<std::uint16_t>(1u << (found - std::begin(kFields)));
}
inline std::optional<Shape> shape_named(std::string_view word) {
  const auto found = std::ranges::find(kShapes, word);
  if (found == std::end(kShapes)) return std::nullopt;
  return static_cast<Shape>(found - std::begin(kShapes));
}

}  // namespace harness::link
