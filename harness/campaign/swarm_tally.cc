#include "harness/campaign/swarm_tally.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>
#include <system_error>
#include <utility>

#include "harness/campaign/shape.h"

namespace harness::campaign {
namespace {

using oracle::Verdict;

// One word behind another, up to the end of the line.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}
  std::string_view next() {
    const auto word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(word.size() + 1, rest_.size()));
    return word;
  }
  std::string_view rest() const { return rest_; }
  template <class Number>
  bool number(Number& into) {
    const auto word = next();
    const auto read = std::from_chars(word.data(), word.data() + word.size(), into);
    return read.ec == std::errc{} && read.ptr == word.data() + word.size() && !word.empty();
  }
  template <class Numbers>
  bool numbers(Numbers& into) {
    return std::ranges::all_of(into, [&](auto& one) { return number(one); });
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::string shape_of(const Conversation& conversation) {
  const auto about = [&](const oracle::Finding& one) {
    return one.verdict == conversation.verdict;
  };
  const auto found = std::ranges::find_if(conversation.findings, about);
  if (found == conversation.findings.end()) return without_numbers(conversation.reason);
  return shape_of(*found);
}

std::optional<std::string> SwarmTally::add(std::uint64_t index, const Conversation& conversation,
                                           const model::Model& model) {
  ++verdicts_[static_cast<std::size_t>(conversation.verdict)];
  segments_ += conversation.segments;
  for (std::size_t i = 0; i < states_.size(); ++i) states_[i] += conversation.states >> i & 1;
  ++widths_[std::min(conversation.width, model::Frontier::kMost)];
  const auto exercised = model.exercised();
  exercised_.resize(exercised.size());
  for (std::size_t i = 0; i < exercised.size(); ++i) exercised_[i] += exercised[i];
  link::add(faults_, conversation.faults);
  if (conversation.verdict == Verdict::Pass) return std::nullopt;
  auto name = shape_of(conversation);
  const bool is_new = !shapes_.contains(name);
  Shape& shape = shapes_[name];
  if (is_new) {
    shape.first = index;
    shape.verdict = conversation.verdict;
    for (const auto& one : conversation.findings) {
      if (one.verdict == conversation.verdict) {
        shape.requirements = one.requirements;
        break;
      }
    }
  }
  ++shape.count;
  return is_new && conversation.verdict != Verdict::NonStrict ? std::optional{std::move(name)}
                                                              : std::nullopt;
}

void SwarmTally::add(const SwarmTally& other) {
  const auto sum = [](auto& into, const auto& from) {
    for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
  };
  sum(verdicts_, other.verdicts_);
  sum(states_, other.states_);
  sum(widths_, other.widths_);
  segments_ += other.segments_;
  exercised_.resize(std::max(exercised_.size(), other.exercised_.size()));
  sum(exercised_, other.exercised_);
  link::add(faults_, other.faults_);
  for (const auto& [name, theirs] : other.shapes_) {
    const auto [at, added] = shapes_.emplace(name, theirs);
    if (added) continue;
    at->second.count += theirs.count;
    at->second.first = std::min(at->second.first, theirs.first);
  }
  if (version_.empty()) version_ = other.version_;
}

void SwarmTally::lose(std::uint64_t index, const std::string& how) {
  ++verdicts_[static_cast<std::size_t>(Verdict::HarnessError)];
  auto& shape = shapes_[fmt::format("the process that held it {}", how)];
  if (shape.count++ == 0) shape.first = index;
  shape.verdict = Verdict::HarnessError;
}

std::uint64_t SwarmTally::conversations() const {
  return std::accumulate(verdicts_.begin(), verdicts_.end(), std::uint64_t{0});
}

std::size_t SwarmTally::widest() const {
  std::size_t widest = 0;
  for (std::size_t i = 0; i < widths_.size(); ++i) {
    if (widths_[i] > 0) widest = i;
  }
  return widest;
}

std::size_t SwarmTally::p99() const {
  const auto all = std::accumulate(widths_.begin(), widths_.end(), std::uint64_t{0});
  std::uint64_t within = 0;
  for (std::size_t i = 0; i < widths_.size(); ++i) {
    within += widths_[i];
    if (within * 100 >= all * 99) return i;
  }
  return 0;
}

std::string SwarmTally::to_text() const {
  std::string text =
      fmt::format("verdicts {}\nstates {}\nwidths {}\nsegments {}\nexercised {} {}\n",
                  fmt::join(verdicts_, " "), fmt::join(states_, " "), fmt::join(widths_, " "),
                  segments_, exercised_.size(), fmt::join(exercised_, " "));
  if (!version_.empty()) text += fmt::format("version {}\n", version_);
  for (const auto& score : faults_) {
    text += fmt::format("fault {} {} {}\n", score.met, score.struck, score.fault);
  }
  for (const auto& [name, shape] : shapes_) {
    text += fmt::format(
        "shape {} {} {} {} {}\n", static_cast<unsigned>(shape.verdict), shape.count, shape.first,
        shape.requirements.empty() ? "-" : fmt::format("{}", fmt::join(shape.requirements, ",")),
        name);
  }
  return text;
}

std::optional<SwarmTally> SwarmTally::from_text(std::string_view text) {
  SwarmTally tally;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    Words words{line};
    const auto key = words.next();
    bool good = true;
    if (key == "verdicts") {
      good = words.numbers(tally.verdicts_);
    } else if (key == "states") {
      good = words.numbers(tally.states_);
    } else if (key == "widths") {
      good = words.numbers(tally.widths_);
    } else if (key == "segments") {
      good = words.number(tally.segments_);
    } else if (key == "exercised") {
      std::size_t count = 0;
      good = words.number(count) && count < 10'000;
      tally.exercised_.resize(good ? count : 0);
      good = good && words.numbers(tally.exercised_);
    } else if (key == "version") {
      tally.version_ = words.rest();
    } else if (key == "fault") {
      std::uint64_t met = 0, struck = 0;
      good = words.number(met) && words.number(struck);
      const auto fault = link::parse_faults(words.rest());
      good = good && fault && fault->size() == 1;
      if (good)
        tally.faults_.push_back(link::score(fault->front(), {.met = met, .struck = struck}));
    } else if (key == "shape") {
      Shape shape;
      unsigned verdict = 0;
      good = words.number(verdict) && verdict < oracle::kVerdicts && words.number(shape.count) &&
             words.number(shape.first);
      shape.verdict = static_cast<Verdict>(verdict);
      auto ids = words.next();
      while (!ids.empty() && ids != "-") {
        const auto id = ids.substr(0, ids.find(','));
        shape.requirements.emplace_back(id);
        ids.remove_prefix(std::min(id.size() + 1, ids.size()));
      }
      tally.shapes_.emplace(words.rest(), shape);
    } else {
      good = false;
    }
    if (!good) return std::nullopt;
  }
  return tally;
}

}  // namespace harness::campaign
