#pragma once

#include <cstdint>

#include "harness/base/rng.h"
#include "harness/link/fault.h"

namespace harness::link {

// Which of the datagrams that a fault concerns it picks, one after the other. Only for faults that
// remember: an Independent one needs no more than its rate.
class Picker {
 public:
  explicit Picker(base::Rng rng) : rng_(rng) {}
  bool next(const Fault&);

 private:
  bool pick(const Independent&, base::Ratio);
  bool pick(const Correlated&, base::Ratio);
  bool pick(const Markov&, base::Ratio);
  bool pick(const GilbertElliott&, base::Ratio);
  bool pick(const Every&, base::Ratio);
  bool pick(const Burst&, base::Ratio);

  base::Rng rng_;
  std::uint32_t state_ = 1;  // Of Markov, from 1; of GilbertElliott 1 is good.
  std::uint32_t count_ = 0;  // Of Every: since the last; of Burst: still to come.
  bool begun_ = false, last_ = false;
};

// What a fault picks in the long run.
struct LongRun {
  double share = 0;  // Of what it concerns.
  // The variance of how many it picks among n, over that of n independent picks at the same rate.
  double spread = 1;
};
LongRun long_run(const Fault&);

}  // namespace harness::link
