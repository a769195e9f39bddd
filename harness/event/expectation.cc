#include "harness/event/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <type_traits>

#include "harness/base/check.h"

namespace harness::event {
namespace {

// Fields one behind the other; an optional is a presence octet and, if there, its value. One list
// of fields, below, serves both ways.
class Writer {
 public:
  explicit Writer(base::Bytes& out) : out_(out) {}

  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void field(T& value) {
    const auto octets = std::as_bytes(std::span{&value, 1});
    out_.insert(out_.end(), octets.begin(), octets.end());
  }
  void field(std::string& text) { sequence(text); }
  void field(base::Bytes& octets) { sequence(octets); }
  template <class T>
  void field(std::optional<T>& value) {
    bool present = value.has_value();
    field(present);
    if (present) part(*this, *value);
  }

 private:
  template <class Sequence>
  void sequence(const Sequence& value) {
    auto size = static_cast<std::uint32_t>(value.size());
    field(size);
    const auto octets = std::as_bytes(std::span{value.data(), value.size()});
    out_.insert(out_.end(), octets.begin(), octets.end());
  }

  base::Bytes& out_;
};

class Reader {
 public:
  explicit Reader(Span in) : in_(in) {}

  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void field(T& value) {
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
  }
  void field(std::string& text) { sequence(text); }
  void field(base::Bytes& octets) { sequence(octets); }
  template <class T>
  void field(std::optional<T>& value) {
    std::uint8_t present = 0;
    field(present);
    if (present != 0) part(*this, value.emplace());
  }
  bool at_end() const { return in_.empty(); }

 private:
  template <class Sequence>
  void sequence(Sequence& value) {
    std::uint32_t size = 0;
    field(size);
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

template <class Archive, class T>
void part(Archive& archive, T& value) {
  archive.field(value);
}
template <class Archive>
void part(Archive& archive, wire::Flags& flags) {
  archive.field(flags.bits);
}
template <class Archive>
void part(Archive& archive, Body& body) {
  archive.field(body.offset);
  archive.field(body.length);
}
template <class Archive>
void part(Archive& archive, clock::Duration& duration) {
  auto count = duration.count();
  archive.field(count);
  duration = clock::Duration{count};
}
template <class Archive>
void part(Archive& archive, clock::Instant& at) {
  auto since = at.time_since_epoch();
  part(archive, since);
  at = clock::Instant{since};
}

template <class Archive>
void fields(Archive& archive, wire::SegmentSpec& s) {
  archive.field(s.source);
  archive.field(s.destination);
  archive.field(s.seq);
  archive.field(s.ack);
  archive.field(s.flags);
  archive.field(s.window);
  archive.field(s.checksum);
  archive.field(s.urgent);
  archive.field(s.data_offset);
  archive.field(s.reserved);
  archive.field(s.options);
  archive.field(s.options_mask);
  archive.field(s.payload_length);
  archive.field(s.payload);
  archive.field(s.ttl);
  archive.field(s.traffic_class);
  archive.field(s.checksum_flip);
}

template <class Archive>
void fields(Archive& archive, Expectation& e) {
  archive.field(e.what);
  archive.field(e.place.file);
  archive.field(e.place.line);
  archive.field(e.place.column);
  archive.field(e.text);
  part(archive, e.earliest);
  part(archive, e.latest);
  part(archive, e.tolerance);
  archive.field(e.met);
  archive.field(e.joined);
  fields(archive, e.segment);
  archive.field(e.base.seq);
  archive.field(e.base.ack);
  archive.field(e.result);
  archive.field(e.error);
  archive.field(e.flags);
  archive.field(e.data);
  archive.field(e.state);
}

}  // namespace

std::string Place::print() const { return fmt::format("{}:{}:{}", file, line, column); }

namespace {

bool segment_holds(const Trace& trace, const Expectation& e) {
  const auto octets = trace.body(e.joined.value_or(trace[e.met].body));
  const auto ip = wire::DatagramView::parse(octets);
  if (!ip) return false;
  const auto segment = wire::SegmentView::parse(ip->payload());
  return segment && wire::mismatches(e.segment, *ip, *segment).empty();
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
  const auto end = record.at + clock::Duration{record.within};
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

std::uint32_t append(Trace& trace, clock::Instant at, const Expectation& expectation) {
  base::Bytes octets;
  Writer writer{octets};
  Expectation copy = expectation;
  fields(writer, copy);
  return trace.append(
      {.at = at, .body = trace.keep(octets), .cause = expectation.met, .kind = Kind::Expectation});
}

Expectation expectation(const Trace& trace, const Record& record) {
  CHECK(record.kind == Kind::Expectation);
  Reader reader{trace.body(record)};
  Expectation expectation;
  fields(reader, expectation);
  CHECK(reader.at_end());
  return expectation;
}

}  // namespace harness::event
