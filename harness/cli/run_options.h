#pragma once

#include <boost/program_options/options_description.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/campaign/family.h"
#include "harness/cli/seed.h"
#include "harness/link/fault.h"

namespace harness::cli {

// One part of a run that is split over several machines.
struct Shard {
  std::uint32_t index = 1, of = 1;  // From 1.
};

// What the user asked of `lastack run`.
struct RunArguments {
  std::vector<std::string> selectors;
  std::string target = "engine";
  Seed seed;
  std::vector<campaign::Family> ip = {campaign::Family::V4};  // Each scenario runs by each.
  std::optional<unsigned> jobs;                               // None: as many as the target bears.
  std::uint32_t repeat = 1;
  Shard shard;
  std::optional<std::uint64_t> shuffle;  // What the order follows from.
  std::optional<std::string> out, scenarios, known, xfail, wire, profile;
  std::vector<std::string> reports;  // "text", "json"
  std::vector<link::Fault> faults;   // Beside those of the scenarios.
  std::optional<bool> evidence;      // None: where it can be had.
  bool slow = false, strict = false;
};

boost::program_options::options_description run_options();

// The error is a sentence.
std::expected<RunArguments, std::string> parse_run(std::span<const std::string> arguments);

}  // namespace harness::cli
