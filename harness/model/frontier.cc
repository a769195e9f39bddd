#include "harness/model/frontier.h"

#include <algorithm>

#include "harness/model/join.h"

namespace harness::model {

void Frontier::keep_common(Findings& findings, std::uint8_t held, std::uint8_t lapses) {
  std::uint8_t kept = 0;
  for (std::uint8_t i = 0; i < lapses; ++i) {
    const bool common = std::any_of(
        findings.lapses.begin() + lapses, findings.lapses.begin() + findings.lapse_count,
        [&](const Miss& miss) { return miss.id == findings.lapses[i].id; });
    if (common) findings.lapses[kept++] = findings.lapses[i];
  }
  findings.lapse_count = kept;
  findings.held_count = held;
}

void Frontier::drop(std::size_t index) {
  for (std::size_t i = index + 1; i < size_; ++i) items_[i - 1] = items_[i];
  --size_;
}

// Readings that differ least in what matters become one that allows what either does: the latest
// two that can.
bool Frontier::narrow(bool at_any_price) {
  for (std::size_t other = size_; other-- > 1;) {
    for (std::size_t into = other; into-- > 0;) {
      if (!join(items_[into], items_[other], at_any_price)) continue;
      drop(other);
      return true;
    }
  }
  return false;
}

bool Frontier::merge(Judgement& j, std::size_t alive) {
  size_ = alive;
  for (std::size_t i = 0; i < j.findings.fork_count; ++i) {
    if (size_ == kMost && !narrow() && !narrow(true)) {
      overflowed_ = true;
      break;
    }
    items_[size_] = j.findings.forks[i];
    expect(items_[size_], j);
    ++size_;
  }
  if (j.findings.overflow) overflowed_ = true;
  for (std::size_t i = 1; i < size_;) {
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(items_.begin(), end, items_[i]) != end) {
      drop(i);
    } else {
      ++i;
    }
  }
  while (size_ > kWide && narrow()) {
  }
  return size_ > 0;
}

}  // namespace harness::model
