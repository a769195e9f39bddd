#pragma once

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
  SecondSegment,  // For two full segments.
  Challenge,      // For what was not acceptable.
  Reset,          // For what belongs to no connection.
  SynAck,
  Retransmission,
  Probe,  // Of a zero window.
  Fin,    // After CLOSE.
  Data,   // Written, and nothing keeps it back.
};
inline constexpr std::size_t kDebts = 10;

struct Obligation {
  Time latest = kNoTime;                   // kNoTime: nothing is owed.
  std::uint32_t cause = event::kNoRecord;  // The record that brought it about.
  std::uint16_t rule = 0;
  std::uint16_t should = 0;  // Not to meet it is no violation, but NonStrict.

  bool owed() const { return latest != kNoTime; }
  Id id() const { return static_cast<Id>(rule); }
  friend bool operator==(const Obligation&, const Obligation&) = default;
};

}  // namespace harness::model
