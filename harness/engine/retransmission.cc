#include <algorithm>
#include <cerrno>

#include "harness/engine/calls.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/recovery.h"
#include "harness/engine/timers.h"
#include "harness/engine/timestamps.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

SendTimer wanted(const Connection& c) {
  switch (c.state) {
    case TcpState::SynSent:
    case TcpState::SynReceived:
      return SendTimer::Retransmit;
    case TcpState::Closed:
    case TcpState::Listen:
    case TcpState::TimeWait:
      return SendTimer::Off;
    default:
      break;
  }
  if (!c.outstanding() && !c.waiting()) return SendTimer::Off;
  if (c.snd_wnd == 0) return SendTimer::Probe;
  return c.outstanding() ? SendTimer::Retransmit : SendTimer::Override;
}

clock::Duration interval(const Config& config, const Connection& c) {
  clock::Duration rto = c.round_trip.rto;
  if (config.defect == Defect::RepeatsEarly) rto /= 8;
  if (c.send_timer == SendTimer::Override) return config.override_delay;
  if (c.send_timer == SendTimer::Retransmit) return rto;
  // The first after one RTO (SHLD-29), each later one after twice the time (SHLD-30).
  const clock::Duration most = std::max(rto, config.rto_max);
  clock::Duration wait = rto;
  for (int i = 0; i < c.probe_backoff && wait < most; ++i) wait *= 2;
  return std::min(wait, most);
}

// R2, as a number of retransmissions (3.8.3).
int retries(const Config& config, const Connection& c) {
  if (config.defect == Defect::SynGivenUpEarly && !c.was_open) return 2;
  if (config.defect == Defect::GivenUpEarly && c.was_open) return 2;
  if (c.state == TcpState::SynSent) return c.options.syn_retries;
  if (c.state == TcpState::SynReceived) return config.synack_retries;
  return config.data_retries;
}

void give_up(Step& step, Connection& c) {
  if (c.holder == Holder::HalfOpen) return return_to_listen(step, c);
  finish(step, c, c.soft_error != 0 ? c.soft_error : ETIMEDOUT);
}

// R1: IP would look for another way now, and the application may know (3.8.3, SHLD-9).
void advise(Step& step, Connection& c) {
  if (!c.options.report_errors) return;
  c.error = ETIMEDOUT;
  wake(step, c);
}

bool repeats_wrongly(Step& step, Connection& c) {
  if (step.broken(Defect::FinNotRepeated)) return c.snd_una == c.data_end();
  if (!step.broken(Defect::NewestRepeated)) return false;
  const SeqNum end = wire::before(c.data_end(), c.snd_nxt) ? c.data_end() : c.snd_nxt;
  const std::uint32_t length = std::min(c.mss, wire::distance(c.snd_una, end));
  emit(step, c, end - length, wire::kPsh | wire::kAck, length);
  return true;
}

// RFC 6298, 5.4 to 5.6; RFC 9293, 3.10.8
void retransmit(Step& step, Connection& c) {
  const Config& config = step.host.config;
  if (c.retransmits >= retries(config, c)) return give_up(step, c);
  ++c.retransmits;
  if (c.retransmits == config.r1 && c.was_open) advise(step, c);
  if (!step.broken(Defect::KarnForgotten)) c.timing = false;  // RFC 6298, 3.
  if (!step.broken(Defect::NoBackoff)) c.round_trip.back_off(config);
  if (c.state == TcpState::SynSent || c.state == TcpState::SynReceived) {
    c.syn_lost = true;
    ++c.total_retransmits;
    if (!step.broken(Defect::SynNotRepeated)) emit_syn(step, c);
  } else if (repeats_wrongly(step, c)) {
    // Whatever it did is all.
  } else {
    if (!step.broken(Defect::NoCollapse)) {
      c.congestion.timed_out(wire::distance(c.snd_una, c.snd_nxt), c.mss, c.retransmits == 1);
    }
    leave_recovery(c);
    // An echo of what goes now is a sample, as soon as it comes (RFC 6298, 3).
    c.sampled_to = c.snd_una;
    c.echo_from = timestamp(step, c);
    c.send_point = c.snd_una;
    transmit(step, c, true);
  }
  set_send_timer(step, c, true);
}

// One octet of new data, or the first that is not acknowledged (3.8.6.1); the FIN counts as one.
void probe(Step& step, Connection& c) {
  if (c.probes >= step.host.config.data_retries) return give_up(step, c);
  if (step.broken(Defect::ProbeGivenUp) && c.probe_backoff >= 3) return give_up(step, c);
  if (step.broken(Defect::ProbeMissing)) return;
  ++c.probes;
  if (!step.broken(Defect::ProbeNoBackoff)) ++c.probe_backoff;
  c.timing = false;
  const SeqNum seq = c.outstanding() ? c.snd_una : c.snd_nxt;
  const bool fin = seq == c.data_end();
  if (c.outstanding()) ++c.total_retransmits;
  emit(step, c, seq, fin ? wire::kFin | wire::kAck : wire::kPsh | wire::kAck, fin ? 0 : 1);
  if (seq == c.snd_nxt) c.snd_nxt = c.send_point = seq + 1;
  set_send_timer(step, c, true);
}

}  // namespace

void set_send_timer(Step& step, Connection& c, bool progress) {
  Host& host = step.host;
  const SendTimer timer = wanted(c);
  const bool changed = timer != c.send_timer;
  if (changed && timer == SendTimer::Probe) c.probe_backoff = 0;
  c.send_timer = timer;
  if (timer == SendTimer::Off) {
    host.clear(c, Timer::Send);
    host.clear(c, Timer::UserTimeout);
    return;
  }
  if (changed || progress) host.set(c, Timer::Send, step.now + interval(host.config, c));
  const bool limited = !step.broken(Defect::UserTimeoutIgnored);
  const clock::Duration user_timeout = limited ? c.options.user_timeout : clock::Duration{};
  if (user_timeout > clock::Duration{} && c.deadline(Timer::UserTimeout) == clock::kNever) {
    host.set(c, Timer::UserTimeout, step.now + user_timeout);
  }
}

void on_send_timer(Step& step, Connection& c) {
  switch (c.send_timer) {
    case SendTimer::Off:
      return;
    case SendTimer::Retransmit:
      return retransmit(step, c);
    case SendTimer::Probe:
      return probe(step, c);
    case SendTimer::Override:
      c.send_timer = SendTimer::Off;  // To be set anew.
      return transmit(step, c, true);
  }
}

}  // namespace harness::engine
