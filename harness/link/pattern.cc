#include "harness/link/pattern.h"

namespace harness::link {
namespace {

double of(base::Ratio ratio) { return static_cast<double>(ratio.parts) / ratio.of; }

}  // namespace

bool Picker::next(const Fault& fault) {
  const auto rate = rate_of(fault.action);
  return std::visit([&](const auto& pattern) { return pick(pattern, rate); }, fault.pattern);
}

bool Picker::pick(const Independent&, base::Ratio rate) { return rng_.chance(rate); }

bool Picker::pick(const Correlated& correlated, base::Ratio rate) {
  const bool same = rng_.chance(correlated.correlation), fresh = rng_.chance(rate);
  last_ = begun_ && same ? last_ : fresh;
  begun_ = true;
  return last_;
}

// The step comes first; the datagram meets the state it leads to.
bool Picker::pick(const Markov& m, base::Ratio) {
  // Of two ways out: which, if any. The share of the second is of what the first leaves.
  const auto leave = [&](base::Ratio first, std::uint32_t to, base::Ratio second,
                         std::uint32_t or_to) {
    __extension__ using Wide = unsigned __int128;
    const Wide draw = rng_.next();
    const Wide a = (Wide{first.parts} << 64) / first.of, b = (Wide{second.parts} << 64) / second.of;
    if (draw < a) {
      state_ = to;
    } else if (draw < a + b) {
      state_ = or_to;
    }
  };
  switch (state_) {
    case 1:
      leave(m.p13, 3, m.p14, 4);
      break;
    case 2:
      leave(m.p23, 3, kNever, 2);
      break;
    case 3:
      leave(m.p31, 1, m.p32, 2);
      break;
    default:
      rng_.next();  // One draw each, always.
      state_ = 1;
  }
  return state_ >= 3;
}

bool Picker::pick(const GilbertElliott& g, base::Ratio) {
  if (rng_.chance(state_ == 1 ? g.p : g.r)) state_ = 3 - state_;
  return rng_.chance(state_ == 1 ? g.in_good : g.in_bad);
}

bool Picker::pick(const Every& every, base::Ratio rate) {
  const bool lucky = rng_.chance(rate);
  if (++count_ < every.n) return false;
  count_ = 0;
  return lucky;
}

bool Picker::pick(const Burst& burst, base::Ratio rate) {
  const bool begins = rng_.chance(rate);
  if (count_ == 0 && !begins) return false;
  if (count_ == 0) count_ = burst.length;
  --count_;
  return true;
}

namespace {

// Over n picks with cycles that begin anew: the variance of a count goes as that of
// (picked - share * length) over one cycle, for each step of a mean cycle.
struct InTheLongRun {
  double rate;

  LongRun operator()(const Independent&) const { return {rate, 1}; }
  // Two picks that lie k apart are alike as correlation^k: their sum is a geometric series.
  LongRun operator()(const Correlated& c) const {
    const double r = of(c.correlation);
    return {rate, r < 1 ? (1 + r) / (1 - r) : 0};
  }
  LongRun operator()(const GilbertElliott& g) const {
    const double p = of(g.p), r = of(g.r), bad = of(g.in_bad), good = of(g.in_good);
    if (p + r == 0) return {good, 1};  // It never leaves good, where it begins.
    const double in_bad = p / (p + r), keeps = 1 - p - r;
    const double share = in_bad * bad + (1 - in_bad) * good;
    const double alike = in_bad * (1 - in_bad) * (bad - good) * (bad - good);
    const double alone = share * (1 - share);
    return {share, alone > 0 && keeps < 1 ? 1 + 2 * alike / alone * keeps / (1 - keeps) : 1};
  }
  // A cycle ends in state 1: at once, by way of 4, or by way of 3 and 2.
  LongRun operator()(const Markov& m) const {
    const double p13 = of(m.p13), p31 = of(m.p31), p32 = of(m.p32), p23 = of(m.p23),
                 p14 = of(m.p14);
    if (p13 + p14 == 0) return {0, 1};
    if (p13 > 0 && (p31 == 0 || (p32 > 0 && p23 == 0))) {  // It does not come back to 1.
      if (p32 == 0) return {1, 1};
      return p23 == 0 ? LongRun{0, 1} : LongRun{p23 / (p23 + p32), 0};
    }
    const double threes = p13 > 0 ? 1 / p31 : 0;  // Steps in 3 of a way through it.
    const double b = p31 < 1 ? p32 / (1 - p31) : 0;
    const double stay = p32 > 0 ? 1 / p23 : 0;  // Steps in 2 each time.
    const double twos = (threes > 1 ? threes - 1 : 0) * b * stay;
    const double length = 1 + p13 * (threes + twos) + p14;
    const double share = (p13 * threes + p14) / length;
    // Of one cycle: picked - share * length, and its square.
    const double wait = -share, four = 1 - 2 * share;
    const double each = b * stay,
                 each_variance = p32 > 0 ? b * (2 - p23) / (p23 * p23) - each * each : 0;
    const double slope = (1 - share) - share * each;  // For each step in 3.
    const double mean = slope * threes + share * each - share;
    const double variance = p13 > 0 ? slope * slope * (1 - p31) / (p31 * p31) +
                                          share * share * each_variance * (threes - 1)
                                    : 0;
    const double square =
        (1 - p13 - p14) * wait * wait + p14 * four * four + p13 * (mean * mean + variance);
    const double alone = share * (1 - share) * length;
    return {share, alone > 0 ? square / alone : 1};
  }
  LongRun operator()(const Every& e) const {
    const double share = rate / e.n;
    return {share, share < 1 ? (1 - rate) / (1 - share) : 1};
  }
  LongRun operator()(const Burst& b) const {
    if (rate == 0) return {0, 1};
    const double passes = (1 - rate) / rate, length = passes + b.length;
    const double share = b.length / length;
    const double variance = share * share * (1 - rate) / (rate * rate);
    return {share, share < 1 ? variance / length / (share * (1 - share)) : 1};
  }
};

}  // namespace

LongRun long_run(const Fault& fault) {
  return std::visit(InTheLongRun{of(rate_of(fault.action))}, fault.pattern);
}

}  // namespace harness::link
