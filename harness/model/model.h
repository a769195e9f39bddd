#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/event/trace.h"
#include "harness/model/application.h"
#include "harness/model/assumptions.h"
#include "harness/model/connection_table.h"
#include "harness/model/icmp.h"
#include "harness/model/judgement.h"
#include "harness/model/rule_id.h"
#include "harness/model/violation.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::model {

// Reads a trace record by record, and asks of each whether some reading of the RFCs allows it. It
// sees what passes the target's own edge, the calls of its application, and time.
class Model {
 public:
  explicit Model(const Assumptions&);

  // Another run: as new, but with its room kept.
  void clear(const Assumptions&);

  // False: nothing explains this record. Its connection is not judged any further.
  bool step(const event::Trace&, std::uint32_t record);
  // The trace is over: what was due is missed, and what is still due is open.
  void finish(const event::Trace&);

  const std::vector<Violation>& violations() const { return violations_; }
  // What is still due when the trace is over, whatever reading is true.
  const std::vector<Awaited>& awaited() const { return awaited_; }
  // How often each requirement was at stake, in the order of rules::catalogue().
  std::span<const std::uint32_t> exercised() const { return exercised_; }
  std::span<const std::uint32_t> held() const { return held_; }
  std::span<const std::uint32_t> violated() const { return violated_; }
  std::span<const std::uint32_t> open() const { return open_; }
  // Connections that went beyond what the model can tell: their verdict is Inconclusive.
  std::uint32_t undecided() const { return undecided_; }
  std::size_t widest_frontier() const { return widest_; }

  // What is believed of a connection just now; nothing when it was never seen.
  std::span<const Hypothesis> beliefs(const wire::FourTuple&);
  // The states of RFC 9293, 3.3.2, it may be in at this instant: bit n for TcpState n. None when it
  // was never seen, or is not judged any further.
  std::uint16_t states(const wire::FourTuple&, clock::Instant);

 private:
  bool packet(const event::Trace&, const event::Record&, std::uint32_t record);
  bool arrival(Entry&, Judgement&, const wire::DatagramView&, const wire::SegmentView&);
  bool emission(Entry&, Judgement&, const wire::DatagramView&, const wire::SegmentView&,
                std::uint16_t gso_size);
  void error(const event::Record&, std::uint32_t record, const Report&);
  bool reply(const event::Trace&, const event::Record&, std::uint32_t record);
  void call_nameless(Moment, std::uint32_t index, bool aborts);
  void call(const event::Trace&, const event::Record&, std::uint32_t record);
  bool pass_time(Time now, Time until, std::uint32_t record);
  void kept(Id id, std::uint32_t times = 1) {
    const auto n = row(id);
    exercised_[n] += times;
    held_[n] += times;
  }
  std::size_t row(Id id) const { return rows_[static_cast<std::size_t>(id)]; }
  bool conclude(Entry&, Judgement&, bool alive);
  Judgement judgement(Connection&, Moment, std::uint32_t record);
  void look_up_listener(Judgement&);
  Entry& entry(const wire::FourTuple&);

  const std::uint16_t* rows_ = rows().data();
  Assumptions assume_;
  Application application_;
  ConnectionTable connections_;
  Findings findings_{};
  Time next_due_ = kNoTime;
  std::vector<Violation> violations_;
  std::vector<Awaited> awaited_;
  std::vector<std::uint32_t> exercised_, held_, violated_, open_;
  std::uint32_t undecided_ = 0;
  std::uint32_t plain_ = 0, optioned_ = 0;  // Emissions without SYN, and with options.
  std::size_t widest_ = 1;
};

}  // namespace harness::model
