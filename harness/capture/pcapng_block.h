#pragma once

#include <cstdint>

// Numbers of pcapng that writer and reader share.
namespace harness::capture {
namespace block {

inline constexpr std::uint32_t kSection = 0x0A0D0D0A, kInterface = 1, kSimplePacket = 3,
                               kEnhancedPacket = 6;
inline constexpr std::uint32_t kByteOrder = 0x1A2B'3C4D, kByteOrderSwapped = 0x4D3C'2B1A;

// Options: any block's, then those of an interface and of an enhanced packet.
inline constexpr std::uint16_t kEnd = 0, kComment = 1, kApplication = 4;
inline constexpr std::uint16_t kName = 2, kResolution = 9, kOffset = 14;
inline constexpr std::uint16_t kFlags = 2;

}  // namespace block
}  // namespace harness::capture
