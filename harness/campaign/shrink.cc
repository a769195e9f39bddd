#include "harness/campaign/shrink.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/campaign/shrink_edits.h"
#include "harness/scenario/sockets.h"

namespace harness::campaign {
namespace {

using scenario::Scenario;

class Shrinker {
 public:
  Shrinker(Scenario script, const std::function<bool(const Scenario&)>& fails,
           const ShrinkLimits& limits)
      : best_(std::move(script)),
        readable_(!scenario::unknown_socket(best_)),
        fails_(fails),
        limits_(limits) {}

  Shrunk run() {
    drop_tail();
    for (bool better = !limits_.end_alone; better && !over();) {
      better = drop_steps();
      better |= drop_faults();
      better |= edit(edits_of_world(best_));
      for (std::size_t i = best_.steps.size(); i-- > 0;) better |= edit(edits_of_step(best_, i));
    }
    const bool minimal = !limits_.end_alone && !over();
    return {.scenario = std::move(best_), .tries = tries_, .minimal = minimal};
  }

 private:
  bool over() const {
    return tries_ >= limits_.tries || (limits_.stop != nullptr && *limits_.stop != 0);
  }

  // Takes the candidate when it still fails.
  bool attempt(Scenario candidate) {
    if (over() || candidate.steps.empty()) return false;
    if (readable_ && scenario::unknown_socket(candidate)) return false;
    rebase(candidate);
    ++tries_;
    if (!fails_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }
  template <class Change>
  bool try_change(Change&& change) {
    Scenario candidate = best_;
    return change(candidate) && attempt(std::move(candidate));
  }

  void drop_tail() {
    std::size_t fails = best_.steps.size(), passes = 0;
    while (fails - passes > 1 && !over()) {
      const auto middle = passes + (fails - passes) / 2;
      const bool still = try_change([&](Scenario& s) {
        s.steps.resize(middle);
        return middle > 0;
      });
      (still ? fails : passes) = middle;
    }
  }

  bool drop_steps() {
    bool any = false;
    for (std::size_t size = std::max<std::size_t>(best_.steps.size() / 2, 1);; size /= 2) {
      for (std::size_t end = best_.steps.size(); end > 0 && !over();) {
        const std::size_t from = end > size ? end - size : 0;
        const bool dropped = try_change([&](Scenario& s) {
          s.steps.erase(s.steps.begin() + static_cast<std::ptrdiff_t>(from),
                        s.steps.begin() + static_cast<std::ptrdiff_t>(end));
          return true;
        });
        any |= dropped;
        end = std::min(from, best_.steps.size());
      }
      if (size <= 1) return any;
    }
  }

  bool drop_faults() {
    bool any = false;
    for (std::size_t i = best_.faults.size(); i-- > 0;) {
      any |= try_change([&](Scenario& s) {
        s.faults.erase(s.faults.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
      });
    }
    return any;
  }

  bool edit(const std::vector<Edits>& all) {
    bool any = false;
    for (const auto& edits : all) {
      any |= std::ranges::any_of(edits, [&](const Edit& one) { return try_change(one); });
    }
    return any;
  }

  Scenario best_;
  bool readable_;  // As a file: and so must remain what comes of it.
  const std::function<bool(const Scenario&)>& fails_;
  const ShrinkLimits& limits_;
  std::size_t tries_ = 0;
};

}  // namespace

Shrunk shrink(Scenario script, const std::function<bool(const Scenario&)>& fails,
              const ShrinkLimits& limits) {
  return Shrinker{std::move(script), fails, limits}.run();
}

}  // namespace harness::campaign
