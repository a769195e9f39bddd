#include "harness/cli/found_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
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

// The same target, right; nothing when nothing is known to be wrong with it.
std::optional<target::Factory> without_defect(const target::catalogue::Choice& choice) {
  const auto colon = choice.name.find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto name = choice.name.substr(0, colon);
  bool defect = false, others = false;
  std::string_view rest = std::string_view{choice.name}.substr(colon + 1);
  while (!rest.empty()) {
    const auto setting = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(setting.size() + 1, rest.size()));
    if (setting.starts_with("defect=")) {
      defect = true;
    } else {
      name += fmt::format("{}{}", std::exchange(others, true) ? ',' : ':', setting);
    }
  }
  auto right = defect ? target::catalogue::choose(name) : std::unexpected(std::string{});
  return right ? std::optional{std::move(right->make)} : std::nullopt;
}

}  // namespace

FoundFiles found_files(const event::Trace& trace, const oracle::Finding& finding,
                       const target::catalogue::Choice& choice, const campaign::RunOptions& options,
                       const campaign::ShrinkLimits& limits, const reports::Result& seen,
                       const scenario::Scenario* whole) {
  FoundFiles all;
  auto result = seen;
  auto found = campaign::found_in(trace, finding, choice.make, options, limits);
  if (!found && whole != nullptr) {
    const auto right = without_defect(choice);
    found = campaign::found_from(*whole, finding, choice.make, right ? &*right : nullptr, options,
                                 limits);
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
  auto outcome = campaign::run_scenario(found->scenario, choice.make, options, small);
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
