#pragma once

#include <algorithm>
#include <cstdint>

namespace harness::engine {

// Slow start and congestion avoidance (RFC 5681, 3.1). Octets.
struct Congestion {
  std::uint32_t window = 0;     // cwnd
  std::uint32_t threshold = 0;  // ssthresh

  // RFC 6928, 2: min(10 MSS, max(2 MSS, 14,600)); RFC 5681, 3.1: one MSS when the SYN was lost.
  void start(std::uint32_t mss, std::uint32_t segments, bool syn_lost) {
    window = syn_lost ? mss : std::min(segments * mss, std::max(2 * mss, segments * 1460));
    threshold = kMost;  // "Arbitrarily high".
  }

  // An ACK of new data (RFC 5681, equations 2 and 3).
  void acknowledged(std::uint32_t octets, std::uint32_t mss) {
    const std::uint32_t step =
        window < threshold
            ? std::min(octets, mss)
            : std::max(1u, static_cast<std::uint32_t>(std::uint64_t{mss} * mss / window));
    window = std::min(window + step, kMost);
  }

  // The retransmission timer fired (RFC 5681, equation 4); the threshold holds when the segment
  // had been sent again before.
  void timed_out(std::uint32_t flight, std::uint32_t mss, bool first) {
    if (first) threshold = std::max(flight / 2, 2 * mss);
    window = mss;
  }

 private:
  static constexpr std::uint32_t kMost = 1u << 30;
};

}  // namespace harness::engine
