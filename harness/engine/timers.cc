#include "harness/engine/timers.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "harness/engine/calls.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

void on_keep_alive(Step& step, Connection& c) {
  if (step.broken(Defect::KeepAliveNever)) return;
  const SocketOptions& options = c.options;
  // MUST-26: only while nothing is outstanding.
  if (c.outstanding() || c.waiting()) {
    return step.host.set(c, Timer::KeepAlive, step.now + options.keep_alive_idle);
  }
  const std::uint32_t count = step.broken(Defect::KeepAliveHasty) ? 1 : options.keep_alive_count;
  if (static_cast<std::uint32_t>(c.probes) >= count) {
    return abort(step, c, ETIMEDOUT);
  }
  ++c.probes;
  emit(step, c, c.snd_nxt - 1, wire::kAck);  // SHLD-12: no data.
  step.host.set(c, Timer::KeepAlive, step.now + options.keep_alive_interval);
}

void on_linger(Step& step, Connection& c) {
  // The connection goes on without its application.
  if (c.lingering) step.out.reply({.id = *c.lingering});
  c.lingering.reset();
}

void fire(Step& step, Connection& c, Timer timer) {
  switch (timer) {
    case Timer::Send:
      return on_send_timer(step, c);
    case Timer::DelayedAck:
      return emit_ack(step, c);
    case Timer::KeepAlive:
      return on_keep_alive(step, c);
    case Timer::Close:
      return finish(step, c, 0);
    case Timer::Linger:
      return on_linger(step, c);
    case Timer::UserTimeout:
      return finish(step, c, ETIMEDOUT);  // 3.10.8
  }
}

}  // namespace

void fire_timers(Step& step) {
  while (Connection* const c = step.host.earliest()) {
    if (step.host.timers.top().at > step.now) return;
    for (std::size_t i = 0; i < kTimers && c->state != TcpState::Closed; ++i) {
      if (c->deadlines[i] > step.now) continue;
      c->deadlines[i] = clock::kNever;
      fire(step, *c, static_cast<Timer>(i));
    }
  }
}

void start_keep_alive(Step& step, Connection& c) {
  c.last_heard = step.now;
  if (step.broken(Defect::KeepAliveUnasked)) {
    c.options.keep_alive_idle = std::chrono::seconds{1};
  } else if (!c.options.keep_alive) {
    return;
  }
  step.host.set(c, Timer::KeepAlive, step.now + c.options.keep_alive_idle);
}

void heard(Step& step, Connection& c) {
  c.last_heard = step.now;
  c.probes = 0;
  if (c.deadline(Timer::KeepAlive) != clock::kNever) {
    step.host.set(c, Timer::KeepAlive, step.now + c.options.keep_alive_idle);
  }
}

void enter_time_wait(Step& step, Connection& c) {
  c.state = TcpState::TimeWait;
  c.deadlines = no_deadlines();
  c.send_timer = SendTimer::Off;
  const clock::Duration wait = step.broken(Defect::TimeWaitShort)
                                   ? clock::Duration{std::chrono::seconds{1}}
                                   : 2 * step.host.config.msl;  // MUST-13
  step.host.set(c, Timer::Close, step.now + wait);
}

}  // namespace harness::engine
