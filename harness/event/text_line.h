#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "harness/base/bytes.h"
#include "harness/clock/instant.h"
#include "harness/event/call.h"
#include "harness/event/record.h"
#include "harness/wire/flags.h"

// The words of one line of a trace's text form, and their exact values.
namespace harness::event {

// Whether an arrow stands behind the kind even when it goes to the target.
constexpr bool has_direction(Kind kind) {
  return kind == Kind::Call || kind == Kind::Reply || kind == Kind::Packet ||
         kind == Kind::PeerPacket || kind == Kind::Decision;
}

inline constexpr std::string_view kArguments[] = {"arg0", "arg1", "arg2"};

void write_hex(std::string& out, Span octets);  // "-" for none.
void write_quoted(std::string& out, std::string_view text);
// The same without the quotes: all that could break a line is escaped.
void write_escaped(std::string& out, std::string_view text);
void write_time(std::string& out, clock::Instant at);  // "1.203000", "never"
void write_time(std::string& out, clock::Duration duration);
void write_record(std::string& out, std::uint32_t index);  // "#12"
void write_flags(std::string& out, wire::Flags flags);     // "S.", "0x1400" beyond the nine bits.

// Takes a line apart from the left. After the first mistake nothing is taken any more and values
// are empty; the message of that mistake stays.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : rest_(line) {}

  void fail(std::string message);
  bool failed() const { return error_.has_value(); }
  const std::string& error() const { return *error_; }

  std::string_view word();              // Up to the next space; empty at the end.
  bool take(std::string_view word);     // Takes the next word if it is this one.
  bool take_key(std::string_view key);  // Takes `key=`; its value comes next.
  bool at_quote() const { return rest_.starts_with('"'); }
  void end();  // Nothing but a comment may be left.

  template <class T>
    requires std::is_integral_v<T>
  T number();
  std::uint32_t record();  // #n
  clock::Duration duration();
  clock::Instant instant();
  wire::Flags flags();
  void hex(base::Bytes& out);
  std::string quoted();  // What the value or the word in quotes stands for.

 private:
  void wrong(std::string_view wanted, std::string_view found);

  std::string_view rest_;
  std::optional<std::string> error_;
};

template <class T>
  requires std::is_integral_v<T>
T LineReader::number() {
  const auto text = word();
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return value;
  wrong(error == std::errc::result_out_of_range ? "a smaller number" : "a number", text);
  return T{};
}

}  // namespace harness::event
