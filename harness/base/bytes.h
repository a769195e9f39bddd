#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace harness::base {

using Bytes = std::vector<std::byte>;

// Big-endian integers at any alignment, as every header on the wire holds them.
// The caller has checked that the octets are there.
inline std::uint8_t load8(const std::byte* at) { return std::to_integer<std::uint8_t>(*at); }

inline std::uint16_t load16(const std::byte* at) {
  std::uint16_t raw;
  std::memcpy(&raw, at, sizeof raw);
  if constexpr (std::endian::native == std::endian::little) raw = __builtin_bswap16(raw);
  return raw;
}

inline std::uint32_t load32(const std::byte* at) {
  std::uint32_t raw;
  std::memcpy(&raw, at, sizeof raw);
  if constexpr (std::endian::native == std::endian::little) raw = __builtin_bswap32(raw);
  return raw;
}

inline std::uint64_t load64(const std::byte* at) {
  return std::uint64_t{load32(at)} << 32 | load32(at + 4);
}

inline void store8(std::byte* at, std::uint8_t value) { *at = std::byte{value}; }

inline void store16(std::byte* at, std::uint16_t value) {
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap16(value);
  std::memcpy(at, &value, sizeof value);
}

inline void store32(std::byte* at, std::uint32_t value) {
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap32(value);
  std::memcpy(at, &value, sizeof value);
}

inline void store64(std::byte* at, std::uint64_t value) {
  store32(at, static_cast<std::uint32_t>(value >> 32));
  store32(at + 4, static_cast<std::uint32_t>(value));
}

inline std::span<const std::byte> as_bytes(std::span<const char> text) {
  return std::as_bytes(text);
}

}  // namespace harness::base
