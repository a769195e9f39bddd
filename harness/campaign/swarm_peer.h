#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/rng.h"
#include "harness/campaign/draft.h"
#include "harness/campaign/strand.h"
#include "harness/campaign/swarm_plan.h"
#include "harness/event/call.h"
#include "harness/scenario/peer.h"
#include "harness/target/target.h"
#include "harness/wire/ip_address.h"

namespace harness::campaign {

// Holds one random conversation with a target: is its peer, and decides what its application does.
// Mostly both do what makes sense, so that connections open, carry data both ways and close; in
// between they do what no sane one would. What it does follows from its draws and from what it
// sees, nothing else.
class SwarmPeer final : public scenario::Peer {
 public:
  explicit SwarmPeer(const SwarmTaste& taste) : taste_(taste) {}

  // Another conversation; what was allocated is kept. `plan` outlives it.
  void begin(const SwarmPlan& plan, const target::Host&, base::Rng);

  void see(const event::Trace&, std::uint32_t record) override;
  std::optional<target::Stimulus> act(clock::Instant now, event::Trace&) override;
  std::optional<clock::Instant> next_deadline() const override;
  bool done() const override { return steps_left_ == 0; }

  // The states the target said it was in: bit n for the TcpState n.
  std::uint32_t states() const { return states_; }

 private:
  using Stimulus = std::optional<target::Stimulus>;
  static constexpr std::size_t kMostStrands = 3;
  static constexpr wire::Port kTargetPort = 8080;

  // A call without a reply yet.
  struct Asked {
    std::uint32_t id = 0;
    event::Op op{};
    std::size_t strand = kMostStrands;  // None: the listener's.
  };

  Stimulus step(clock::Instant now, event::Trace&);
  Stimulus sensible(Strand&);
  Stimulus opening(Strand&);
  Stimulus talk(Strand&);
  Stimulus close_down(Strand&);
  Stimulus afterwards(Strand&);

  // What the peer does; the segment is laid by act().
  Stimulus segment(Strand&, const Draft&, bool sent = true);
  Stimulus send_syn(Strand&);
  Stimulus send_data(Strand&);
  Stimulus send_fin(Strand&);
  Stimulus send_ack(Strand&);
  Stimulus send_again(Strand&);
  Stimulus wait();
  Stimulus rest(std::uint32_t least, std::uint32_t most);

  // A step of a spell (swarm_spell.cc).
  void begin_spell(Strand&);
  Stimulus go_on(Strand&);
  Stimulus keep_alive(Strand&);
  Stimulus challenge(Strand&);
  Stimulus repeat_ack(Strand&);
  Stimulus be_deaf(Strand&);
  Stimulus send_urgent(Strand&);
  Stimulus write_urgent(Strand&);
  Stimulus be_narrow(Strand&);
  Stimulus rest_a_month(Strand&);
  Draft urgent_segment(Strand&);
  void then_at(clock::Duration);

  // What the application does (swarm_calls.cc). Nothing: it cannot.
  Stimulus set_first_isn();
  Stimulus set_up_listener();
  Stimulus set_up_socket(Strand&);
  Stimulus set_option(std::size_t strand, std::int32_t fd);
  Stimulus set_option(std::size_t strand, std::int32_t fd, std::int64_t level, std::int64_t name,
                      std::int64_t value);
  Stimulus accept(Strand&);
  Stimulus write(Strand&);
  Stimulus write(Strand&, std::size_t octets, std::int64_t flags);
  Stimulus read(Strand&);
  Stimulus read(Strand&, std::int64_t octets, std::int64_t flags);
  Stimulus poll(Strand&);
  Stimulus shut_down(Strand&);
  Stimulus close(Strand&);
  Stimulus status(Strand&);
  Stimulus ask(event::Call, std::size_t strand);
  void answered(const event::Trace&, const event::Reply&, const Asked&);

  std::span<Strand> strands() { return {strands_.data(), plan_->strands}; }
  std::size_t index_of(const Strand& s) const {
    return static_cast<std::size_t>(&s - strands_.data());
  }

  const SwarmTaste taste_;
  const SwarmPlan* plan_ = nullptr;
  target::Host host_{};
  base::Rng rng_{0};
  clock::Instant now_{}, next_at_{};
  event::Trace* trace_ = nullptr;  // While act() runs.
  std::uint32_t steps_left_ = 0, states_ = 0;
  std::array<Strand, kMostStrands> strands_{};

  std::int32_t listener_ = -1;
  std::uint8_t listener_set_up_ = 0;
  bool listening_ = false, accepting_ = false, numbered_ = false;
  std::uint32_t next_call_ = 1;
  std::vector<Asked> asked_;
  // Of the call being made: a name or an option's value; what is written.
  std::vector<std::byte> words_, data_;
  std::string text_;  // Of the call being made, too.
};

}  // namespace harness::campaign
