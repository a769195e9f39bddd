#include "harness/model/model.h"

#include <algorithm>
#include <utility>

#include "harness/model/acknowledge.h"
#include "harness/model/arrival.h"
#include "harness/model/close.h"
#include "harness/model/emission.h"
#include "harness/model/explain.h"
#include "harness/model/header.h"
#include "harness/model/icmp.h"
#include "harness/model/keep_alive.h"
#include "harness/model/many.h"
#include "harness/model/timers.h"
#include "harness/model/urgent.h"
#include "harness/model/user_calls.h"
#include "harness/rules/rule.h"
#include "harness/wire/tcp_of.h"

namespace harness::model {
namespace {

Moment moment(const event::Record& record) {
  const Time at = record.at.time_since_epoch().count();
  return {at, at + record.within};
}

}  // namespace

Model::Model(const Assumptions& assume) { clear(assume); }

void Model::clear(const Assumptions& assume) {
  assume_ = assume;
  application_.clear(assume.calls_recorded);
  connections_.clear();
  next_due_ = kNoTime;
  violations_.clear();
  awaited_.clear();
  const auto rows = rules::catalogue().size();
  for (auto* counts : {&exercised_, &held_, &violated_, &open_}) counts->assign(rows, 0);
  undecided_ = plain_ = optioned_ = 0;
  widest_ = 1;
}

Entry& Model::entry(const wire::FourTuple& tuple) {
  const auto before = connections_.size();
  Entry& found = connections_.at(tuple);
  if (connections_.size() != before) {
    found.facts.calls_known = application_.host().seen;
    found.facts.own_timeout = application_.host().own_timeout;
    if (found.facts.own_timeout) found.facts.least_timeout = 0;
  }
  return found;
}

std::span<const Hypothesis> Model::beliefs(const wire::FourTuple& tuple) {
  const Entry* const found = connections_.find(tuple);
  if (found == nullptr) return {};
  return found->frontier.hypotheses();
}

std::uint16_t Model::states(const wire::FourTuple& tuple, clock::Instant now) {
  Entry* const found = connections_.find(tuple);
  if (found == nullptr || found->facts.failed) return 0;
  const Time at = now.time_since_epoch().count();
  Judgement j = judgement(found->facts, {at, at}, event::kNoRecord);
  std::uint16_t may = 0;
  for (const auto& h : found->frontier.hypotheses()) {
    may = static_cast<std::uint16_t>(may | model::states(h, j));
  }
  return may;
}

Judgement Model::judgement(Connection& facts, Moment when, std::uint32_t record) {
  return {.assume = assume_, .facts = facts, .findings = findings_, .when = when, .record = record};
}

bool Model::step(const event::Trace& trace, std::uint32_t index) {
  const event::Record& record = trace[index];
  switch (record.kind) {
    case event::Kind::Packet:
    case event::Kind::Call:
    case event::Kind::Reply:
      break;
    default:
      return true;
  }
  const auto when = moment(record);
  bool fine = when.from <= next_due_ || pass_time(when.from, when.until, index);
  if (record.kind == event::Kind::Packet) {
    fine = packet(trace, record, index) && fine;
  } else if (record.kind == event::Kind::Reply) {
    fine = reply(trace, record, index) && fine;
  } else {
    call(trace, record, index);
  }
  return fine;
}

// What was due before `now` and did not happen.
bool Model::pass_time(Time now, Time until, std::uint32_t record) {
  bool fine = true;
  while (const auto late = application_.overdue(now)) {
    fine = false;
    const Miss miss{.id = Id::SynRetransmission,
                    .expected = "a SYN: CONNECT was called",
                    .found = "none",
                    .nearest = "<SEQ=ISS><CTL=SYN>",
                    .cause = late->connect_record};
    ++exercised_[row(miss.id)];
    ++violated_[row(miss.id)];
    violations_.push_back(violation(
        miss, Violation::Weight::Fail, record, now,
        {late->local.value_or(wire::Endpoint{}), late->remote.value_or(wire::Endpoint{})}));
  }
  next_due_ = application_.next_deadline();
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    Entry& e = connections_[i];
    if (e.due < now && !e.facts.failed) {
      Judgement j = judgement(e.facts, {now, until}, record);
      look_up_listener(j);
      const bool alive =
          e.frontier.step(j, [](Hypothesis& h, Judgement& at) { return expire(h, at); });
      fine = conclude(e, j, alive) && fine;
    }
    if (!e.facts.failed) next_due_ = std::min(next_due_, e.due);
  }
  return fine;
}

