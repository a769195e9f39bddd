#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace harness::cli {

// The number that all chance of a run follows from, and who chose it.
struct Seed {
  std::uint64_t value = 1;
  std::string from = "the default";  // "--seed", "LASTACK_SEED"

  std::string print() const;  // "seed 7 (from --seed)"
};

// `option`: what stands behind --seed, if it is there. `environment`: the variable LASTACK_SEED;
// an empty one counts as none. The error is a sentence.
std::expected<Seed, std::string> choose_seed(const std::optional<std::string>& option,
                                             const char* environment);

}  // namespace harness::cli
