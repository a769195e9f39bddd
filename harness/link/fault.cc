#include "harness/link/fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace harness::link {
namespace {

constexpr std::size_t kFaultsMax = 64;  // As many as a link takes.
constexpr std::pair<std::string_view, wire::Flags> kBits[] = {
    {"SYN", wire::kSyn}, {"FIN", wire::kFin}, {"RST", wire::kRst},
    {"PSH", wire::kPsh}, {"ACK", wire::kAck}, {"URG", wire::kUrg},
    {"ECE", wire::kEce}, {"CWR", wire::kCwr}, {"AE", wire::kAe}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A decimal number as written: "12.5" is 125 with one digit behind the point.
struct Decimal {
  std::uint64_t digits = 0;
  int behind = 0;
};

// Reads left to right. The first error stays, and behind it the text is at its end, so that every
// loop ends by itself.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) { next(); }

  std::expected<std::vector<Fault>, FaultError> read() {
    std::vector<Fault> faults;
    do {
      if (faults.size() == kFaultsMax) {
        fail(fmt::format("more than {} faults", kFaultsMax));
        break;
      }
      faults.push_back(fault());
    } while (take(";"));
    if (!token_.empty()) fail(fmt::format("expected a match or `;`, found {}", found()));
    if (error_) return std::unexpected(*error_);
    return faults;
  }

 private:
  void next() {
    at_ += token_.size();
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    const auto rest = text_.substr(at_);
    std::size_t size = rest.empty() ? 0 : 1;
    if (!rest.empty() && is_letter(rest[0])) {
      while (size < rest.size() && (is_letter(rest[size]) || rest[size] == '-')) ++size;
    } else if (!rest.empty() && is_digit(rest[0])) {
      while (size < rest.size() && is_digit(rest[size])) ++size;
      if (size + 1 < rest.size() && rest[size] == '.' && is_digit(rest[size + 1])) ++size;
      while (size < rest.size() && is_digit(rest[size])) ++size;
    } else if (rest.starts_with("..")) {
      size = 2;
    }
    token_ = rest.substr(0, size);
  }

  bool take(std::string_view token) {
    if (token_ != token) return false;
    next();
    return true;
  }

  void fail(std::string message) { fail(at_, std::move(message)); }
  void fail(std::size_t at, std::string message) {
    if (!error_) error_ = FaultError{.column = at + 1, .message = std::move(message)};
    at_ = text_.size();
    token_ = {};
  }

  std::string found() const {
    if (token_.empty()) return "the end";
    std::string shown;
    for (char c : token_.substr(0, 40)) {
      shown += c >= ' ' && c <= '~' ? c : '?';
    }
    return "`" + shown + "`";
  }

  bool at_number() const { return !token_.empty() && is_digit(token_[0]); }

  std::optional<Decimal> decimal(std::string_view what) {
    if (!at_number()) {
      fail(fmt::format("expected {}, found {}", what, found()));
      return std::nullopt;
    }
    Decimal number;
    bool fraction = false;
    for (char c : token_) {
      if (c == '.') {
        fraction = true;
        continue;
      }
      number.digits = number.digits * 10 + static_cast<std::uint64_t>(c - '0');
      number.behind += fraction ? 1 : 0;
      if (number.digits > 1'000'000'000'000'000 || number.behind > 9) {
        fail(fmt::format("{} is too large or too fine", found()));
        return std::nullopt;
      }
    }
    next();
    return number;
  }

  std::uint32_t count(std::string_view what) {
    const auto at = at_;
    const auto number = decimal(what);
    if (!number) return 0;
    if (number->behind != 0 || number->digits == 0 ||
        number->digits > std::numeric_limits<std::uint32_t>::max()) {
      fail(at, fmt::format("expected {}: a whole number from 1", what));
    }
    return static_cast<std::uint32_t>(number->digits);
  }

  base::Ratio rate() {
    const auto at = at_;
    const auto number = decimal("a rate such as 5% or 1/20");
    if (!number) return kAlways;
    std::uint64_t parts = number->digits, of = 100;
    if (take("/")) {
      const auto below = decimal("the lower number of a rate");
      if (!below) return kAlways;
      of = number->behind == 0 && below->behind == 0 ? below->digits : 0;
    } else if (take("%")) {
      for (int i = 0; i < number->behind; ++i) of *= 10;
    } else {
      fail(fmt::format("expected `%` or `/` behind the number of a rate, found {}", found()));
      return kAlways;
    }
    if (of == 0 || parts > of || of > std::numeric_limits<std::uint32_t>::max()) {
      fail(at, "a rate is from 0% to 100%, or N/M with N at most M and M above 0");
      return kAlways;
    }
    return {.parts = static_cast<std::uint32_t>(parts), .of = static_cast<std::uint32_t>(of)};
  }

  base::Ratio optional_rate() { return at_number() ? rate() : kAlways; }

  clock::Duration time() {
    const auto at = at_;
    const auto number = decimal("a time such as 20ms or 0.5s");
    if (!number) return {};
    int exponent = 0;
    if (take("s")) {
      exponent = 9;
    } else if (take("ms")) {
      exponent = 6;
    } else if (take("us")) {
      exponent = 3;
    } else {
      fail(
          fmt::format("expected `s`, `ms` or `us` behind the number of a time, found {}", found()));
      return {};
    }
    std::uint64_t nanoseconds = number->digits;
    for (; exponent > number->behind; --exponent) {
      nanoseconds *= 10;
      if (nanoseconds > 1'000'000'000'000'000) {
        fail(at, "a time on a link is at most 1000000 s");
        return {};
      }
    }
    for (int finer = number->behind; finer > exponent; --finer) nanoseconds /= 10;
    return clock::Duration{static_cast<std::int64_t>(nanoseconds)};
  }

  Fault fault() {
    Fault fault;
    if (take("drop")) {
      fault.action = Drop{optional_rate()};
    } else if (take("loss")) {
      fault.action = Drop{rate()};
    } else if (take("delay")) {
      const auto at = at_;
      const auto least = time();
      const auto most = take("..") ? time() : least;
      if (most < least) fail(at, "the longer delay comes second");
      fault.action = Delay{least, most};
    } else if (take("duplicate")) {
      fault.action = Duplicate{optional_rate()};
    } else if (take("corrupt")) {
      fault.action = Corrupt{optional_rate()};
    } else if (take("reorder")) {
      Reorder reorder{.rate = optional_rate()};
      if (take("behind")) reorder.behind = count("how many datagrams go first");
      if (take("within")) reorder.at_most = time();
      fault.action = reorder;
    } else {
      fail(fmt::format("expected drop, loss, delay, duplicate, reorder or corrupt, found {}",
                       found()));
    }
    while (part_of_match(fault.match)) {
    }
    return fault;
  }

  bool part_of_match(Match& match) {
    const auto at = at_;
    const auto token = token_;
    const auto twice = [&](bool already) {
      if (already) fail(at, fmt::format("`{}` does not go with what was said before", token));
    };
    if (token == "to-target" || token == "from-target") {
      next();
      twice(match.direction.has_value());
      match.direction =
          token == "to-target" ? event::Direction::ToTarget : event::Direction::FromTarget;
    } else if (token == "data" || token == "no-data") {
      next();
      twice(match.payload.has_value());
      match.payload = token == "data";
    } else if (token == "nth") {
      next();
      twice(match.nth != 0);
      match.nth = count("which one");
    } else if (token == "!" || bit(token)) {
      do {
        one_bit(match);
      } while (take("+"));
    } else {
      return false;
    }
    return true;
  }

  static std::optional<wire::Flags> bit(std::string_view token) {
    const auto found = std::ranges::find(kBits, token, [](const auto& b) { return b.first; });
    if (found == std::end(kBits)) return std::nullopt;
    return found->second;
  }

  void one_bit(Match& match) {
    const auto at = at_;
    const bool negated = take("!");
    const auto flag = bit(token_);
    if (!flag) {
      fail(fmt::format("expected SYN, FIN, RST, PSH, ACK, URG, ECE, CWR or AE, found {}", found()));
      return;
    }
    const auto token = token_;
    next();
    (negated ? match.clear : match.set) |= *flag;
    if (match.set.any(match.clear)) fail(at, fmt::format("{} cannot be both set and clear", token));
  }

  std::string_view text_, token_;
  std::size_t at_ = 0;
  std::optional<FaultError> error_;
};

std::string print(base::Ratio rate) {
  if (rate == kAlways) return "";
  return rate.of == 100 ? fmt::format(" {}%", rate.parts)
                        : fmt::format(" {}/{}", rate.parts, rate.of);
}

std::string print(clock::Duration time) {
  const auto ns = time.count();
  if (ns % 1'000'000'000 == 0) return fmt::format("{}s", ns / 1'000'000'000);
  if (ns % 1'000'000 == 0) return fmt::format("{}ms", ns / 1'000'000);
  return ns % 1000 == 0 ? fmt::format("{}us", ns / 1000)
                        : fmt::format("{}.{:03}us", ns / 1000, ns % 1000);
}

struct PrintAction {
  std::string operator()(const Drop& drop) const { return "drop" + print(drop.rate); }
  std::string operator()(const Delay& delay) const {
    const auto least = "delay " + print(delay.least);
    return delay.most == delay.least ? least : least + ".." + print(delay.most);
  }
  std::string operator()(const Reorder& reorder) const {
    auto text = "reorder" + print(reorder.rate);
    if (reorder.behind != Reorder{}.behind) text += fmt::format(" behind {}", reorder.behind);
    if (reorder.at_most != Reorder{}.at_most) text += " within " + print(reorder.at_most);
    return text;
  }
  std::string operator()(const Duplicate& duplicate) const {
    return "duplicate" + print(duplicate.rate);
  }
  std::string operator()(const Corrupt& corrupt) const { return "corrupt" + print(corrupt.rate); }
};

}  // namespace

std::expected<std::vector<Fault>, FaultError> parse_faults(std::string_view text) {
  return Reader{text}.read();
}

std::string print(const Fault& fault) {
  std::string text = std::visit(PrintAction{}, fault.action);
  const Match& match = fault.match;
  if (match.direction) {
    text += *match.direction == event::Direction::ToTarget ? " to-target" : " from-target";
  }
  if (match.nth != 0) text += fmt::format(" nth {}", match.nth);
  if (match.payload) text += *match.payload ? " data" : " no-data";
  char separator = ' ';
  for (const auto& [name, bit] : kBits) {
    if (!match.set.has(bit) && !match.clear.has(bit)) continue;
    text += separator;
    if (match.clear.has(bit)) text += '!';
    text += name;
    separator = '+';
  }
  return text;
}

}  // namespace harness::link
