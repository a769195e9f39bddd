#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "harness/scenario/flow.h"
#include "harness/scenario/ir.h"
#include "harness/scenario/peer.h"
#include "harness/scenario/step_clock.h"

namespace harness::scenario {

// Plays a script: sends its `<` lines and makes its calls when their time comes, waits for what
// its `>` lines want, and records every expectation with what it was compared with. It stops at
// the first one that is not met; judging is the oracle's.
class ScriptPeer final : public Peer {
 public:
  // The scenario outlives the peer. `limit`: the instant at which the run ends at the latest.
  ScriptPeer(const Scenario&, const target::Host&, clock::Instant limit);

  void see(const event::Trace&, std::uint32_t record) override;
  std::optional<target::Stimulus> act(clock::Instant now, event::Trace&) override;
  void overhear(const event::Trace&, std::uint32_t record) override;
  void injected(std::uint32_t record, clock::Instant due, event::Trace&) override;
  std::optional<clock::Instant> next_deadline() const override;
  bool done() const override { return finished_; }
  void finish(clock::Instant, event::EndReason, event::Trace&) override;

  // A script that is still being written: its end is no end, more steps may be added to the
  // scenario, and what was not met does not end it either.
  void stay_open() { open_ = true; }
  // The link has faults that the script knows nothing of. What it expects is waited for and goes
  // unjudged: nothing of it is recorded. While it does not come, what was sent since something
  // expected came is sent again, once; then the script goes on as if it had. What the numbers of
  // a connection count from is known from what leaves the target, even if it does not arrive.
  // Behind the last step, what the target sends again is answered with the last segment, a few
  // times; then there is nobody any more.
  void be_patient() { patient_ = true; }
  // All steps there are have been played, or one was not met.
  bool idle() const { return missed_ || next_ == scenario_.steps.size(); }
  bool missed() const { return missed_; }
  // Goes on behind the last step; relative times count from `now`.
  void go_on(clock::Instant now);
  // When the last step was over; the start of the run before any.
  clock::Instant end_of_last() const {
    return times_.started() ? times_.end_of_last() : clock::kStart;
  }
  // The records of the segments that no line has accounted for, which are accounted for now.
  std::vector<std::uint32_t> take_arrivals();
  // The question for a state, as a `state` step asks it; nothing when there is no connection.
  std::optional<event::Call> question(const StateStep&);

 private:
  // A segment that reached us and that no line has accounted for yet.
  struct Arrival {
    std::uint32_t record;
    std::size_t flow;
  };
  // A call on its way: a step's own, or the question for a state.
  struct Asked {
    std::size_t step = 0;
    clock::Instant earliest{}, latest = clock::kNever;  // When it has to be answered ...
    clock::Duration tolerance{};
    clock::Instant give_up = clock::kNever;          // ... and until when we wait for an answer.
    std::int32_t fd = -1;                            // The run's.
    std::optional<std::uint32_t> reply = {};         // Its record.
    std::optional<event::Expectation> on_time = {};  // When it has to be made.
  };
  // A segment on its way to the target, and until when it has to be there.
  struct Sending {
    std::uint32_t body;  // Where it is in the trace's store, which is nobody else's.
    clock::Instant at;
    event::Expectation on_time;
  };
  struct Pieces {
    std::vector<std::uint32_t> records;
    bool complete = false;
  };
  // One answer against what came, and the connection's numbers as they are if this is the answer.
  struct Compared {
    event::Expectation expectation;
    std::vector<std::uint32_t> records;
    std::size_t flow_index;
    Flow flow;
  };
  using Stimulus = std::optional<target::Stimulus>;

  // How long beyond its time we wait for something, so as to say how late it came.
  static constexpr clock::Duration kGrace = std::chrono::seconds{2};
  // What a patient one waits for a segment or an answer until it sends again, and until it goes on
  // without. RFC 6298, 2.1 and
  // 2.4: a second is the time after which a TCP sends again; the target has had two of them.
  static constexpr clock::Duration kSendAgain = std::chrono::seconds{1};
  static constexpr clock::Duration kGoOn = std::chrono::seconds{4};
  static constexpr int kAnswersAfterEnd = 3;

