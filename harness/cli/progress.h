#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/console.h"
#include "reports/result.h"
#include "reports/run.h"

namespace harness::cli {

// The scenarios of which several runs, by one family, did not all get the same verdict; in the
// order in which that first shows, each once.
std::vector<std::string> unsteady(const reports::Run&);

// Tells how a run goes. On a terminal: a line with the counts and what is at work, and in full only
// what went wrong. Elsewhere a line for each scenario.
class Progress {
 public:
  // `again`: what a command that repeats a scenario needs behind its end.
  Progress(Console& console, std::size_t total, std::string again)
      : console_(console), total_(total), again_(std::move(again)) {}

  void started(std::string_view scenario);
  // In the order of the suite. `selector`: what selects it from here.
  void finished(const reports::Result&, const std::string& selector);
  void said(std::string_view text);  // By a worker, on stderr.
  void end(const reports::Run&);

 private:
  void show_status();

  Console& console_;
  std::size_t total_;
  std::string again_;
  reports::Counts counts_;
  std::size_t done_ = 0;
  std::string current_;
};

}  // namespace harness::cli
