#include "harness/event/text_reader.h"

#include <fmt/format.h>

#include <type_traits>

#include "harness/event/decision.h"
#include "harness/event/end.h"
#include "harness/event/expectation.h"
#include "harness/event/expectation_fields.h"
#include "harness/event/print.h"
#include "harness/event/status.h"
#include "harness/event/text_line.h"

namespace harness::event {
namespace {

constexpr std::size_t kOctetsMax = std::size_t{1} << 30;  // Of a trace's store.

std::string shown(std::string_view word) {
  std::string text;
  write_escaped(text, word.substr(0, 40));
  return text;
}

class Reader {
 public:
  Reader(std::string_view line, Trace& into) : line_(line), into_(into) {}

  std::optional<std::string> read() {
    if (const auto index = line_.record(); index != into_.size()) {
      line_.fail(fmt::format("expected #{}, found #{}", into_.size(), index));
    }
    head_.at = line_.instant();
    field("within", head_.within);
    record("cause", head_.cause);
    named(head_.kind, kind_named);
    if (line_.take(">")) {
      head_.direction = Direction::FromTarget;
    } else if (!line_.take("<") && has_direction(head_.kind)) {
      line_.fail("expected < or >: whether it goes to the target or comes from it");
    }
    if (!line_.failed()) body();
    if (line_.failed()) return line_.error();
    if (into_.octets() > kOctetsMax) return "the trace is too large";
    return std::nullopt;
  }

  template <class T>
  void field(std::string_view key, T& value) {
    if (line_.take_key(key)) value_of(value);
  }
  void field(std::string_view key, Expected& what) {
    if (!line_.take_key(key)) line_.fail("expected what=, and what is expected");
    named(what, expected_named);
  }
  void record(std::string_view key, std::uint32_t& index) {
    if (line_.take_key(key)) index = known_record();
  }

 private:
  // One before this one, or this one.
  std::uint32_t known_record() {
    const auto index = line_.record();
    if (index > into_.size()) line_.fail(fmt::format("there is no #{} yet", index));
    return index;
  }
  template <class T>
    requires std::is_integral_v<T>
  void value_of(T& value) {
    value = line_.number<T>();
  }
  template <class T>
  void value_of(std::optional<T>& value) {
    value_of(value.emplace());
  }
  void value_of(std::string& text) { text = line_.quoted(); }
  void value_of(base::Bytes& octets) { line_.hex(octets); }
  void value_of(wire::Flags& flags) { flags = line_.flags(); }
  void value_of(clock::Instant& at) { at = line_.instant(); }
  void value_of(clock::Duration& duration) { duration = line_.duration(); }
  void value_of(TcpState& state) { named(state, state_named); }
  void value_of(Body& body) {
    line_.hex(octets_);
    body = into_.keep(octets_);
  }
  // One of the names of an enumeration.
  template <class Enum>
  void named(Enum& value, std::optional<Enum> (*find)(std::string_view)) {
    const auto word = line_.word();
    if (const auto found = find(word)) {
      value = *found;
    } else {
      line_.fail(fmt::format("`{}` is nothing known here", shown(word)));
    }
  }

  void body() {
    switch (head_.kind) {
      case Kind::Call:
        return call();
      case Kind::Reply:
        return reply();
      case Kind::Packet:
      case Kind::PeerPacket:
        return packet();
      case Kind::Decision:
        return decision();
      case Kind::Expectation:
        return expectation();
      case Kind::Note:
        return append(into_.keep(base::as_bytes(line_.quoted())));
      case Kind::End:
        return end();
      case Kind::Start:
        return start();
    }
  }

  void append(Body body) {
    line_.end();
    head_.body = body;
    if (!line_.failed()) into_.append(head_);
  }

