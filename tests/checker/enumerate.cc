#include "tests/checker/enumerate.h"

#include <algorithm>
#include <set>
#include <utility>

#include "tests/checker/arrives.h"
#include "tests/checker/emits.h"
#include "tests/checker/told.h"

namespace harness::checker {
namespace {

constexpr Time kPatience = 2500 * kMillisecond;

// What was due before `now` and has not come.
Rules overdue(Tcb& s, Time now, std::size_t step) {
  Rules missed;
  for (auto d = s.debts.begin(); d != s.debts.end();) {
    if (d->latest > now) {
      ++d;
      continue;
    }
    if (d->should) {
      for (const auto rule : d->rules) s.lapses.insert({step, rule});
    } else {
      missed.insert(d->rules.begin(), d->rules.end());
    }
    d = s.debts.erase(d);
  }
  return missed;
}

Next successors(const Tcb& s, const Facts& facts, const Step& step, std::size_t index) {
  if (step.what == What::In) return arrives(s, facts, step);
  if (step.what == What::Out) return emits(s, facts, step, index);
  return told(s, facts, step);
}

}  // namespace

Judged enumerate(const Play& play) {
  Judged judged;
  Facts facts;
  std::set<Tcb> may{Tcb{}};
  for (std::size_t i = 0; i < play.size(); ++i) {
    const Step& step = play[i];
    Facts after = facts;
    note(after, step);
    // An answer is judged by what was so before it.
    const Facts& now = step.what == What::Read ? facts : after;
    std::set<Tcb> next;
    Rules broken;
    for (Tcb s : may) {
      if (s.outstanding() && step.at - s.head_sent > kPatience) {
        return {.verdict = Verdict::Outside, .step = i};
      }
      Rules missed = overdue(s, step.at, i);
      if (!missed.empty()) {
        broken.merge(missed);
        continue;
      }
      Next found = successors(s, now, step, i);
      if (found.outside) return {.verdict = Verdict::Outside, .step = i};
      broken.merge(found.broken);
      for (auto& n : found.may) next.insert(std::move(n));
    }
    if (next.empty()) {
      judged.verdict = Verdict::Fail;
      judged.step = i;
      judged.rules = std::move(broken);
      return judged;
    }
    may = std::move(next);
    judged.widest = std::max(judged.widest, may.size());
    facts = std::move(after);
  }
  const bool lapsed = std::ranges::all_of(may, [](const Tcb& s) { return !s.lapses.empty(); });
  if (!lapsed) return judged;
  judged.verdict = Verdict::NonStrict;
  for (const auto& s : may) {
    for (const auto& [step, rule] : s.lapses) judged.rules.insert(rule);
  }
  return judged;
}

}  // namespace harness::checker
