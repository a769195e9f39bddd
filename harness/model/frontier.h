#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "harness/model/hypothesis.h"
#include "harness/model/judgement.h"
#include "harness/model/timers.h"

namespace harness::model {

// Every reading that explains one connection so far. An event turns each into its successors; equal
// ones become one. Empty: nothing explains it, which is a violation.
class Frontier {
 public:
  static constexpr std::size_t kMost = 8;
  // More than these are made fewer where they can be joined: less is told apart then, but no
  // reading is lost.
  static constexpr std::size_t kWide = 4;

  Frontier() : size_(1) {}

  // As new; what lies behind the first is nobody's.
  void clear() {
    items_[0] = Hypothesis{};
    size_ = 1;
    last_.record = 0;
    overflowed_ = false;
  }

  std::span<const Hypothesis> hypotheses() const { return {items_.data(), size_}; }
  std::span<Hypothesis> hypotheses() { return {items_.data(), size_}; }
  bool overflowed() const { return overflowed_; }

  // `judge(h, j)` for each; false when none is left. One with a single successor steps in place.
  template <class Judge>
  bool step(Judgement& j, Judge&& judge) {
    Findings& findings = j.findings;
    findings.fork_count = findings.held_count = findings.lapse_count = 0;
    findings.overflow = false;
    findings.states = 0;
    std::size_t alive = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const auto held = findings.held_count, lapses = findings.lapse_count;
      j.first = alive == 0;
      if (!judge(items_[i], j)) {
        findings.held_count = held;
        findings.lapse_count = lapses;
        if (i == 0 || items_[i].reopens) findings.nearest = findings.miss;
        if (i == 0 && size_ > 1 && outweighs(items_[i], findings.miss, j)) {
          keep_last(findings.miss, j.record);
        }
        continue;
      }
      expect(items_[i], j);
      if (alive > 0) keep_common(findings, held, lapses);
      if (alive != i) items_[alive] = items_[i];
      ++alive;
    }
    if (alive == 0) findings.miss = findings.nearest;
    // What was believed most had come to its end so, and nothing has come since, nor is it what
    // came then that was not answered.
    const bool before = last_.record != 0 && last_.record != j.record;
    const auto came = j.facts.last_arrived + (findings.miss.late ? 1 : 0);
    if (alive == 0 && before && last_.record >= came) findings.miss = last_.miss;
    if (findings.fork_count == 0 && alive == 1) {
      size_ = 1;
      return true;
    }
    return merge(j, alive);
  }

  Time next_deadline() const {
    Time next = kNoTime;
    for (const auto& h : hypotheses()) next = std::min(next, model::next_deadline(h));
    return next;
  }

 private:
  // Of several readings the kindest counts: a SHOULD is broken only where all break it.
  static void keep_common(Findings&, std::uint8_t held, std::uint8_t lapses);
  bool merge(Judgement&, std::size_t alive);
  bool narrow(bool at_any_price = false);
  void drop(std::size_t index);

  // It missed a deadline; or nothing but a race speaks for those that are left.
  static bool outweighs(const Hypothesis& h, const Miss& miss, const Judgement& j) {
    return miss.late || (h.phase == Phase::Synchronized && j.racing());
  }
  // What the reading that was the first has missed, when it came to its end.
  struct Last {
    Miss miss{};
    std::uint32_t record = 0;
  };
  [[gnu::cold, gnu::noinline]] void keep_last(const Miss& miss, std::uint32_t record) {
    last_ = {miss, record};
  }

  std::array<Hypothesis, kMost> items_{};
  Last last_{};
  std::size_t size_;
  bool overflowed_ = false;
};

}  // namespace harness::model
