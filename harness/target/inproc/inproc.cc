#include "harness/target/inproc/inproc.h"

#include <sys/socket.h>

#include <utility>

#include "harness/engine/out.h"
#include "harness/engine/settings.h"

namespace harness::target::inproc {
namespace {

engine::Config at_home(engine::Config config, const Host& host) {
  config.addresses = {host.local};
  config.mtu = host.mtu;
  return config;
}

}  // namespace

InprocTarget::InprocTarget(engine::Config config, const Host& host, std::string settings)
    : clock_(host.clock ? host.clock : std::make_shared<clock::VirtualClock>()),
      virtual_clock_(dynamic_cast<const clock::VirtualClock*>(clock_.get())),
      stack_(at_home(std::move(config), host), host.rng.fork("engine")),
      settings_(std::move(settings)),
      mapped_(host.mapped) {}

std::string_view InprocTarget::version() const { return LASTACK_VERSION; }

bool InprocTarget::can(Capability capability) const { return capability != Capability::Shell; }

bool InprocTarget::understands(std::string_view sysctl) const {
  return engine::understands(sysctl);
}

template <class... Input>
void InprocTarget::step(clock::Instant now, std::uint32_t cause, event::Trace& trace,
                        const Input&... input) {
  engine::Out out{trace, now, cause};
  stack_.step(now, input..., out);
}

void InprocTarget::submit(const Stimulus& stimulus, event::Trace& trace) {
  const auto now = this->now();
  if (const auto* packet = std::get_if<event::Packet>(&stimulus)) {
    const auto record = trace.append_packet(event::Kind::Packet, now, *packet, packet->id);
    step(now, record, trace, trace.body(packet->body));
  } else {
    const auto record = trace.append({.at = now}, std::get<event::Call>(stimulus));
    // The call as the trace keeps it: its spans outlive the caller's.
    auto call = trace.call(trace[record]);
    // The engine's sockets are of the family their datagrams are; this is all that mapping changes.
    const bool mapped = mapped_ && call.op == event::Op::Socket && call.args[0] == AF_INET6;
    if (mapped) call.args[0] = AF_INET;
    step(now, record, trace, call);
  }
}

void InprocTarget::collect(event::Trace& trace) {
  const auto now = this->now();
  if (stack_.due(now)) step(now, event::kNoRecord, trace);
}

clock::Instant InprocTarget::wait(clock::Instant until) {
  clock_->wait_until(until);
  return now();
}

std::unique_ptr<Target> make(const Host& host) {
  return std::make_unique<InprocTarget>(engine::Config{}, host);
}

std::expected<Factory, std::string> configured(std::string_view settings) {
  const auto config = engine::configured(settings);
  if (!config) return std::unexpected(config.error());
  return [config = *config, chosen = std::string{settings}](const Host& host) {
    return std::make_unique<InprocTarget>(config, host, chosen);
  };
}

}  // namespace harness::target::inproc
