#include "harness/cli/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "harness/cli/glob.h"
#include "harness/cli/nearest.h"
#include "harness/rules/claim.h"
#include "harness/rules/rule.h"
#include "harness/scenario/loader.h"

namespace harness::cli {

namespace fs = std::filesystem;

namespace {

using Found = std::vector<Selected>;

template <class Fits>
Found all_that(const Suite& suite, Fits fits) {
  Found found;
  for (std::size_t i = 0; i < suite.entries().size(); ++i) {
    if (fits(suite.entries()[i])) found.push_back({.entry = i});
  }
  return found;
}

Found by_id(const Suite& suite, const std::string& selector) {
  auto found = all_that(suite, [&](const Entry& e) { return !e.outside() && e.id() == selector; });
  for (auto& one : found) one.by_name = true;
  return found;
}

Found by_path(Suite& suite, const std::string& selector) {
  std::error_code error;
  const auto status = fs::status(selector, error);
  Found found;
  if (fs::is_directory(status)) {
    for (auto& file : scenario::find_scenarios(selector)) {
      if (file.id.find("/preamble/") != std::string::npos) continue;  // To be used by others.
      found.push_back({.entry = suite.index_of(file.path, file.id)});
    }
  } else if (fs::exists(status)) {
    const auto id = scenario::without_ending(fs::path{selector}.filename().string());
    found.push_back({.entry = suite.index_of(selector, id), .by_name = true});
  }
  return found;
}

// "close", "close/", "close/simultaneous.pkt": seen from the root.
Found by_place_in_suite(const Suite& suite, std::string selector) {
  auto found = by_id(suite, scenario::without_ending(selector));
  if (!found.empty()) return found;
  while (selector.ends_with('/')) selector.pop_back();
  return all_that(suite, [&](const Entry& entry) {
    return !entry.outside() && entry.id().starts_with(selector + '/');
  });
}

Found by_what_it_shows(const Suite& suite, const std::string& selector) {
  if (rules::find_rule(selector) == nullptr && rules::find_claim(selector) == nullptr) return {};
  return all_that(suite, [&](const Entry& entry) {
    if (entry.outside() || !entry.read()) return false;
    const auto& scenario = *entry.read();
    return std::ranges::find(scenario.rules, selector) != scenario.rules.end() ||
           std::ranges::find(scenario.claims, selector) != scenario.claims.end();
  });
}

std::string why_no_file(const std::string& selector) {
  std::error_code error;
  const auto status = fs::status(selector, error);
  return status.type() == fs::file_type::none ? error.message() : "no such file";
}

std::string nothing_fits(const Suite& suite, const std::string& selector) {
  if (const auto* rule = rules::find_rule(selector)) {
    return fmt::format("no scenario names {} ({})", selector, rules::cite(*rule));
  }
  if (rules::find_claim(selector) != nullptr) {
    return fmt::format("no scenario names the claim {}", selector);
  }
  std::error_code error;
  if (fs::is_directory(selector, error)) {
    return fmt::format("there is no scenario (*.pkt) below `{}`", selector);
  }
  const bool file =
      selector.ends_with(".pkt") || selector.starts_with('/') || selector.starts_with('.');
  std::string text = is_glob(selector) ? fmt::format("no scenario fits `{}`", selector)
                     : file            ? fmt::format("`{}`: {}", selector, why_no_file(selector))
                                       : fmt::format(
                                  "`{}` is no scenario, file, requirement or "
                                             "claim",
                                  selector);
  if (!file && fs::is_regular_file(selector + ".pkt", error)) {
    return fmt::format("{}; did you mean `{}.pkt`?", text, selector);
  }
  if (!suite.root() && !file) {
    return text + "; there is no scenarios folder here: say --scenarios DIR";
  }
  std::vector<std::string> names;
  for (const Entry& entry : suite.entries()) {
    names.push_back(entry.id());
    if (const auto slash = entry.id().find('/'); slash != std::string::npos) {
      names.push_back(entry.id().substr(0, slash));
      names.push_back(entry.id().substr(entry.id().rfind('/') + 1));
    }
  }
  if (auto meant = nearest(scenario::without_ending(selector), names)) {
    // A name without its folder selects nothing: say the whole.
    const auto whole = std::ranges::find_if(
        suite.entries(), [&](const Entry& entry) { return entry.id().ends_with('/' + *meant); });
    if (whole != suite.entries().end()) meant = whole->id();
    return text + fmt::format("; did you mean `{}`?", *meant);
  }
  if (const auto* rule = rules::nearest_rule(selector)) {
    return text + fmt::format("; did you mean `{}`?", rule->id);
  }
  std::vector<std::string> claims;
  for (const auto& claim : rules::claims()) claims.emplace_back(claim.id);
  return text + did_you_mean(selector, claims);
}

}  // namespace

std::expected<std::vector<Selected>, std::string> select(Suite& suite,
                                                         std::span<const std::string> selectors) {
  if (selectors.empty()) {
    if (!suite.root()) {
      return std::unexpected(
          "there is no scenarios folder here: say --scenarios DIR, or name a file");
    }
    auto all = all_that(suite, [](const Entry&) { return true; });
    if (!all.empty()) return all;
    return std::unexpected(
        fmt::format("there is no scenario (*.pkt) below `{}`", suite.root()->string()));
  }
  std::map<std::size_t, bool> chosen;
  for (const auto& selector : selectors) {
    Found found = by_id(suite, selector);
    if (found.empty()) found = by_path(suite, selector);
    if (found.empty()) found = by_place_in_suite(suite, selector);
    if (found.empty() && is_glob(selector)) {
      found = all_that(suite, [&](const Entry& e) { return matches(selector, e.id()); });
    }
    if (found.empty()) found = by_what_it_shows(suite, selector);
    if (found.empty()) return std::unexpected(nothing_fits(suite, selector));
    for (const auto& one : found) chosen[one.entry] |= one.by_name;
  }
  std::vector<Selected> selected;
  for (const auto& [entry, by_name] : chosen) selected.push_back({entry, by_name});
  return selected;
}

}  // namespace harness::cli