  const Step& step() const { return scenario_.steps[next_]; }
  clock::Instant give_up() const;
  void finish_step(clock::Instant at);
  void note_lateness(clock::Instant now, event::Trace&);
  // That the step at hand is in time; nothing when it is not, or when nothing says what that is.
  std::optional<event::Expectation> in_time(clock::Instant now) const;
  void check_time(event::Expectation, const event::Record&, std::string_view done, event::Trace&);
  event::Expectation wanted(event::Expected, std::size_t step) const;
  void record(const event::Expectation&, clock::Instant now, event::Trace&);

  Stimulus play(const PacketStep&, clock::Instant now, event::Trace&);
  Stimulus play(const CallStep&, clock::Instant now, event::Trace&);
  Stimulus play(const StateStep&, clock::Instant now, event::Trace&);
  Stimulus play(const SilenceStep&, clock::Instant now, event::Trace&);
  Stimulus play(const CommandStep&, clock::Instant now, event::Trace&);
  Stimulus send(const PacketStep&, clock::Instant now, event::Trace&);
  void expect(const PacketStep&, clock::Instant now, event::Trace&);
  void await(const PacketStep&, clock::Instant now, event::Trace&);
  bool is_due(const event::Trace&, const Compared&) const;
  bool comes_as(const PacketStep&, clock::Instant now, event::Trace&);
  clock::Instant overdue() const;
  void answer_again(const event::Trace&, std::uint32_t record);
  void lose_patience(Asked&, clock::Instant now);
  Stimulus again();
  Pieces pieces_for(const PacketStep&, const event::Trace&, std::size_t first = 0);
  Compared compare(const PacketStep&, std::span<const std::uint32_t> records, event::Trace&);
  void accept(const Compared&, clock::Instant now, event::Trace&);
  event::Call call_of(const CallStep&);
  Stimulus ask(event::Call, Asked);
  void settle_calls(clock::Instant now, event::Trace&);
  void settle_call(const Asked&, clock::Instant now, event::Trace&);
  void bind_result(const CallStep&, const Asked&, const event::Reply&);
  void leftovers(clock::Instant now, event::Trace&);

  std::optional<std::size_t> flow_of(const PacketStep&);
  std::size_t flow_between(wire::Port peer, wire::Port target);
  std::int32_t run_fd(std::int32_t script_fd) const;

  const Scenario& scenario_;
  target::Host host_;
  clock::Instant limit_;

  StepClock times_;
  std::size_t next_ = 0;     // The step at hand.
  bool asked_ = false;       // It waits for the reply to its call.
  std::size_t command_ = 0;  // The sysctl of a command that is next.
  bool finished_ = false;
  bool open_ = false, missed_ = false, patient_ = false;

  std::vector<Flow> flows_;
  std::optional<std::size_t> current_;  // The connection under test.
  std::deque<Arrival> arrivals_;
  std::deque<Sending> sendings_;
  std::map<std::int32_t, std::int32_t> fds_;       // The script's to the run's.
  std::map<std::int32_t, std::uint64_t> written_;  // Octets accepted, by the run's fd.
  std::map<std::uint32_t, Asked> calls_;           // Without a reply yet, by Call::id.
  std::uint32_t next_call_ = 1;
  struct Patience {
    clock::Instant begun{};             // When the step at hand was first looked at.
    std::size_t compared = 0;           // With so many arrivals, for nothing.
    bool sent_again = false;            // For this step.
    std::vector<event::Body> since{};   // Sent since something expected came.
    std::deque<event::Body> again{};    // To be sent again now.
    std::optional<event::Body> last{};  // What was sent last.
    int answers_left = kAnswersAfterEnd;
  } patience_;
  base::Bytes data_;  // Of the call being made.
};

}  // namespace harness::scenario
