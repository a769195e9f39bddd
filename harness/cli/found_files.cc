#include "harness/cli/found_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "harness/cli/write_file.h"
#include "harness/event/text.h"
#include "reports/pcapng.h"

namespace harness::cli {
namespace {

void add_record(FoundFiles& found, const std::string& name, reports::Result result) {
  found.files.push_back({.name = name + ".trace", .text = result.trace});
  if (auto capture = reports::to_pcapng(result)) {
    found.files.push_back({.name = name + ".pcapng", .text = std::move(*capture)});
  }
}

}  // namespace

FoundFiles found_files(const event::Trace& trace, const oracle::Finding& finding,
                       const target::Factory& make, const campaign::RunOptions& options,
                       const campaign::ShrinkLimits& limits, const reports::Result& seen,
                       const scenario::Scenario* whole) {
  FoundFiles all;
  auto result = seen;
  auto found = campaign::found_in(trace, finding, make, options, limits);
  if (!found && whole != nullptr) {
    found = campaign::found_from(*whole, finding, make, options, limits);
  }
  if (!found) {
    result.trace = event::to_text(trace);
    add_record(all, campaign::name_of(finding), std::move(result));
    all.said = "no script: played again from one, it does not fail in this way";
    return all;
  }
  all.script = true;
  all.said = fmt::format("as a script {} packets{}, after {} tries", found->packets,
                         found->minimal ? "" : " (it could be smaller)", found->tries);
  all.files.push_back({.name = found->name + ".pkt", .text = found->pkt});
  event::Trace small;
  auto outcome = campaign::run_scenario(found->scenario, make, options, small);
  result.scenario = found->scenario.id;
  result.rules = found->scenario.rules;
  result.verdict = outcome.verdict;
  result.findings = std::move(outcome.findings);
  result.trace = event::to_text(small);
  add_record(all, found->name, std::move(result));
  return all;
}

std::string FoundFolder::free_name(const std::string& stem) {
  auto name = stem;
  for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{}_{}", stem, n);
  return name;
}

std::string FoundFolder::write(const std::vector<FoundFile>& files) {
  std::string text, stem, name;
  std::set<std::string> endings;  // One failure has one file of each kind.
  for (const auto& file : files) {
    const std::filesystem::path path{file.name};
    const auto ending = path.extension().string();
    if (path.stem() != stem || !endings.insert(ending).second) {
      stem = path.stem().string();
      name = free_name(stem);
      endings = {ending};
    }
    const auto whole = std::filesystem::path{folder_} / (name + ending);
    const auto why = write_file(whole, file.text, IfThere::Replace);
    broken_ = broken_ || why.has_value();
    text += why ? fmt::format("  {}\n", *why) : fmt::format("  written: {}\n", whole.string());
  }
  return text;
}

}  // namespace harness::cli
