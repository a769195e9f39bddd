#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/fd.h"
#include "reports/result.h"
#include "reports/run.h"

namespace harness::cli {

// What the record of this run is called below traces/, without its ending.
std::string trace_name(const reports::Result&);

// The folder of --out. Every result is on disk when keep() returns; the reports come at the end.
// What cannot be written stops nothing: the first thing that went wrong is kept as a sentence.
class Store {
 public:
  // Removes what an earlier run left there, which its results.jsonl tells, and nothing else. Where
  // a report would take the place of a file that is none of lastack's, error() says so at once.
  Store(std::filesystem::path folder, std::vector<std::string> formats);

  void keep(const reports::Result&);
  void finish(const reports::Run&);
  const std::optional<std::string>& error() const { return error_; }

 private:
  void write(const std::filesystem::path& file, std::string_view text);
  void append(std::string_view line);
  void keep_capture(const reports::Result&);
  void fail(const std::filesystem::path& file, int error);
  bool prepare();
  bool is_wanted(std::string_view format) const;

  std::filesystem::path folder_;
  std::vector<std::string> formats_;
  bool prepared_ = false;           // Else nothing is written.
  Fd results_;                      // results.jsonl
  std::size_t results_size_ = 0;    // Of the whole lines in it.
  std::vector<std::string> order_;  // Of the lines.
  std::optional<std::string> error_;
};

}  // namespace harness::cli
