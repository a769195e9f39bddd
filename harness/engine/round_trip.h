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
    if (!measured) {
      srtt = r;
      rttvar = r / 2;
      measured = true;
    } else {
      const clock::Duration error = srtt > r ? srtt - r : r - srtt;
      rttvar = (3 * rttvar + error) / 4;
      srtt = (7 * srtt + r) / 8;
    }
    rto = std::clamp(srtt + std::max(config.clock_granularity, 4 * rttvar), config.rto_min,
                     std::max(config.rto_min, config.rto_max));
    backoff = 0;
  }

  void back_off(const Config& config) {  // RFC 6298, 5.5
    rto = std::min(2 * rto, std::max(config.rto_min, config.rto_max));
    ++backoff;
  }

  clock::Duration rto{}, srtt{}, rttvar{};
  bool measured = false;
  int backoff = 0;
};

}  // namespace harness::engine
