#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "harness/event/trace.h"

namespace harness::cli {

// The record of a run, from its file. The error is a sentence with the place, and where the file is
// something else that lastack knows, says what makes a record of it.
std::expected<void, std::string> read_record(const std::filesystem::path&, event::Trace&);

}  // namespace harness::cli
