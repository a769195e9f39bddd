#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "harness/event/record.h"
#include "harness/model/quantities.h"
#include "harness/model/rule_id.h"

namespace harness::model {

// What the target owes, one place for each kind: a newer one of a kind joins the older, whose
// deadline stays.
enum class Debt : std::uint8_t {
  Ack,            // Of data or a FIN, which may be delayed.
  DuplicateAck,   // For data out of order.
  SecondSegment,  // For two full segments, or for one that fills a gap.
  Challenge,      // For what was not acceptable.
  Reset,          // For what belongs to no connection.
  SynAck,
  Retransmission,
  FirstProbe,  // Of a window that has just closed ...
  Probe,       // ... and of one that stays so.
  Fin,         // After CLOSE.
  Data,        // Written, and nothing keeps it back.
  KeepAlive,   // Switched on, and nothing has come for so long.
  Word,        // To an application that waits in a call.
};
inline constexpr std::size_t kDebts = 13;

struct Obligation {
  Time latest = kNoTime;                   // kNoTime: nothing is owed.
  std::uint32_t cause = event::kNoRecord;  // The record that brought it about.
  Id rule{};
  bool should = false;  // Not to meet it is no violation, but NonStrict.

  bool owed() const { return latest != kNoTime; }
  Id id() const { return rule; }
};

// All debts of one hypothesis, without the gaps an array of Obligation would have.
class Obligations {
 public:
  Obligations() {
    latest_.fill(kNoTime);
    cause_.fill(event::kNoRecord);
  }

  Obligation operator[](Debt debt) const {
    const auto n = static_cast<std::size_t>(debt);
    return {latest_[n], cause_[n], rule_[n], (should_ >> n & 1) != 0};
  }
  bool owed(Debt debt) const { return (owed_ >> static_cast<unsigned>(debt) & 1) != 0; }
  bool owed(Id rule) const {
    for (unsigned left = owed_; left != 0; left &= left - 1) {
      if (rule_[static_cast<std::size_t>(std::countr_zero(left))] == rule) return true;
    }
    return false;
  }
  Time earliest() const {
    Time found = kNoTime;
    for (unsigned left = owed_; left != 0; left &= left - 1) {
      found = std::min(found, latest_[static_cast<std::size_t>(std::countr_zero(left))]);
    }
    return found;
  }

  void set(Debt debt, const Obligation& to) {
    const auto n = static_cast<std::size_t>(debt);
    latest_[n] = to.latest;
    cause_[n] = to.cause;
    rule_[n] = to.rule;
    should_ = static_cast<std::uint16_t>((should_ & ~(1u << n)) | unsigned{to.should} << n);
    owed_ = static_cast<std::uint16_t>((owed_ & ~(1u << n)) | unsigned{to.owed()} << n);
  }
  void clear(Debt debt) {
    if (owed(debt)) set(debt, Obligation{});
  }

  friend bool operator==(const Obligations&, const Obligations&) = default;

 private:
  std::array<Time, kDebts> latest_;
  std::array<std::uint32_t, kDebts> cause_;
  std::array<Id, kDebts> rule_{};
  std::uint16_t should_ = 0, owed_ = 0;  // Bit n: the n-th is a SHOULD; is owed.
};

}  // namespace harness::model
