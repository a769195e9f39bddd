#include "harness/cli/seed.h"

#include <fmt/format.h>

#include <limits>

#include "harness/cli/number.h"

namespace harness::cli {

std::string Seed::print() const { return fmt::format("seed {} (from {})", value, from); }

std::expected<Seed, std::string> choose_seed(const std::optional<std::string>& option,
                                             const char* environment) {
  const bool variable = environment != nullptr && *environment != '\0';
  if (!option && !variable) return Seed{};
  const std::string from = option ? "--seed" : "LASTACK_SEED";
  const auto value = parse_number(from, option ? *option : environment, 0,
                                  std::numeric_limits<std::uint64_t>::max());
  if (!value) return std::unexpected(value.error());
  return Seed{*value, from};
}

}  // namespace harness::cli