  void call() {
    if (head_.direction != Direction::ToTarget) line_.fail("a call goes to the target: <");
    Call call;
    required("id", call.id);
    named(call.op, op_named);
    field("fd", call.fd);
    for (std::size_t i = 0; i < call.args.size(); ++i) field(kArguments[i], call.args[i]);
    std::string text;
    field("data", octets_);
    field("text", text);
    line_.end();
    call.data = octets_;
    call.text = text;
    if (!line_.failed()) into_.append(head_, call);
  }

  void reply() {
    if (head_.direction != Direction::FromTarget) line_.fail("a reply comes from the target: >");
    Reply reply;
    required("id", reply.id);
    required("result", reply.result);
    field("error", reply.error);
    field("flags", reply.flags);
    std::string text;
    if (line_.take("status")) {
      status();
    } else {
      field("data", octets_);
    }
    field("text", text);
    line_.end();
    reply.data = octets_;
    reply.text = text;
    if (!line_.failed()) into_.append(head_, reply);
  }

  void status() {
    Status status;
    for (std::size_t i = 0; i < kStatusFields; ++i) {
      const auto told = static_cast<StatusField>(i);
      if (line_.take_key(name(told))) status.set(told, line_.number<std::int64_t>());
    }
    const auto encoded = encode(status);
    octets_.assign(encoded.begin(), encoded.end());
  }

  void packet() {
    if (!line_.take_key("id")) line_.fail("expected id=, and a record such as #3");
    head_.id = known_record();
    field("gso", head_.gso_size);
    if (!line_.take("=")) {
      line_.hex(octets_);
      return append(into_.keep(octets_));
    }
    const auto same = known_record();
    if (line_.failed()) return;
    if (same >= into_.size() || !is_packet(into_[same])) {
      return line_.fail(fmt::format("#{} is no datagram before this one", same));
    }
    append(into_[same].body);
  }

  void decision() {
    if (!line_.take_key("id")) line_.fail("expected id=, and a record such as #3");
    head_.id = known_record();
    Decision decision;
    named(decision.action, action_named);
    field("fault", decision.fault);
    field("delay", decision.delay);
    field("behind", decision.behind);
    field("other", decision.other);
    append(keep(into_, decision));
  }

  void expectation() {
    Expectation expectation;
    each_field(*this, expectation);
    if (!line_.failed() && expectation.met != kNoRecord && !speaks_of(expectation)) {
      line_.fail(fmt::format("#{} is no record of the kind that is expected", expectation.met));
    }
    if (expectation.what == Expected::State && expectation.state == TcpState{}) {
      line_.fail("expected state=, and a state of RFC 9293");
    }
    append(keep(into_, expectation));
  }

  // Whoever judges an expectation looks at the record that met it.
  bool speaks_of(const Expectation& e) const {
    if (e.met >= into_.size()) return false;
    switch (e.what) {
      case Expected::Packet:
      case Expected::Silence:
      case Expected::Nothing:
        return is_packet(into_[e.met]);
      case Expected::Reply:
      case Expected::State:
        return into_[e.met].kind == Kind::Reply;
      case Expected::OnTime:
        return true;
    }
    return false;
  }

  static bool is_packet(const Record& record) {
    return record.kind == Kind::Packet || record.kind == Kind::PeerPacket;
  }

  void end() {
    End end;
    named(end.reason, end_reason_named);
    end.timer_armed = line_.take("timer-armed");
    field("pending", end.pending_calls);
    append(keep(into_, end));
  }

  void start() {
    std::string facts;
    while (line_.at_quote()) facts += line_.quoted() + "\n";
    append(into_.keep(base::as_bytes(facts)));
  }

  template <class T>
  void required(std::string_view key, T& value) {
    if (!line_.take_key(key)) line_.fail(fmt::format("expected {}=", key));
    value_of(value);
  }

  LineReader line_;
  Trace& into_;
  Record head_;
  base::Bytes octets_;
};

}  // namespace

std::optional<std::string> read_record(std::string_view line, Trace& into) {
  return Reader{line, into}.read();
}

}  // namespace harness::event