// Puts on record what the hypotheses found; true when one of them is left.
bool Model::conclude(Entry& e, Judgement& j, bool alive) {
  const auto wrong = [&](const Miss& miss, Violation::Weight weight) {
    const auto n = row(miss.id);
    ++exercised_[n];
    ++violated_[n];
    violations_.push_back(violation(miss, weight, j.record, j.when.from, e.facts.tuple));
  };
  for (std::size_t i = 0; i < findings_.held_count; ++i) kept(findings_.held[i]);
  for (std::size_t i = 0; alive && i < findings_.lapse_count; ++i) {
    const auto id = static_cast<std::size_t>(findings_.lapses[i].id);
    if (e.reported.test(id)) continue;
    e.reported.set(id);
    wrong(findings_.lapses[i],
          findings_.lapses[i].must ? Violation::Weight::Fail : Violation::Weight::NonStrict);
  }
  widest_ = std::max(widest_, e.frontier.hypotheses().size());
  if (alive && !e.frontier.overflowed()) {
    e.due = e.frontier.next_deadline();
    next_due_ = std::min(next_due_, e.due);
    return true;
  }
  e.facts.failed = true;
  e.due = kNoTime;
  if (e.frontier.overflowed() || e.facts.doubtful) {
    ++undecided_;
    return true;
  }
  Miss& miss = findings_.miss;
  if (miss.states != 0) miss.states = findings_.states;
  blame_error(e.facts, miss);
  wrong(miss, Violation::Weight::Fail);
  return false;
}

void Model::look_up_listener(Judgement& j) {
  const auto found = application_.listener(j.facts.tuple.local);
  j.listening = found.sure;
  j.listen_maybe = found.maybe && !found.sure;
  j.impatient = found.own_timeout;
  // What nobody has accepted yet may have its listener's options.
  if (j.facts.fd < 0 && !j.facts.connect && found.keepalive) {
    j.kept_alive = true;
    j.facts.keepalive_idle = found.keepalive_idle;
    j.facts.keepalive_interval = found.keepalive_interval;
  }
  if (!found.maybe) return;
  std::int64_t waiting = 0;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    const Entry& other = connections_[i];
    if (other.facts.tuple.local.port != j.facts.tuple.local.port) continue;
    const bool opens = other.facts.fd < 0 && !other.facts.counted &&
                       other.frontier.hypotheses().front().phase != Phase::Closed;
    waiting += other.facts.queued + (opens ? 1 : 0);
  }
  // How many a listener keeps, its stack may limit; the application only asks.
  j.pressure = found.defers || waiting >= std::clamp<std::int64_t>(found.backlog, 1, kFewWaiting);
}

