#pragma once

#include <algorithm>
#include <cstdint>

namespace harness::engine {

// Slow start, congestion avoidance (RFC 5681, 3.1) and the window of fast recovery (RFC 6582, 3.2).
// Octets.
struct Congestion {
  std::uint32_t window = 0;     // cwnd
  std::uint32_t threshold = 0;  // ssthresh
  std::uint32_t counted = 0;    // Acknowledged since the window last grew by a segment.

  // RFC 6928, 2: min(10 MSS, max(2 MSS, 14,600)); RFC 5681, 3.1: one MSS when the SYN was lost.
  static std::uint32_t initial(std::uint32_t mss, std::uint32_t segments) {
    return std::min(segments * mss, std::max(2 * mss, segments * 1460));
  }
  void start(std::uint32_t mss, std::uint32_t segments, bool syn_lost) {
    window = syn_lost ? mss : initial(mss, segments);
    threshold = kMost;  // "Arbitrarily high".
  }
  bool slow_start() const { return window < threshold; }
  // An ACK of new data: equation 2; or a segment for each window that was acknowledged.
  void acknowledged(std::uint32_t octets, std::uint32_t mss) {
    if (slow_start()) {
      window = std::min(window + std::min(octets, mss), kMost);
      return;
    }
    counted += std::min(octets, kMost);
    if (counted < window) return;
    counted -= window;
    counted = std::min(counted, window);
    window = std::min(window + mss, kMost);
  }
  // The retransmission timer fired (RFC 5681, equation 4); the threshold holds when the segment
  // had been sent again before.
  void timed_out(std::uint32_t flight, std::uint32_t mss, bool first) {
    if (first) threshold = std::max(flight / 2, 2 * mss);
    window = mss;
    counted = 0;
  }
  // The third duplicate ACK; each one after it stands for a segment that has left the network.
  void lose(std::uint32_t flight, std::uint32_t mss) {
    threshold = std::max(flight / 2, 2 * mss);
    window = threshold + 3 * mss;
    counted = 0;
  }
  void inflate(std::uint32_t mss) { window = std::min(window + mss, kMost); }
  void acknowledged_in_part(std::uint32_t octets, std::uint32_t mss) {
    window -= std::min(octets, window);
    if (octets >= mss) window += mss;
    window = std::max(window, mss);
  }
  void recovered(std::uint32_t flight, std::uint32_t mss) {
    window = std::min(threshold, std::max(flight, mss) + mss);
  }
  // Nothing was sent for longer than the RTO (RFC 5681, 4.1).
  void restart(std::uint32_t mss, std::uint32_t segments) {
    window = std::min(window, initial(mss, segments));
  }

 private:
  static constexpr std::uint32_t kMost = 1u << 30;
};

}  // namespace harness::engine
