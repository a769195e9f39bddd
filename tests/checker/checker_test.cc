#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "harness/campaign/swarm.h"
#include "harness/model/explain.h"
#include "harness/model/model.h"
#include "harness/target/inproc/inproc.h"
#include "tests/checker/enumerate.h"
#include "tests/checker/walk.h"

namespace harness::checker {
namespace {

// What the model of harness/model says of a play.
struct Modelled {
  Verdict verdict = Verdict::Pass;
  std::size_t step = 0;
  Rules rules{};  // Fail: one.
  std::string words{};
};

Modelled model(const Play& play, Staged& staged) {
  stage(play, staged);
  model::Model model{model::assumptions_of(staged.trace)};
  for (std::uint32_t i = 0; i < staged.trace.size(); ++i) model.step(staged.trace, i);
  model.finish(staged.trace);
  Modelled found;
  if (model.undecided() > 0) found.verdict = Verdict::Outside;
  for (const auto& v : model.violations()) {
    found.words += model::explain(v) + "\n";
    if (found.verdict == Verdict::Fail) continue;
    if (v.weight == model::Violation::Weight::Fail) {
      found.verdict = Verdict::Fail;
      found.rules = {};
      found.step = staged.step_of.at(v.record);
    } else {
      found.verdict = Verdict::NonStrict;
    }
    found.rules.insert(v.requirement);
  }
  return found;
}

std::string_view name(Verdict v) {
  constexpr std::string_view kNames[] = {"pass", "nonstrict", "fail", "outside"};
  return kNames[static_cast<std::size_t>(v)];
}

std::string join(const Rules& rules) {
  std::string text;
  for (const auto rule : rules) text += (text.empty() ? "" : " ") + std::string{rule};
  return text;
}

bool share(const Rules& a, const Rules& b) {
  return std::ranges::any_of(a, [&](auto rule) { return b.contains(rule); });
}

// Both judges, of many plays.
class Comparison {
 public:
  void play(Play play, const std::string& from) {
    Judged ours = enumerate(play);
    if (ours.verdict == Verdict::Outside) {  // What comes before is inside.
      ++cut_;
      const Time end = play[ours.step].at;
      play.resize(ours.step);
      if (play.empty()) return;
      (void)end;
      play.push_back({.what = What::Wait, .at = play.back().at});
      ours = enumerate(play);
    }
    const Modelled theirs = model(play, staged_);
    ++plays_;
    ++verdicts_[{ours.verdict, theirs.verdict}];
    std::string why;
    if (ours.verdict != theirs.verdict) {
      why = fmt::format("{} / model {}", name(ours.verdict), name(theirs.verdict));
    } else if (ours.verdict == Verdict::Fail && ours.step != theirs.step) {
      why = "another step";
    } else if (ours.verdict != Verdict::Pass && !share(ours.rules, theirs.rules)) {
      why = "another rule";
    } else {
      if (ours.verdict == Verdict::Fail) {
        ++fails_;
        alone_ += ours.rules.size() == 1;
        named_ += ours.rules.size();
        ++by_rule_[*theirs.rules.begin()];
      }
      return;
    }
    const auto key = fmt::format("{}: ours [{}], model's [{}]", why, join(ours.rules), join(theirs.rules));
    if (groups_[key]++ == 0) {
      const auto steps = fmt::format("step {} / {}", ours.step, theirs.step);
      shown_[key] = fmt::format("{} {}\n{}  model: {}", from, steps, print(play), theirs.words);
    }
    ++apart_;
  }

  std::string report() const {
    std::string text = fmt::format("{} plays, {} cut, {} apart\n", plays_, cut_, apart_);
    for (const auto& [v, n] : verdicts_) {
      text += fmt::format("  {:>9} / model {:>9}: {}\n", name(v.first), name(v.second), n);
    }
    text += fmt::format("  fails with one rule {} of {}, rules named {}\n", alone_, fails_, named_);
    for (const auto& [rule, n] : by_rule_) text += fmt::format("    {} {}\n", rule, n);
    std::vector<std::pair<int, std::string>> order;
    for (const auto& [key, n] : groups_) order.push_back({-n, key});
    std::ranges::sort(order);
    for (const auto& [n, key] : order) text += fmt::format("{} x {}\n{}\n", -n, key, shown_.at(key));
    return text;
  }
  int apart() const { return apart_; }

 private:
  Staged staged_;
  int plays_ = 0, cut_ = 0, apart_ = 0, fails_ = 0, alone_ = 0;
  std::size_t named_ = 0;
  std::map<std::pair<Verdict, Verdict>, int> verdicts_;
  std::map<std::string_view, int> by_rule_;
  std::map<std::string, int> groups_;
  std::map<std::string, std::string> shown_;
};

std::uint64_t count(std::uint64_t usual) {
  const char* const asked = std::getenv("PLAYS");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : usual;
}

TEST(Enumeration, AgreesWithTheModelOnWalks) {
  Comparison compare;
  const base::Rng rng = base::Rng{1}.fork("walks");
  for (std::uint64_t i = 0; i < count(3000); ++i) {
    compare.play(walk(rng.nth(i)), fmt::format("walk {}", i));
  }
  fmt::print("{}", compare.report());
  EXPECT_EQ(compare.apart(), 0);
}

TEST(Enumeration, AgreesWithTheModelOnChangedWalks) {
  Comparison compare;
  const base::Rng rng = base::Rng{1}.fork("changed");
  for (std::uint64_t i = 0; i < count(3000); ++i) {
    compare.play(changed(walk(rng.nth(i)), rng.nth(i).fork("change")), fmt::format("walk {}", i));
  }
  fmt::print("{}", compare.report());
  EXPECT_EQ(compare.apart(), 0);
}

TEST(Enumeration, AgreesWithTheModelOnWhatTheEngineDoes) {
  Comparison compare, altered;
  const base::Rng rng = base::Rng{1}.fork("engine");
  campaign::Swarm swarm{target::inproc::make, {.seed = 5, .taste = {.faults = false, .ipv6 = false}}};
  for (std::uint64_t i = 0; i < count(3000); ++i) {
    swarm.hold(i);
    const Play play = play_of(swarm.trace());
    if (play.empty()) continue;
    compare.play(play, fmt::format("swarm {}", i));
    altered.play(changed(play, rng.nth(i)), fmt::format("swarm {}", i));
  }
  fmt::print("{}\nchanged:\n{}", compare.report(), altered.report());
  EXPECT_EQ(compare.apart(), 0);
  EXPECT_EQ(altered.apart(), 0);
}

}  // namespace
}  // namespace harness::checker
