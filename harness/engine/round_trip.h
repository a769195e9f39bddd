#pragma once

#include <algorithm>
#include <chrono>

#include "harness/clock/instant.h"
#include "harness/engine/config.h"

namespace harness::engine {

// The retransmission timeout of RFC 6298.
struct RoundTrip {
  void start(const Config& config) { *this = {.rto = config.rto_initial}; }

  // RFC 6298, 2.2 and 2.3. It also ends what back_off() began (section 5, last paragraph).
  void sample(clock::Duration r, const Config& config) {
    if (srtt == clock::Duration{}) {
      srtt = std::max(r, clock::Duration{1});
      rttvar = r / 2;
    } else {
      const clock::Duration error = srtt > r ? srtt - r : r - srtt;
      rttvar = (3 * rttvar + error) / 4;
      srtt = std::max((7 * srtt + r) / 8, clock::Duration{1});
    }
    rto = std::clamp(srtt + std::max(config.clock_granularity, 4 * rttvar), config.rto_min,
                     std::max(config.rto_min, config.rto_max));
    backoff = 0;
  }

  void back_off(const Config& config) {  // RFC 6298, 5.5
    rto = std::min(2 * rto, std::max(config.rto_min, config.rto_max));
    ++backoff;
  }

  // Plain data: srtt is zero until there was a sample.
  clock::Duration rto{}, srtt{}, rttvar{};
  int backoff = 0;
};

}  // namespace harness::engine
