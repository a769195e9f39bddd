#include <sys/socket.h>

#include <algorithm>

#include "harness/event/stream.h"
#include "harness/scenario/script_peer.h"

// The calls of a script: making them, and settling them when they are answered.

namespace harness::scenario {

using clock::Instant;
using event::Expected;

ScriptPeer::Stimulus ScriptPeer::play(const CallStep& step, Instant now, event::Trace& trace) {
  if (asked_) return std::nullopt;
  note_lateness(now, trace);
  Asked asked{.step = next_, .give_up = std::min(now + kGrace, limit_), .on_time = in_time(now)};
  const auto& when = this->step().when;
  if (when.returns) {
    const Instant returns = times_.earliest() + (*when.returns - when.from);
    const clock::Duration span = *when.returns - when.from;
    asked.tolerance = times_.tolerance_of(span);
    asked.earliest = asked.latest = returns;
    asked.give_up =
        std::min(returns + asked.tolerance + kGrace, limit_ - std::chrono::microseconds{1});
  }
  asked.fd = run_fd(step.fd);
  if (patient_) {
    asked.give_up = now + kSendAgain;
    if (step.fd >= 0 && !fds_.contains(step.fd)) {  // There never was one: accept() waits yet.
      finish_step(now);
      return std::nullopt;
    }
  }
  const auto call = call_of(step);
  if (when.returns) {
    finish_step(now);  // It sleeps; the script goes on.
  } else {
    asked_ = true;
  }
  return ask(call, asked);
}

event::Call ScriptPeer::call_of(const CallStep& step) {
  event::Call call{.fd = run_fd(step.fd), .op = step.op, .args = step.args};
  const auto use = [this](auto octets) { data_.assign(octets.begin(), octets.end()); };
  switch (step.op) {
    case event::Op::Socket:
      current_.reset();  // The connection under test is the new socket's, once it has one.
      if (call.args[0] == AF_UNSPEC) {
        const bool four = host_.local.version() == wire::IpVersion::V4 && !host_.mapped;
        call.args[0] = four ? AF_INET : AF_INET6;
      }
      break;
    case event::Op::Bind:
      use(event::encode(wire::Endpoint{host_.local, scenario_.options.bind_port}));
      break;
    case event::Op::Connect:
      use(event::encode(wire::Endpoint{host_.remote, scenario_.options.connect_port}));
      break;
    case event::Op::Send:
      data_.resize(step.octets);
      event::fill_stream(data_, written_[call.fd], event::kFromApplication);
      break;
    default:
      data_ = step.data;
      break;
  }
  call.data = data_;
  return call;
}

std::optional<event::Call> ScriptPeer::question(const StateStep& state) {
  event::Call call{.op = event::Op::Status};
  auto flow = current_;
  if (state.port) flow = flow_between(*state.port, scenario_.options.bind_port);
  if (state.fd) {
    call.fd = run_fd(*state.fd);
    return call;
  }
  if (!flow) return std::nullopt;
  const auto tuple =
      event::encode(wire::FourTuple{.local = {host_.local, flows_[*flow].target_port()},
                                    .remote = {host_.remote, flows_[*flow].peer_port()}});
  data_.assign(tuple.begin(), tuple.end());
  call.data = data_;
  return call;
}

ScriptPeer::Stimulus ScriptPeer::play(const StateStep& state, Instant now, event::Trace& trace) {
  if (asked_) return std::nullopt;
  note_lateness(now, trace);
  if (const auto call = question(state)) {
    asked_ = true;
    return ask(*call,
               {.step = next_, .give_up = std::min(now + kGrace, limit_), .on_time = in_time(now)});
  }
  if (state.state == event::TcpState::Closed) {
    finish_step(now);  // No connection has been, and CLOSED is to have none.
    return std::nullopt;
  }
  if (patient_) {
    finish_step(now);
    return std::nullopt;
  }
  auto expectation = wanted(Expected::State, next_);
  expectation.state = state.state;
  record(expectation, now, trace);
  return std::nullopt;
}

ScriptPeer::Stimulus ScriptPeer::play(const CommandStep& command, Instant now, event::Trace&) {
  if (asked_) return std::nullopt;
  if (command_ == command.sysctls.size()) {
    finish_step(now);
    return std::nullopt;
  }
  asked_ = true;
  return ask({.op = event::Op::World, .text = command.sysctls[command_]},
             {.step = next_, .give_up = std::min(now + kGrace, limit_)});
}

ScriptPeer::Stimulus ScriptPeer::ask(event::Call call, Asked asked) {
  call.id = next_call_++;
  calls_.emplace(call.id, asked);
  return call;
}

void ScriptPeer::settle_calls(Instant now, event::Trace& trace) {
  for (auto call = calls_.begin(); call != calls_.end();) {
    if (!call->second.reply && now < call->second.give_up) {
      ++call;
      continue;
    }
    if (patient_ && !call->second.reply) {
      lose_patience((call++)->second, now);
      continue;
    }
    const Asked asked = call->second;
    call = calls_.erase(call);
    if (!finished_) settle_call(asked, now, trace);
  }
}

void ScriptPeer::settle_call(const Asked& asked, Instant now, event::Trace& trace) {
  const Step& step = scenario_.steps[asked.step];
  auto expectation = wanted(Expected::Reply, asked.step);
  expectation.earliest = asked.earliest;
  expectation.latest = asked.latest;
  expectation.tolerance = asked.tolerance;
  expectation.met = asked.reply.value_or(event::kNoRecord);
  if (const auto* call = std::get_if<CallStep>(&step.what)) {
    expectation.result = call->result;
    expectation.error = call->error;
    expectation.data = call->value;
    expectation.flags = call->flags;
    if (asked.reply) {
      const auto reply = trace.reply(trace[*asked.reply]);
      bind_result(*call, asked, reply);
      // The script's name for a new socket is its own; any will do.
      const bool names = call->op == event::Op::Socket || call->op == event::Op::Accept;
      if (names && reply.result >= 0 && call->result.value_or(0) >= 0) expectation.result.reset();
    }
  } else if (const auto* state = std::get_if<StateStep>(&step.what)) {
    expectation.what = Expected::State;
    expectation.state = state->state;
  } else {
    expectation.result = 0;
  }
  record(expectation, now, trace);
  if (!asked_ || asked.step != next_ || finished_) return;
  asked_ = false;
  const bool more = std::holds_alternative<CommandStep>(step.what) &&
                    ++command_ < std::get<CommandStep>(step.what).sysctls.size();
  if (!more) finish_step(now);
}

void ScriptPeer::bind_result(const CallStep& call, const Asked& asked, const event::Reply& reply) {
  const auto result = static_cast<std::int32_t>(reply.result);
  if (result < 0) return;
  if (call.op == event::Op::Socket || call.op == event::Op::Accept) {
    fds_[static_cast<std::int32_t>(call.result.value_or(result))] = result;
    written_[result] = 0;
  } else if (call.op == event::Op::Send) {
    written_[asked.fd] += static_cast<std::uint64_t>(result);
  }
}

std::int32_t ScriptPeer::run_fd(std::int32_t script_fd) const {
  constexpr std::int32_t kNobodys = 1 << 16;  // A name that no target gives: EBADF.
  if (script_fd < 0) return script_fd;
  const auto found = fds_.find(script_fd);
  return found != fds_.end() ? found->second : kNobodys + script_fd;
}

}  // namespace harness::scenario
