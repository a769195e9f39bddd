#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "tests/checker/enumerate.h"
#include "tests/checker/play.h"

namespace harness::checker {

// What the model of harness/model says of a play.
struct Modelled {
  Verdict verdict = Verdict::Pass;  // Outside: it went beyond what the model can tell.
  std::size_t step = 0;             // Fail: where it shows.
  Rules rules{};                    // Fail: one. NonStrict: every SHOULD it names.
  std::string words{};
};
Modelled model(const Play&, Staged& room);

// One play, judged by both.
struct Pair {
  const Play& play;
  Judged ours;
  Modelled theirs;
};

// They agree: the same verdict; a Fail shows at the same step, and the rule the model names is
// among those that the last TCBs break there; of the SHOULDs that each finds broken they share one.
bool agree(const Pair&);

// Why they differ, as far as that is known: a name of kOpen below, or "not looked into".
std::string_view reason(const Pair&);

// Both judges on many plays, each cut where it leaves the subset.
class Comparison {
 public:
  void play(Play, const std::string& name);

  // How often what was said, and how many rules a Fail names.
  std::string figures() const;
  // The plays they differ on, by reason: the same words for the same plays, whatever the compiler.
  std::string open() const;
  // The first play of each kind, for people.
  std::string examples() const;
  int plays() const { return plays_; }
  int apart() const { return apart_; }
  int said(Verdict ours) const;
  std::size_t rules_failed() const { return by_rule_.size(); }

 private:
  Staged staged_;
  int plays_ = 0, cut_ = 0, apart_ = 0, fails_ = 0, alone_ = 0;
  std::size_t named_ = 0, widest_ = 0;
  std::map<std::pair<Verdict, Verdict>, int> verdicts_;
  std::map<std::string_view, int> by_rule_;
  std::map<std::string, int> kinds_;
  std::map<std::string, std::string> examples_;
};

}  // namespace harness::checker
