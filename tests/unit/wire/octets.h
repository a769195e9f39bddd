#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"

// Octets as tests write them down: hex digits.
namespace harness::wire {

inline base::Bytes octets(std::string_view hex) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  base::Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(value(hex[i]) << 4 | value(hex[i + 1])));
  }
  return bytes;
}

inline std::string hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::byte b : bytes) {
    text += kDigits[std::to_integer<unsigned>(b) >> 4];
    text += kDigits[std::to_integer<unsigned>(b) & 15];
  }
  return text;
}

}  // namespace harness::wire
