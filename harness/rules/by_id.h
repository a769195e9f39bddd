#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace harness::rules {

// Row numbers in the order of their ids, made by the compiler: the table stays in the reader's
// order, and a lookup is a binary search that allocates nothing.
template <class Row, std::size_t N>
constexpr std::array<std::uint16_t, N> order_by_id(const Row (&rows)[N]) {
  static_assert(N <= 0xFFFF);
  std::array<std::uint16_t, N> order{};
  for (std::size_t i = 0; i < N; ++i) order[i] = static_cast<std::uint16_t>(i);
  std::sort(order.begin(), order.end(),
            [&](std::uint16_t a, std::uint16_t b) { return rows[a].id < rows[b].id; });
  return order;
}

template <class Row, std::size_t N>
constexpr bool ids_are_unique(const Row (&rows)[N], const std::array<std::uint16_t, N>& order) {
  for (std::size_t i = 1; i < N; ++i) {
    if (rows[order[i - 1]].id == rows[order[i]].id) return false;
  }
  return true;
}

// The row of exactly this id, or null.
template <class Row>
constexpr const Row* find_by_id(std::span<const Row> rows, std::span<const std::uint16_t> order,
                                std::string_view id) {
  const auto found = std::lower_bound(
      order.begin(), order.end(), id,
      [&](std::uint16_t row, std::string_view want) { return rows[row].id < want; });
  return found != order.end() && rows[*found].id == id ? &rows[*found] : nullptr;
}

}  // namespace harness::rules