bool Model::packet(const event::Trace& trace, const event::Record& record, std::uint32_t index) {
  const auto datagram = wire::DatagramView::parse(trace.body(record));
  if (!datagram) return true;
  const bool in = record.direction == event::Direction::ToTarget;
  if (datagram->protocol() != wire::kProtocolTcp) {
    const auto report = in ? read_error(*datagram, assume_.local) : std::nullopt;
    if (report) error(record, index, *report);
    return true;
  }
  if (datagram->fragment() || (in && !datagram->header_checksum_ok())) return true;
  const auto view = wire::SegmentView::parse(datagram->payload());
  if (!view) return true;
  const wire::Endpoint from{datagram->source(), view->source()};
  const wire::Endpoint to{datagram->destination(), view->destination()};
  if (in && !assume_.local.unspecified() && to.address != assume_.local) {
    for (const auto& local : {to, wire::Endpoint{assume_.local, to.port}}) {
      if (for_many(to.address)) ignore_for_many(entry({local, from}), index);
    }
    return true;
  }
  if (in && (multicast(from.address) || from.address.unspecified())) return true;
  Entry& e = entry(in ? wire::FourTuple{to, from} : wire::FourTuple{from, to});
  if (e.facts.failed) return true;
  Judgement j = judgement(e.facts, moment(record), index);
  j.before = &e.before;
  const auto& first = e.frontier.hypotheses().front();
  const bool settled = e.frontier.hypotheses().size() == 1 && first.phase == Phase::Synchronized;
  if (!settled || view->flags().syn() || e.facts.fd < 0 || e.facts.closed || e.facts.own_timeout) {
    look_up_listener(j);
  }
  return in ? arrival(e, j, *datagram, *view) : emission(e, j, *datagram, *view, record.gso_size);
}

// An ICMP error is about the connection whose segment it quotes (RFC 9293, 3.9.2.2).
void Model::error(const event::Record& record, std::uint32_t index, const Report& report) {
  Entry* const e = connections_.find(report.about);
  const bool judged = e != nullptr && !e->facts.failed;
  const bool counts = !judged || in_flight(e->frontier.hypotheses(), assume_.profile, report);
  for (std::size_t i = 0; counts && report.path_mtu > 0 && i < connections_.size(); ++i) {
    // It is known of the path, so that whoever sends there may send less, and at once.
    note_path(connections_[i].facts, report);
    if (connections_[i].facts.tuple.remote.address != report.about.remote.address) continue;
    for (auto& h : connections_[i].frontier.hypotheses()) h.evidence = true;
  }
  if (!judged) return;
  Judgement j = judgement(e->facts, moment(record), index);
  j.before = &e->before;
  if (!note_error(j, e->frontier.hypotheses(), report)) return;
  const bool alive = e->frontier.step(
      j, [&report](Hypothesis& h, Judgement& at) { return arrive_error(h, at, report); });
  conclude(*e, j, alive);
}

bool Model::arrival(Entry& e, Judgement& j, const wire::DatagramView& datagram,
                    const wire::SegmentView& view) {
  j.race_begins = e.facts.racing_until < j.when.from;
  e.facts.arrived_before = std::exchange(e.facts.last_arrived, j.record);
  e.facts.ack_alone = kNowhere;
  if (j.when.until > j.when.from) e.facts.racing_until = j.when.until;
  const bool sound = wire::tcp_checksum_ok(datagram);
  const auto segment = wire::read(view);
  const bool alone = e.frontier.hypotheses().size() == 1;
  bool alive = true;
  if (!sound || !segment) {
    const Id rule = sound ? Id::DataOffset : Id::BadChecksum;
    alive = e.frontier.step(j, [rule](Hypothesis& h, Judgement& at) {
      ignore(h, at, rule);
      return true;
    });
  } else {
    const Arrival in{*segment};
    alive = e.frontier.step(j, [&in](Hypothesis& h, Judgement& at) { return arrive(h, at, in); });
    if (segment->timestamps && !segment->flags.rst()) e.facts.stamp_at = j.when.until;
    if (alone && e.frontier.hypotheses().size() == 1) settle_urgent(j);
  }
  const bool open = std::ranges::any_of(e.frontier.hypotheses(), [](const Hypothesis& h) {
    return h.phase == Phase::Synchronized && !h.active;
  });
  if (open && !e.facts.counted) {
    e.facts.counted = true;
    if (e.facts.fd < 0) ++e.facts.queued;
  }
  return conclude(e, j, alive);
}

