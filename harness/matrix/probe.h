#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "harness/wire/flags.h"

namespace harness::matrix {

// The numbers of a connection as its TCP has them just before the probe, as on the wire.
struct Numbers {
  std::uint32_t rcv_nxt = 0, irs = 0, snd_una = 0, snd_nxt = 0;
  std::uint32_t rcv_wnd = 0;         // Octets.
  std::optional<std::uint32_t> iss;  // Nothing when there is no connection yet.
};

// What a number of a probe is counted from.
enum class Anchor : std::uint8_t {
  Zero,
  RcvNxt,
  RightEdge,  // RCV.NXT + RCV.WND
  Irs,
  SndUna,
  SndNxt,
};

struct Place {
  Anchor anchor = Anchor::Zero;
  std::int32_t offset = 0;
};
std::uint32_t number(const Place&, const Numbers&);

// One segment that is put to every state. It has no options, and its window field is kProbeWindow.
struct Probe {
  std::string_view name;
  Place seq, ack;  // `ack` is written with and without the ACK bit.
  wire::Flags flags{};
  std::uint16_t octets = 0;  // Of payload.
  std::uint16_t urgent = 0;
};
inline constexpr std::uint16_t kProbeWindow = 65'535;

std::span<const Probe> probes();  // 53 of them, in the order in which they are shown.

}  // namespace harness::matrix
