#pragma once

#include <boost/program_options/options_description.hpp>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/campaign/family.h"
#include "harness/campaign/sweep.h"
#include "harness/cli/seed.h"
#include "harness/link/fault.h"

namespace harness::cli {

// What the user asked of `lastack sweep`.
struct SweepArguments {
  std::vector<std::string> selectors;
  std::string target = "engine";
  Seed seed;
  campaign::Family ip = campaign::Family::V4;
  campaign::Sweep::Which which;
  std::optional<std::string> only;  // The faults of the one run, as they were written ...
  std::vector<link::Fault> faults;  // ... and as they are meant.
  unsigned jobs = 1;
  bool json = false, strict = false;
  std::optional<std::string> found;  // The folder that failures go to as scenarios.
  std::optional<std::string> trace;  // With `only`: the file its record goes to.
  std::optional<std::string> scenarios, profile;

  // The command that repeats one run of this scenario: with these faults, or as it stands.
  std::string repeat_command(const std::string& selector, const std::string& which_faults) const;
  std::string repeat_command(const std::string& selector) const;
};

boost::program_options::options_description sweep_options();

// The error is a sentence.
std::expected<SweepArguments, std::string> parse_sweep(std::span<const std::string> arguments);

}  // namespace harness::cli
