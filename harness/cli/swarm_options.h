#pragma once

#include <boost/program_options/options_description.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/cli/seed.h"
#include "harness/link/fault.h"

namespace harness::cli {

// What the user asked of `lastack swarm`.
struct SwarmArguments {
  std::string target = "engine";
  std::optional<std::string> wire;
  Seed seed;
  std::uint64_t count = 10'000;
  std::optional<std::chrono::milliseconds> time;  // Then so long, however many.
  std::optional<std::uint64_t> only;              // The index of the one conversation to hold.
  std::optional<unsigned> jobs{};          // None: one, or on a real clock what the target bears.
  bool faults = true, all_faults = false;  // See campaign::SwarmTaste.
  std::vector<link::Fault> link;           // The faults of every link; empty: each draws its own.
  bool ipv6 = true, strict = false;
  std::optional<std::string> found;  // The folder that failures go to as scenarios.
  std::optional<std::string> trace;  // With `only`: the file its record goes to.

  // The command that holds one of these conversations again.
  std::string repeat_command(std::uint64_t index) const;
};

boost::program_options::options_description swarm_options();

// The error is a sentence.
std::expected<SwarmArguments, std::string> parse_swarm(std::span<const std::string> arguments);

}  // namespace harness::cli
