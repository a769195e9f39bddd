#include "harness/cli/known.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/cli/glob.h"
#include "harness/cli/nearest.h"
#include "harness/cli/read_file.h"

namespace harness::cli {

namespace fs = std::filesystem;

std::expected<std::vector<oracle::Deviation>, std::string> load_known(
    const std::optional<std::string>& option, const std::optional<fs::path>& root,
    std::string_view target) {
  if (!option && !root) return {};
  const auto usual = fmt::format("known/{}.txt", target);
  const fs::path file = option ? fs::path{*option} : *root / usual;
  const auto text = option ? read_file(file) : read_file_if_there(file);
  if (!text) return {};
  // Its name goes into reports: no path of this machine.
  const auto name = option ? file.filename().string() : usual;
  return parse_known(*text, name);
}

std::expected<std::vector<oracle::Deviation>, std::string> parse_known(std::string_view text,
                                                                       std::string_view name) {
  auto known = oracle::parse_deviations(text, name);
  if (!known) {
    return std::unexpected(
        fmt::format("{}: {}", known.error().place.print(), known.error().message));
  }
  for (const auto& line : *known) {
    if (line.scenario != kAnyConversation) continue;
    if (line.words.empty()) {
      return std::unexpected(
          fmt::format("{}: a line about `{}` says in which words a requirement is broken: "
                      "`{}: got a reset`",
                      line.place.print(), kAnyConversation, line.requirement));
    }
    if (!line.always) continue;
    return std::unexpected(
        fmt::format("{}: no requirement is at stake in every random conversation: a line about "
                    "`{}` says `sometimes`",
                    line.place.print(), kAnyConversation));
  }
  return std::move(*known);
}

namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

using Deviations = std::vector<oracle::Deviation>;

std::expected<Deviations, std::string> in_columns(std::string_view line,
                                                  const event::Place& place) {
  auto listed = oracle::parse_deviations(line, place.file);
  if (!listed) {
    auto at = listed.error().place;
    at.line = place.line;
    return std::unexpected(fmt::format("{}: {}", at.print(), listed.error().message));
  }
  for (auto& deviation : *listed) deviation.place.line = place.line;
  return std::move(*listed);
}

std::expected<Deviations, std::string> by_pattern(std::string_view line, const event::Place& place,
                                                  std::span<const std::string> ids) {
  const auto pattern = trimmed(line.substr(0, line.find('#')));
  const auto reason =
      line.find('#') == line.npos ? std::string_view{} : trimmed(line.substr(line.find('#') + 1));
  Deviations found;
  for (const auto& id : ids) {
    if (id != pattern && !(is_glob(pattern) && matches(pattern, id))) continue;
    found.push_back({.scenario = id,
                     .requirement = "*",
                     .reason = reason.empty() ? "expected to fail" : std::string{reason},
                     .everything = true,
                     .place = place});
  }
  if (!found.empty()) return found;
  const auto what = is_glob(pattern) ? "no scenario fits" : "there is no scenario";
  return std::unexpected(
      fmt::format("{}: {} `{}`{}", place.print(), what, pattern, did_you_mean(pattern, ids)));
}

}  // namespace

std::expected<Deviations, std::string> parse_expected_failures(std::string_view text,
                                                               std::string_view name,
                                                               std::span<const std::string> ids) {
  Deviations all;
  event::Place place{.file = std::string{name}, .line = 0, .column = 1};
  while (!text.empty()) {
    ++place.line;
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto first = line.find_first_not_of(kBlanks);
    if (first == line.npos || line[first] == '#') continue;
    place.column = static_cast<std::uint32_t>(first + 1);
    auto listed =
        line.find('|') == line.npos ? by_pattern(line, place, ids) : in_columns(line, place);
    if (!listed) return listed;
    std::ranges::move(*listed, std::back_inserter(all));
  }
  return all;
}

std::expected<Deviations, std::string> load_expected_failures(const std::string& file,
                                                              std::span<const std::string> ids) {
  return parse_expected_failures(read_file(file), fs::path{file}.filename().string(), ids);
}

}  // namespace harness::cli
