#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace harness::base {

// Which character of UTF-8 text an octet belongs to, or is just behind; both count from 1.
inline std::size_t column_of(std::string_view text, std::size_t octet) {
  const auto before = text.substr(0, octet - 1);
  return 1 + static_cast<std::size_t>(std::ranges::count_if(before, [](char c) {
           return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // The first octet of each.
         }));
}

}  // namespace harness::base
