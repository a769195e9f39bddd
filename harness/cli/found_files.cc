#include "harness/cli/found_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "harness/cli/read_file.h"
#include "harness/cli/write_file.h"
#include "harness/event/text.h"
#include "reports/pcapng.h"

namespace harness::cli {

namespace fs = std::filesystem;

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

namespace {

bool same_or_free(const fs::path& file, std::string_view text) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(file, error))) return true;
  return fs::is_regular_file(file, error) && fs::file_size(file, error) == text.size() &&
         read_file(file) == text;
}

}  // namespace

std::string FoundFolder::free_name(const std::string& stem, std::span<const FoundFile> files) {
  const auto is_free = [&](const std::string& name) {
    return !names_.contains(name) && std::ranges::all_of(files, [&](const FoundFile& file) {
      const auto ending = fs::path{file.name}.extension().string();
      return same_or_free(fs::path{folder_} / (name + ending), file.text);
    });
  };
  auto name = stem;
  for (int n = 2; !is_free(name); ++n) name = fmt::format("{}_{}", stem, n);
  names_.insert(name);
  return name;
}

std::string FoundFolder::write(const std::vector<FoundFile>& files) {
  std::string text;
  for (std::size_t first = 0, end = 0; first < files.size(); first = end) {
    const auto stem = fs::path{files[first].name}.stem();
    std::set<std::string> endings;  // One failure has one file of each kind.
    while (end < files.size() && fs::path{files[end].name}.stem() == stem &&
           endings.insert(fs::path{files[end].name}.extension().string()).second) {
      ++end;
    }
    const auto group = std::span{files}.subspan(first, end - first);
    const auto name = free_name(stem.string(), group);
    for (const auto& file : group) {
      const auto whole = fs::path{folder_} / (name + fs::path{file.name}.extension().string());
      const auto why = write_file(whole, file.text, IfThere::Replace);
      if (why && !error_) error_ = why;
      text += why ? fmt::format("  {}\n", *why) : fmt::format("  written: {}\n", whole.string());
    }
  }
  return text;
}

std::optional<std::string> prepare_found(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return cannot_write(folder, error.value());
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return cannot_write(folder, errno);
  return std::nullopt;
}

}  // namespace harness::cli
