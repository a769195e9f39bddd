#include "harness/oracle/deviations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "harness/rules/rule.h"

namespace harness::oracle {
namespace {

// Reads numbers with a dot between them; what is left of `text` stays in it.
Version take_version(std::string_view& text) {
  Version version;
  for (;;) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return version;
    version.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.size() < 2 || text[0] != '.' || text[1] < '0' || text[1] > '9') return version;
    text.remove_prefix(1);
  }
}

// -1, 0 or 1, looking at as many numbers as `end` has.
int compare(const Version& version, const Version& end) {
  for (std::size_t i = 0; i < end.size(); ++i) {
    const auto number = i < version.size() ? version[i] : 0;
    if (number != end[i]) return number < end[i] ? -1 : 1;
  }
  return 0;
}

struct Cell {
  std::string_view text;
  std::uint32_t column;  // From 1.
};

constexpr std::string_view kAny = "*";
constexpr std::string_view kBlank = " \t\r";

std::vector<Cell> cells_of(std::string_view line) {
  std::vector<Cell> cells;
  for (std::size_t start = 0; start <= line.size();) {
    const auto end = std::min(line.find('|', start), line.size());
    const auto cell = line.substr(start, end - start);
    const auto first = std::min(cell.find_first_not_of(kBlank), cell.size());
    const auto last = cell.find_last_not_of(kBlank) + 1;  // 0 when all is blank.
    cells.push_back({first < last ? cell.substr(first, last - first) : std::string_view{},
                     static_cast<std::uint32_t>(start + (first < last ? first : 0) + 1)});
    start = end + 1;
  }
  return cells;
}

class Entry {
 public:
  Entry(std::string_view text, std::string_view file, std::uint32_t number)
      : cells_(cells_of(text)), place_{std::string(file), number, 1} {}

  std::expected<Deviation, DeviationError> parse() {
    constexpr std::size_t kColumns = 5;
    if (cells_.size() != kColumns) {
      return wrong(cells_.front(),
                   fmt::format("expected scenario | requirement | reason | versions | always, "
                               "found {} columns",
                               cells_.size()));
    }
    for (const Cell& cell : cells_) {
      if (cell.text.empty()) return wrong(cell, "this column is empty");
    }
    place_.column = cells_[0].column;
    const auto [requirement, words] = shape();
    Deviation deviation{.scenario = std::string(cells_[0].text),
                        .requirement = std::string(requirement),
                        .words = std::string(words),
                        .reason = std::string(cells_[2].text),
                        .always = cells_[4].text == "always",
                        .place = place_};
    if (requirement != kAny && rules::find_rule(requirement) == nullptr) {
      return wrong(cells_[1], unknown_requirement(requirement));
    }
    if (words.empty() && requirement.size() != cells_[1].text.size()) {
      return wrong(cells_[1], "the words behind the colon are missing");
    }
    if (!range(deviation.versions)) {
      return wrong(cells_[3],
                   fmt::format("expected *, 6.1 or 6.1..6.18, found `{}`", cells_[3].text));
    }
    if (!deviation.versions.last.empty() &&
        compare(deviation.versions.first, deviation.versions.last) > 0) {
      return wrong(cells_[3], "the range ends before it begins");
    }
    if (!deviation.always && cells_[4].text != "sometimes") {
      return wrong(cells_[4],
                   fmt::format("expected always or sometimes, found `{}`", cells_[4].text));
    }
    return deviation;
  }

 private:
  std::unexpected<DeviationError> wrong(const Cell& cell, std::string message) const {
    return std::unexpected(DeviationError{.place = {place_.file, place_.line, cell.column},
                                          .message = std::move(message)});
  }

  // The second column: a requirement, and what is said of it behind a colon.
  std::pair<std::string_view, std::string_view> shape() const {
    const auto text = cells_[1].text;
    const auto colon = text.find(':');
    if (colon == text.npos) return {text, {}};
    const auto words = text.substr(colon + 1);
    return {text.substr(0, colon),
            words.substr(std::min(words.find_first_not_of(kBlank), words.size()))};
  }

  static std::string unknown_requirement(std::string_view id) {
    const auto* meant = rules::nearest_rule(id);
    return fmt::format("there is no requirement `{}`{}", id,
                       meant ? fmt::format("; did you mean `{}`?", meant->id) : "");
  }

