#include "harness/event/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "harness/event/decision.h"
#include "harness/event/end.h"
#include "harness/event/expectation.h"
#include "harness/event/expectation_fields.h"
#include "harness/event/print.h"
#include "harness/event/status.h"
#include "harness/event/text_line.h"
#include "harness/event/text_reader.h"
#include "harness/wire/print.h"

namespace harness::event {
namespace {

constexpr std::string_view kHeader = "lastack trace 1";
constexpr std::size_t kLongestLine = Store::kMostOctets / 2;  // Whatever it says fits into a body.

// What is a status, and nothing else that happens to look like one.
std::optional<Status> as_status(Span data) {
  if (data.empty()) return std::nullopt;
  const auto status = decode_status(data);
  return status && std::ranges::equal(encode(*status), data) ? status : std::nullopt;
}

class Writer {
 public:
  Writer(const Trace& trace, std::string& out) : trace_(trace), out_(out) {}

  void write(std::uint32_t index) {
    const Record& record = trace_[index];
    value_record(index);
    out_ += ' ';
    write_time(out_, record.at);
    field("within", record.within);
    this->record("cause", record.cause);
    out_ += ' ';
    out_ += name(record.kind);
    if (record.direction == Direction::FromTarget) {
      out_ += " >";
    } else if (has_direction(record.kind)) {
      out_ += " <";
    }
    body(index, record);
    out_ += '\n';
  }

  // What is absent, or as it is by itself, is not written.
  template <class T>
  void field(std::string_view key, const T& wanted) {
    if (wanted != T{}) always(key, wanted);
  }
  template <class T>
  void field(std::string_view key, const std::optional<T>& wanted) {
    if (wanted) always(key, *wanted);
  }
  void field(std::string_view key, Expected what) { always(key, what); }
  void record(std::string_view key, std::uint32_t index) {
    if (index == kNoRecord) return;
    begin(key);
    value_record(index);
  }

 private:
  void begin(std::string_view key) {
    out_ += ' ';
    out_ += key;
    out_ += '=';
  }
  template <class T>
  void always(std::string_view key, const T& wanted) {
    begin(key);
    value(wanted);
  }
  template <class T>
    requires std::is_integral_v<T>
  void value(T number) {
    const fmt::format_int text{number};
    out_.append(text.data(), text.size());
  }
  void value(Expected what) { out_ += name(what); }
  void value(TcpState state) { out_ += name(state); }
  void value(const std::string& text) { write_quoted(out_, text); }
  void value(const base::Bytes& octets) { write_hex(out_, octets); }
  void value(Body body) { write_hex(out_, trace_.body(body)); }
  void value(wire::Flags flags) { write_flags(out_, flags); }
  void value(clock::Instant at) { write_time(out_, at); }
  void value(clock::Duration duration) { write_time(out_, duration); }
  void value_record(std::uint32_t index) { write_record(out_, index); }

  void comment(std::string_view text) {
    out_ += " ; ";
    write_escaped(out_, text);
  }

  void body(std::uint32_t index, const Record& record) {
    switch (record.kind) {
      case Kind::Call:
        return call(trace_.call(record));
      case Kind::Reply:
        return reply(trace_.reply(record));
      case Kind::Packet:
      case Kind::PeerPacket:
        return packet(index, record);
      case Kind::Decision:
        return decision(record);
      case Kind::Expectation:
        return each_field(*this, event::expectation(trace_, record));
      case Kind::Note:
        out_ += ' ';
        return write_quoted(out_, trace_.text(record));
      case Kind::End:
        return end(end_of(trace_, record));
      case Kind::Start:
        return start(trace_.text(record));
    }
  }

  void call(const Call& call) {
    begin("id");
    value(call.id);
    out_ += ' ';
    out_ += name(call.op);
    if (call.fd != -1) always("fd", call.fd);
    for (std::size_t i = 0; i < call.args.size(); ++i) field(kArguments[i], call.args[i]);
    data(call.data);
    text(call.text);
    comment(print(call));
  }

  void reply(const Reply& reply) {
    begin("id");
    value(reply.id);
    always("result", reply.result);
    field("error", reply.error);
    field("flags", reply.flags);
    if (const auto status = as_status(reply.data)) {
      out_ += " status";
      for (std::size_t i = 0; i < kStatusFields; ++i) {
        const auto told = static_cast<StatusField>(i);
        if (const auto number = status->get(told)) always(name(told), *number);
      }
    } else {
      data(reply.data);
    }
    text(reply.text);
    comment(print(reply));
  }

  void data(Span octets) {
    if (octets.empty()) return;
    begin("data");
    write_hex(out_, octets);
  }
  void text(std::string_view text) {
    if (text.empty()) return;
    begin("text");
    write_quoted(out_, text);
  }

  void packet(std::uint32_t index, const Record& record) {
    this->record("id", record.id);
    field("gso", record.gso_size);
    const auto key = std::uint64_t{record.body.offset} << 32 | record.body.length;
    const auto [first, is_new] = first_with_.try_emplace(key, index);
    out_ += ' ';
    if (is_new) {
      write_hex(out_, trace_.body(record));
    } else {
      out_ += "= ";
      value_record(first->second);
    }
    out_ += " ; ";
    out_ += wire::print_datagram(trace_.body(record));
  }

  void decision(const Record& record) {
    const Decision decision = event::decision(trace_, record);
    this->record("id", record.id);
    out_ += ' ';
    out_ += name(decision.action);
    field("fault", decision.fault);
    field("delay", decision.delay);
    field("behind", decision.behind);
    field("other", decision.other);
    comment(print(decision));
  }

  void end(const End& end) {
    out_ += ' ';
    out_ += name(end.reason);
    if (end.timer_armed) out_ += " timer-armed";
    field("pending", end.pending_calls);
  }

  void start(std::string_view facts) {
    while (!facts.empty()) {
      const auto fact = facts.substr(0, facts.find('\n'));
      facts.remove_prefix(std::min(fact.size() + 1, facts.size()));
      out_ += ' ';
      write_quoted(out_, fact);
    }
  }

  const Trace& trace_;
  std::string& out_;
  // Of each datagram's octets. Looked up only: its order shows nowhere.
  std::unordered_map<std::uint64_t, std::uint32_t> first_with_;
};

}  // namespace

std::string to_text(const Trace& trace) {
  std::string out{kHeader};
  out += '\n';
  out.reserve(out.size() + trace.octets() * 2 + std::size_t{trace.size()} * 128);
  Writer writer{trace, out};
  for (std::uint32_t i = 0; i < trace.size(); ++i) writer.write(i);
  return out;
}

std::expected<void, TextError> from_text(std::string_view text, Trace& into) {
  into.clear();
  const auto wrong = [&into](std::uint32_t line, std::string message) {
    into.clear();
    return std::unexpected(TextError{.line = line, .message = std::move(message)});
  };
  for (std::uint32_t number = 1; !text.empty() || number == 1; ++number) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    if (number == 1 && line != kHeader) {
      return wrong(number, fmt::format("expected `{}`: this is no trace", kHeader));
    }
    if (end == text.npos) return wrong(number, "the line is cut off: its end is missing");
    if (end > kLongestLine) return wrong(number, "the line is too long");
    text.remove_prefix(end + 1);
    if (number == 1) continue;
    if (auto mistake = read_record(line, into)) return wrong(number, std::move(*mistake));
  }
  return {};
}

}  // namespace harness::event
