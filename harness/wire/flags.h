#pragma once

#include <cstdint>

namespace harness::wire {

// The control bits of a TCP header (RFC 9293, 3.1; AE: RFC 9768), in the header's own places.
struct Flags {
  std::uint16_t bits = 0;

  constexpr bool has(Flags all) const { return (bits & all.bits) == all.bits; }
  constexpr bool any(Flags some) const { return (bits & some.bits) != 0; }
  constexpr bool fin() const { return (bits & 0x001) != 0; }
  constexpr bool syn() const { return (bits & 0x002) != 0; }
  constexpr bool rst() const { return (bits & 0x004) != 0; }
  constexpr bool psh() const { return (bits & 0x008) != 0; }
  constexpr bool ack() const { return (bits & 0x010) != 0; }
  constexpr bool urg() const { return (bits & 0x020) != 0; }
  constexpr bool ece() const { return (bits & 0x040) != 0; }
  constexpr bool cwr() const { return (bits & 0x080) != 0; }
  constexpr bool ae() const { return (bits & 0x100) != 0; }

  friend constexpr bool operator==(Flags, Flags) = default;
  friend constexpr Flags operator|(Flags a, Flags b) {
    return {static_cast<std::uint16_t>(a.bits | b.bits)};
  }
  friend constexpr Flags operator&(Flags a, Flags b) {
    return {static_cast<std::uint16_t>(a.bits & b.bits)};
  }
  constexpr Flags& operator|=(Flags other) { return *this = *this | other; }
};

inline constexpr Flags kFin{0x001}, kSyn{0x002}, kRst{0x004}, kPsh{0x008}, kAck{0x010}, kUrg{0x020},
    kEce{0x040}, kCwr{0x080}, kAe{0x100};

}  // namespace harness::wire