  bool range(VersionRange& versions) const {
    auto text = cells_[3].text;
    if (text == "*") return true;
    versions.first = take_version(text);
    if (versions.first.empty()) return false;
    versions.last = versions.first;
    if (text.empty()) return true;
    if (!text.starts_with("..")) return false;
    text.remove_prefix(2);
    versions.last = take_version(text);
    return !versions.last.empty() && text.empty();
  }

  std::vector<Cell> cells_;
  event::Place place_;
};

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// Whole words: "ack 1" does not stand in "ack 13".
bool says(std::string_view text, std::string_view words) {
  if (words.empty()) return true;
  for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1)) {
    const auto end = at + words.size();
    const bool begins = at == 0 || !in_word(text[at - 1]);
    if (begins && (end == text.size() || !in_word(text[end]))) return true;
  }
  return false;
}

// Whether this line speaks of something in the finding. What the model of the RFCs finds is known
// by its requirement alone: `*` is for the script, and for what no requirement speaks of.
bool concerns(const Deviation& deviation, const Finding& finding) {
  if (deviation.everything) return true;
  if (!says(finding.text, deviation.words)) return false;
  if (deviation.requirement == kAny) return finding.checker != "rfc";
  return std::ranges::find(finding.requirements, deviation.requirement) !=
         finding.requirements.end();
}

using Lines = std::vector<const Deviation*>;

// A line excuses its requirement and no other: what breaks several is known when all are listed.
bool excused(const Lines& lines, const Finding& finding) {
  const auto lists = [&](std::string_view requirement) {
    return std::ranges::any_of(lines, [&](const Deviation* line) {
      return line->requirement == requirement && says(finding.text, line->words);
    });
  };
  if (std::ranges::any_of(lines, &Deviation::everything)) return true;
  if (finding.checker != "rfc" && lists(kAny)) return true;
  return !finding.requirements.empty() && std::ranges::all_of(finding.requirements, lists);
}

std::string reasons(const Lines& lines, const Finding& finding) {
  std::string text;
  for (const Deviation* line : lines) {
    if (concerns(*line, finding)) text += (text.empty() ? "" : "; ") + line->reason;
  }
  return text;
}

Finding stale(const Deviation& deviation) {
  Finding finding{.checker = "deviations", .place = deviation.place};
  if (deviation.requirement != kAny) finding.requirements.push_back(deviation.requirement);
  finding.expected = "the deviation listed as always: " + deviation.reason;
  finding.actual = "it did not occur";
  finding.text = fmt::format(
      "stale: it is listed as failing always ({}), and did not fail: take {} off the list{}",
      deviation.reason, deviation.place.print(),
      deviation.everything ? "" : ", or write `sometimes` behind it");
  return finding;
}

}  // namespace

Version parse_version(std::string_view text) { return take_version(text); }

bool VersionRange::holds(const Version& version) const {
  return compare(version, first) >= 0 && compare(version, last) <= 0;
}

std::expected<std::vector<Deviation>, DeviationError> parse_deviations(std::string_view text,
                                                                       std::string_view file) {
  std::vector<Deviation> deviations;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto first = line.find_first_not_of(kBlank);
    if (first == line.npos || line[first] == '#') continue;
    auto deviation = Entry{line, file, number}.parse();
    if (!deviation) return std::unexpected(std::move(deviation.error()));
    deviations.push_back(std::move(*deviation));
  }
  return deviations;
}

void apply(const std::vector<Deviation>& deviations, std::vector<Finding>& findings,
           std::string_view scenario, std::string_view version) {
  const Version running = parse_version(version);
  const Verdict before = worst(findings);
  const bool proved = before != Verdict::Inconclusive && before != Verdict::HarnessError;
  Lines lines;
  for (const Deviation& deviation : deviations) {
    if (deviation.scenario == scenario && deviation.versions.holds(running)) {
      lines.push_back(&deviation);
    }
  }
  std::vector<Finding> unmet;
  for (const Deviation* line : lines) {
    const bool occurred = std::ranges::any_of(findings, [&](const Finding& finding) {
      const bool wrong = finding.verdict == Verdict::Fail || finding.verdict == Verdict::Known;
      return wrong && concerns(*line, finding);
    });
    if (line->always && !occurred && proved) unmet.push_back(stale(*line));
  }
  for (Finding& finding : findings) {
    if (finding.verdict != Verdict::Fail || !excused(lines, finding)) continue;
    finding.verdict = Verdict::Known;
    finding.text += " (known: " + reasons(lines, finding) + ")";
  }
  std::ranges::move(unmet, std::back_inserter(findings));
}

}  // namespace harness::oracle
