#include "harness/link/fault.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace harness::link {
namespace {

__extension__ using Wide = unsigned __int128;

bool share(base::Ratio ratio) { return ratio.of > 0 && ratio.parts <= ratio.of; }

bool shares(std::initializer_list<base::Ratio> ratios) {
  for (const auto ratio : ratios) {
    if (!share(ratio)) return false;
  }
  return true;
}

bool at_most_one(base::Ratio a, base::Ratio b) {
  return Wide{a.parts} * b.of + Wide{b.parts} * a.of <= Wide{a.of} * b.of;
}

struct Sound {
  bool operator()(const Delay& delay) const {
    if (delay.least > delay.most || !share(delay.correlation)) return false;
    const auto sum = (delay.least + delay.most).count();
    const bool middle = delay.shape != Shape::Uniform || delay.least.count() < 0;
    return sum >= 0 && (!middle || sum % 2 == 0);
  }
  bool operator()(const Reorder& reorder) const {
    return share(reorder.rate) && reorder.behind > 0 && reorder.at_most.count() >= 0;
  }
  bool operator()(const Corrupt& corrupt) const {
    return share(corrupt.rate) && corrupt.bits > 0 && corrupt.bits <= 64;
  }
  bool operator()(const Truncate& truncate) const {
    return share(truncate.rate) && (!truncate.at || *truncate.at > 0);
  }
  bool operator()(const Bandwidth& bandwidth) const { return bandwidth.bits_per_second > 0; }
  bool operator()(const Mtu& mtu) const { return mtu.octets > 0; }
  bool operator()(const auto& other) const { return share(other.rate); }
};

struct SoundPattern {
  bool operator()(const Independent&) const { return true; }
  bool operator()(const Correlated& c) const { return share(c.correlation); }
  bool operator()(const Markov& m) const {
    return shares({m.p13, m.p31, m.p32, m.p23, m.p14}) && at_most_one(m.p13, m.p14) &&
           at_most_one(m.p31, m.p32);
  }
  bool operator()(const GilbertElliott& g) const { return shares({g.p, g.r, g.in_bad, g.in_good}); }
  bool operator()(const Every& every) const { return every.n > 0; }
  bool operator()(const Burst& burst) const { return burst.length > 0; }
};

}  // namespace

bool sound(const Fault& fault) {
  const Match& match = fault.match;
  return std::visit(Sound{}, fault.action) && std::visit(SoundPattern{}, fault.pattern) &&
         (match.nth_last == 0 || (match.nth > 0 && match.nth_last > match.nth)) &&
         match.from < match.to && match.from.count() >= 0;
}

std::vector<Fault> joined(std::vector<Fault> all, const std::vector<Fault>& more) {
  for (Fault fault : more) {
    while (std::ranges::find(all, fault) != all.end()) ++fault.dice;
    all.push_back(std::move(fault));
  }
  return all;
}

base::Ratio rate_of(const Action& action) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.rate; }) {
          return one.rate;
        } else {
          return kAlways;
        }
      },
      action);
}

bool by_chance(const Fault& fault) {
  const bool sure = std::holds_alternative<Independent>(fault.pattern) ||
                    std::holds_alternative<Every>(fault.pattern);
  return !sure || rate_of(fault.action) != kAlways;
}

}  // namespace harness::link
