#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/oracle/ledger.h"

namespace harness::cli {

// What one scenario has to do with one requirement, over all its runs.
struct Share {
  std::string scenario{};
  oracle::Tally tally{};             // What the model of the RFCs counted.
  bool named = false;                // It is what the scenario is about ...
  std::uint32_t runs = 0, kept = 0;  // ... and in so many of its runs nothing about it was wrong.
};

// A whole run by requirement: who put it to the test, in the order of the results.
struct RunLedger {
  std::map<std::string, std::vector<Share>, std::less<>> shares{};
  std::uint32_t results = 0;
};

// Of the results below the folder that --out wrote. The error is a sentence with file and line.
std::expected<RunLedger, std::string> read_run_ledger(const std::filesystem::path& folder);

}  // namespace harness::cli
