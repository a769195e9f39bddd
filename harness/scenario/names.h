#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace harness::scenario {

// The constants scripts write, with Linux's values: AF_ SOCK_ IPPROTO_ SOL_ SO_ TCP_ IP_ IPV6_ F_
// O_ MSG_ SHUT_ POLL.
struct Constant {
  std::string_view name;
  std::int64_t value;
};
std::span<const Constant> constants();
std::optional<std::int64_t> constant_named(std::string_view);
// Of names that begin with `prefix`, the first with this value; empty when there is none.
std::string_view constant_name(std::string_view prefix, std::int64_t value);

// Errors of errno(3): "ECONNREFUSED".
std::span<const Constant> errors();
std::optional<std::int32_t> error_named(std::string_view);
std::string_view error_name(std::int32_t);  // Empty when it has none.

}  // namespace harness::scenario