bool Model::emission(Entry& e, Judgement& j, const wire::DatagramView& datagram,
                     const wire::SegmentView& view, std::uint16_t gso_size) {
  findings_.held_count = findings_.lapse_count = 0;
  if (view.flags().syn() && !view.flags().ack() && application_.adopt_connect(e.facts)) {
    kept(Id::SynRetransmission);
  }
  if (!judge_header(j, datagram, view, gso_size != 0)) return conclude(e, j, false);
  for (std::size_t i = 0; i < findings_.held_count; ++i) kept(findings_.held[i]);
  if (view.flags().syn()) {
    e.facts.syn_again = e.facts.own_syn == view.seq();
    e.facts.own_syn = view.seq();
  }
  const auto segment = wire::read(view);
  const bool whole = datagram.dont_fragment() || datagram.version() == wire::IpVersion::V6;
  const Emission out{*segment, gso_size != 0, whole};
  e.facts.quiet_since = std::exchange(e.facts.last_sent, j.when.until);
  const bool alive =
      e.frontier.step(j, [&out](Hypothesis& h, Judgement& at) { return emit(h, at, out); });
  if (alive && !out.flags().rst()) outlive_error(j);
  if (!out.flags().rst()) e.facts.reset_outside = event::kNoRecord;
  if (alive) note_ack_alone(e.frontier.hypotheses().front(), j, out);
  if (!conclude(e, j, alive)) return false;
  optioned_ += view.option_bytes().empty() ? 0 : 1;
  plain_ += view.flags().syn() ? 0 : 1;
  return true;
}

void Model::call(const event::Trace& trace, const event::Record& record, std::uint32_t index) {
  const auto call = trace.call(record);
  Connection* const connection = application_.connection(call.fd);
  const Offset queued = connection != nullptr ? connection->app_high : 0;
  const auto when = moment(record);
  const Time punctual = assume_.reaction + assume_.slack + (assume_.virtual_time ? 0 : kPunctual);
  using event::Op;
  const bool at_once = call.fd >= 0 && application_.socket(call.fd).linger_zero;
  application_.call(call, index, when, assume_.lossless ? punctual : kNoTime / 2);
  next_due_ = std::min(next_due_, application_.next_deadline());
  if (connection == nullptr) {
    const bool aborts = call.op == Op::Abort || (call.op == Op::Close && at_once);
    const bool sets = call.op == Op::SetOption && application_.socket(call.fd).own_timeout;
    if (aborts || sets) call_nameless(when, index, aborts);
    return;
  }
  Entry* const e = connections_.find(connection->tuple);
  if (e == nullptr || e->facts.failed) return;
  const bool closes = call.op == Op::Shutdown || call.op == Op::Close || call.op == Op::Abort;
  const bool waits = call.op == Op::Receive || call.op == Op::SetOption;
  if (!closes && !waits && call.op != Op::Send) return;
  const auto& first = e->frontier.hypotheses().front();
  if (call.op == Op::Send && queued <= first.nxt) e->facts.last_fresh = when.from;
  Judgement j = judgement(e->facts, when, index);
  const bool now_closing = closes && e->facts.closing && e->facts.close_record == index;
  const bool aborts = closes && e->facts.aborted;
  const bool alive = e->frontier.step(j, [now_closing, aborts](Hypothesis& h, Judgement& at) {
    if (now_closing) call_close(h, at);
    if (aborts) call_abort(h, at);
    return true;
  });
  conclude(*e, j, alive);
}

// It may be the socket of any connection that nobody can name; of them it is aborted, or it has its
// own timeout.
void Model::call_nameless(Moment when, std::uint32_t index, bool aborts) {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    Entry& e = connections_[i];
    if (e.facts.calls_known || e.facts.failed) continue;
    if (!aborts) {
      e.facts.own_timeout = true;
      continue;
    }
    Judgement j = judgement(e.facts, when, index);
    const bool alive = e.frontier.step(j, [](Hypothesis& h, Judgement& at) {
      call_abort(h, at);
      return true;
    });
    conclude(e, j, alive);
  }
}

