#include "harness/engine/stack.h"

#include "harness/engine/arrival.h"
#include "harness/engine/calls.h"
#include "harness/engine/host.h"
#include "harness/engine/timers.h"

namespace harness::engine {

Stack::Stack(const Config& config, base::Rng secret)
    : host_(std::make_unique<Host>(config, secret)) {}
Stack::~Stack() = default;
Stack::Stack(Stack&&) noexcept = default;
Stack& Stack::operator=(Stack&&) noexcept = default;

void Stack::step(clock::Instant now, event::Span datagram, Out& out) {
  Step step{*host_, now, out};
  arrive(step, datagram);
}

void Stack::step(clock::Instant now, const event::Call& call, Out& out) {
  Step step{*host_, now, out};
  answer(step, call);
}

void Stack::step(clock::Instant now, Out& out) {
  Step step{*host_, now, out};
  fire_timers(step);
}

bool Stack::due(clock::Instant now) const {
  const TimerHeap& timers = host_->timers;
  // What the heap says is never too late: mostly there is nothing to look into.
  if (timers.empty() || timers.top().at > now) return false;
  return host_->earliest() != nullptr && timers.top().at <= now;
}

std::optional<clock::Instant> Stack::next_deadline() const {
  if (host_->earliest() == nullptr) return std::nullopt;
  return host_->timers.top().at;  // Which it has just seen to.
}

}  // namespace harness::engine
