#include "harness/event/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

#include "harness/base/check.h"
#include "harness/event/expectation_fields.h"
#include "harness/wire/tcp_of.h"

namespace harness::event {
namespace {

// Fields one behind the other; an optional is a presence octet and, if there, its value.
class Writer {
 public:
  explicit Writer(base::Bytes& out) : out_(out) {}

  template <class T>
  void field(std::string_view, const T& value) {
    write(value);
  }
  void record(std::string_view, std::uint32_t index) { write(index); }

 private:
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void write(const T& value) {
    append(std::as_bytes(std::span{&value, 1}));
  }
  void write(const std::string& text) { sequence(base::as_bytes(text)); }
  void write(const base::Bytes& octets) { sequence(octets); }
  void write(wire::Flags flags) { write(flags.bits); }
  void write(clock::Duration duration) { write(duration.count()); }
  void write(clock::Instant at) { write(at.time_since_epoch()); }
  void write(const Body& body) {
    write(body.offset);
    write(body.length);
  }
  template <class T>
  void write(const std::optional<T>& value) {
    write(value.has_value());
    if (value) write(*value);
  }
  void sequence(Span octets) {
    write(static_cast<std::uint32_t>(octets.size()));
    append(octets);
  }
  void append(Span octets) { out_.insert(out_.end(), octets.begin(), octets.end()); }

  base::Bytes& out_;
};

class Reader {
 public:
  explicit Reader(Span in) : in_(in) {}

  template <class T>
  void field(std::string_view, T& value) {
    read(value);
  }
  void record(std::string_view, std::uint32_t& index) { read(index); }
  bool at_end() const { return in_.empty(); }

 private:
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void read(T& value) {
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
  }
  void read(std::string& text) { sequence(text); }
  void read(base::Bytes& octets) { sequence(octets); }
  void read(wire::Flags& flags) { read(flags.bits); }
  void read(clock::Duration& duration) {
    clock::Duration::rep count = 0;
    read(count);
    duration = clock::Duration{count};
  }
  void read(clock::Instant& at) {
    clock::Duration since{};
    read(since);
    at = clock::Instant{since};
  }
  void read(Body& body) {
    read(body.offset);
    read(body.length);
  }
  template <class T>
  void read(std::optional<T>& value) {
    std::uint8_t present = 0;
    read(present);
    if (present != 0) read(value.emplace());
  }
  template <class Sequence>
  void sequence(Sequence& value) {
    std::uint32_t size = 0;
    read(size);
    const auto octets = take(size);
    value.resize(size);
    if (size > 0) std::memcpy(value.data(), octets.data(), size);
  }
  Span take(std::size_t n) {
    CHECK(n <= in_.size());
    const auto taken = in_.first(n);
    in_ = in_.subspan(n);
    return taken;
  }

  Span in_;
};

}  // namespace

std::string Place::print() const { return fmt::format("{}:{}:{}", file, line, column); }

namespace {

bool segment_holds(const Trace& trace, const Expectation& e) {
  const auto octets = trace.body(e.joined.value_or(trace[e.met].body));
  const auto seen = wire::tcp_of(octets);
  return seen && wire::mismatches(e.segment, seen->ip, seen->tcp).empty();
}

bool reply_holds(const Trace& trace, const Expectation& e) {
  const Reply reply = trace.reply(trace[e.met]);
  return (!e.result || *e.result == reply.result) && (!e.error || *e.error == reply.error) &&
         (!e.flags || *e.flags == reply.flags) &&
         (!e.data || std::ranges::equal(*e.data, reply.data));
}

bool state_holds(const Trace& trace, const Expectation& e) {
  const Reply reply = trace.reply(trace[e.met]);
  if (reply.error == ENOENT) return e.state == TcpState::Closed;
  const auto status = decode_status(reply.data);
  return reply.error == 0 && status && status->state() == e.state;
}

}  // namespace

bool in_time(const Expectation& e, const Record& record) {
  const bool open = record.within == std::numeric_limits<std::uint32_t>::max();
  const auto end = open ? clock::kNever : record.at + clock::Duration{record.within};
  return end >= e.earliest - e.tolerance &&
         (e.latest == clock::kNever || record.at <= e.latest + e.tolerance);
}

bool holds(const Trace& trace, const Expectation& e) {
  const bool met = e.met != kNoRecord;
  switch (e.what) {
    case Expected::Packet:
      return met && in_time(e, trace[e.met]) && segment_holds(trace, e);
    case Expected::Reply:
      return met && in_time(e, trace[e.met]) && reply_holds(trace, e);
    case Expected::State:
      return met && state_holds(trace, e);
    case Expected::OnTime:
      return met && in_time(e, trace[e.met]);
    case Expected::Silence:
    case Expected::Nothing:
      return !met;
  }
  return false;
}

Body keep(Trace& trace, const Expectation& expectation) {
  base::Bytes octets;
  Writer writer{octets};
  each_field(writer, expectation);
  return trace.keep(octets);
}

std::uint32_t append(Trace& trace, clock::Instant at, const Expectation& expectation) {
  return trace.append({.at = at,
                       .body = keep(trace, expectation),
                       .cause = expectation.met,
                       .kind = Kind::Expectation});
}

Expectation expectation(const Trace& trace, const Record& record) {
  CHECK(record.kind == Kind::Expectation);
  Reader reader{trace.body(record)};
  Expectation expectation;
  each_field(reader, expectation);
  CHECK(reader.at_end());
  return expectation;
}

}  // namespace harness::event