bool Model::reply(const event::Trace& trace, const event::Record& record, std::uint32_t index) {
  const auto reply = trace.reply(record);
  const auto pending = application_.answer(reply);
  if (!pending) return true;
  const auto& call = pending->call;
  if (call.op == event::Op::Accept && reply.error == 0) {
    if (const auto tuple = event::decode_four_tuple(reply.data)) {
      Connection& accepted = entry(*tuple).facts;
      // An older connection of the name may come first, though it is no more: it is not known then
      // who asks for what.
      const bool older = accepted.queued > (accepted.counted ? 1 : 0);
      if (older) {
        accepted.calls_known = false;
        accepted.own_timeout = accepted.own_timeout || application_.socket(call.fd).own_timeout;
      }
      accepted.queued = std::max(0, accepted.queued - 1);
      const auto fd = static_cast<std::int32_t>(reply.result);
      if (older) {
        application_.accept(call.fd, fd);
      } else {
        application_.adopt_accept(call.fd, fd, accepted);
      }
    }
    return true;
  }
  Connection* connection = pending->connection;
  if (call.op == event::Op::Connect) {
    Connection* const waits = connections_.answered(pending->record);
    connection = waits != nullptr ? waits : application_.connection(call.fd);
  }
  if (call.op == event::Op::Status && call.fd < 0) {
    const auto tuple = event::decode_four_tuple(call.data);
    Entry* const named = tuple ? connections_.find(*tuple) : nullptr;
    connection = named != nullptr ? &named->facts : nullptr;
  }
  if (connection == nullptr) return true;
  Entry* const e = connections_.find(connection->tuple);
  if (e == nullptr || e->facts.failed) return true;
  // The call may have lasted: all of that time counts for a snapshot.
  Judgement j = judgement(e->facts, moment(record), index);
  j.waited = e->facts.last_arrived > pending->record;
  look_up_listener(j);
  const bool alive = e->frontier.step(
      j, [&](Hypothesis& h, Judgement& at) { return judge_reply(h, at, call, reply); });
  take_reply(e->facts, call, reply, pending->record);
  for (Hypothesis& h : e->frontier.hypotheses()) expect(h, j);
  return conclude(*e, j, alive);
}

void Model::finish(const event::Trace& trace) {
  if (trace.size() == 0) return;
  const auto last = trace.size() - 1;
  const Time end = moment(trace[last]).until;
  // On virtual time nothing more can happen at this instant.
  const Time over = assume_.virtual_time ? end + 1 : end;
  if (over > next_due_) pass_time(over, end + 1, last);
  // What is at stake in nearly every segment is counted once.
  for (const Id id : {Id::OptionLength, Id::OptionPadding}) kept(id, optioned_);
  for (const Id id : {Id::MssOnSyn, Id::SackOnSyn, Id::ScaleOnSyn}) kept(id, plain_);
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    Entry& e = connections_[i];
    if (e.facts.failed) continue;
    if (silent_unasked(e.frontier.hypotheses().front(), e.facts, end)) kept(Id::KeepAliveOff);
    if (const auto dropped = e.frontier.hypotheses().front().dropped_rule; dropped != 0) {
      kept(static_cast<Id>(dropped));
    }
    for (std::size_t d = 0; d < kDebts; ++d) {
      const auto owed = e.frontier.hypotheses().front().debt(static_cast<Debt>(d));
      if (!owed.owed()) continue;
      ++exercised_[row(owed.id())];
      // Where one reading owes nothing more, all that was asked for may have been done.
      const bool all = std::ranges::all_of(
          e.frontier.hypotheses(), [&](const Hypothesis& h) { return h.owed.owed(owed.id()); });
      if (!all) continue;
      ++open_[row(owed.id())];
      const auto& first = e.frontier.hypotheses().front();
      awaited_.push_back({.what = wanted(first, e.facts, static_cast<Debt>(d)),
                          .until = clock::Instant{clock::Duration{owed.latest}}});
    }
  }
}

}  // namespace harness::model
