#include "harness/campaign/shrink.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

namespace harness::campaign {
namespace {

using clock::Duration;
using event::Op;
using scenario::CallStep;
using scenario::PacketStep;
using scenario::Scenario;
using std::chrono::microseconds;
using std::chrono::milliseconds;

class Shrinker {
 public:
  Shrinker(Scenario script, const std::function<bool(const Scenario&)>& fails,
           const ShrinkLimits& limits)
      : best_(std::move(script)), fails_(fails), limits_(limits) {}

  Shrunk run() {
    drop_tail();
    for (bool better = true; better && !over();) {
      better = drop_steps();
      better |= drop_faults();
      better |= simplify_world();
      better |= simplify_times();
      for (std::size_t i = best_.steps.size(); i-- > 0;) better |= simplify_step(i);
    }
    const bool minimal = !over();
    return {.scenario = std::move(best_), .tries = tries_, .minimal = minimal};
  }

 private:
  bool over() const {
    return tries_ >= limits_.tries || (limits_.stop != nullptr && *limits_.stop != 0);
  }

  // Takes the candidate when it still fails.
  bool attempt(Scenario candidate) {
    if (over() || candidate.steps.empty()) return false;
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

  static bool absolute(const Scenario& script) {
    return std::ranges::all_of(script.steps, [](const scenario::Step& step) {
      return step.when.kind == scenario::When::Kind::Absolute;
    });
  }

  // The first step of a script is at 0.
  static void rebase(Scenario& script) {
    if (!absolute(script)) return;
    const auto first = script.steps.front().when.from;
    if (first == Duration{}) return;
    for (auto& step : script.steps) {
      step.when.from -= first;
      step.when.to = step.when.from;
    }
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

  bool simplify_world() {
    bool any = false;
    if (best_.options.family == scenario::Options::Family::V6) {
      any |= try_change([](Scenario& s) {
        s.options.family = scenario::Options::Family::V4;
        return true;
      });
    }
    for (const auto settle : {milliseconds{5}, milliseconds{600}, milliseconds{3000}}) {
      if (!best_.settle || *best_.settle <= settle) break;
      const bool enough = try_change([&](Scenario& s) {
        s.settle = settle;
        return true;
      });
      any |= enough;
      if (enough) break;
    }
    return any;
  }

  // Waits: none, or a round figure. What comes later moves along.
  bool simplify_times() {
    constexpr std::array<Duration, 8> kRound = {
        Duration{},        milliseconds{1},    milliseconds{10},   milliseconds{100},
        milliseconds{300}, milliseconds{1000}, milliseconds{3000}, milliseconds{10'000}};
    bool any = false;
    if (!absolute(best_)) return any;
    for (std::size_t i = 1; i < best_.steps.size() && !over(); ++i) {
      const auto gap = best_.steps[i].when.from - best_.steps[i - 1].when.from;
      if (std::ranges::find(kRound, gap) == kRound.begin()) continue;
      for (const auto round : kRound) {
        if (round == gap) break;
        const bool fits = try_change([&](Scenario& s) {
          for (std::size_t k = i; k < s.steps.size(); ++k) {
            s.steps[k].when.from += round - gap;
            s.steps[k].when.to = s.steps[k].when.from;
          }
          return true;
        });
        any |= fits;
        if (fits) break;
      }
    }
    return any;
  }

  bool simplify_step(std::size_t i) {
    if (const auto* one = std::get_if<PacketStep>(&best_.steps[i].what)) {
      return one->direction == event::Direction::ToTarget && simplify_packet(i);
    }
    if (std::holds_alternative<CallStep>(best_.steps[i].what)) return simplify_call(i);
    return false;
  }

  bool simplify_call(std::size_t i) {
    const auto& call = std::get<CallStep>(best_.steps[i].what);
    if (call.op != Op::Send || call.octets <= 1) return false;
    return shorter(call.octets, [&](Scenario& s, std::uint32_t octets) {
      std::get<CallStep>(s.steps[i].what).octets = octets;
    });
  }

  // As short as it can be: one, or by halves.
  template <class Set>
  bool shorter(std::uint32_t length, Set&& set) {
    bool any = false;
    for (std::uint32_t to : {std::uint32_t{1}, std::uint32_t{10}, length / 2}) {
      if (to == 0 || to >= length) continue;
      const bool fits = try_change([&](Scenario& s) {
        set(s, to);
        return true;
      });
      any |= fits;
      if (fits) break;
    }
    return any;
  }

  PacketStep& packet(Scenario& s, std::size_t i) { return std::get<PacketStep>(s.steps[i].what); }

  bool simplify_packet(std::size_t i) {
    bool any = false;
    const auto change = [&](auto&& wanted, auto&& edit) {
      if (wanted(packet(best_, i))) {
        any |= try_change([&](Scenario& s) {
          edit(packet(s, i));
          return true;
        });
      }
    };
    change([](const PacketStep& p) { return p.options && !p.options->empty(); },
           [](PacketStep& p) { p.options->clear(); });
    change([](const PacketStep& p) { return p.urgent.has_value(); },
           [](PacketStep& p) { p.urgent.reset(); });
    change([](const PacketStep& p) { return p.reserved.has_value(); },
           [](PacketStep& p) { p.reserved.reset(); });
    change([](const PacketStep& p) { return p.checksum_bad; },
           [](PacketStep& p) { p.checksum_bad = false; });
    change([](const PacketStep& p) { return p.flags.psh() && p.flags.ack(); },
           [](PacketStep& p) { p.flags.bits &= static_cast<std::uint16_t>(~wire::kPsh.bits); });
    change([](const PacketStep& p) { return p.window && *p.window != 65'535; },
           [](PacketStep& p) { p.window = 65'535; });
    change([](const PacketStep& p) { return p.length > 0; }, [](PacketStep& p) { p.length = 0; });
    const auto length = packet(best_, i).length;
    if (length > 1) {
      const auto seq = packet(best_, i).seq;
      any |= shorter(length, [&](Scenario& s, std::uint32_t to) {
        packet(s, i).length = to;
        // What came behind it closes up.
        for (std::size_t k = 0; k < s.steps.size(); ++k) {
          auto* other = std::get_if<PacketStep>(&s.steps[k].what);
          if (other == nullptr || k == i || other->flags.syn()) continue;
          if (other->seq - seq - length < 0x4000'0000u) other->seq -= length - to;
        }
      });
    }
    return any;
  }

  Scenario best_;
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
