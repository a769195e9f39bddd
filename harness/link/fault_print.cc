#include <fmt/format.h>

#include <string>

#include "harness/link/fault_names.h"

namespace harness::link {
namespace {

// As it is read: digits behind the point say how large `of` is.
std::string share(base::Ratio rate) {
  std::uint64_t of = 100;
  int digits = 0;
  while (of < rate.of && digits < 7) {
    of *= 10;
    ++digits;
  }
  if (of != rate.of) return std::to_string(rate.parts) + '/' + std::to_string(rate.of);
  if (digits == 0) return std::to_string(rate.parts) + '%';
  const auto unit = rate.of / 100;
  return fmt::format("{}.{:0{}}%", rate.parts / unit, rate.parts % unit, digits);
}

std::string print(base::Ratio rate) { return rate == kAlways ? "" : " " + share(rate); }

std::string print(clock::Duration time) {
  const auto ns = time.count();
  if (ns % 1'000'000'000 == 0) return std::to_string(ns / 1'000'000'000) + 's';
  if (ns % 1'000'000 == 0) return std::to_string(ns / 1'000'000) + "ms";
  return ns % 1000 == 0 ? std::to_string(ns / 1000) + "us"
                        : fmt::format("{}.{:03}us", ns / 1000, ns % 1000);
}

std::string print(Range range) {
  return range.first == range.last ? fmt::format("{}", range.first)
                                   : fmt::format("{}..{}", range.first, range.last);
}

std::string quoted(std::string_view octets) {
  std::string text = "\"";
  for (const char c : octets) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (c >= ' ' && c <= '~') {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text + '"';
}

std::string fields(std::uint16_t chosen) {
  std::string text;
  for (std::size_t i = 0; i < std::size(kFields); ++i) {
    if ((chosen >> i & 1) == 0) continue;
    text += text.empty() ? ' ' : '|';
    text += kFields[i];
  }
  return text;
}

struct PrintPattern {
  std::string rate;  // The action's.

  std::string operator()(const Independent&) const { return rate; }
  std::string operator()(const Correlated& c) const {
    return rate + " correlation " + share(c.correlation);
  }
  std::string operator()(const Markov& m) const {
    return fmt::format(" state {} {} {} {} {}", share(m.p13), share(m.p31), share(m.p32),
                       share(m.p23), share(m.p14));
  }
  std::string operator()(const GilbertElliott& g) const {
    return fmt::format(" gemodel {} {} {} {}", share(g.p), share(g.r), share(g.in_bad),
                       share(g.in_good));
  }
  std::string operator()(const Every& e) const { return fmt::format("{} every {}", rate, e.n); }
  std::string operator()(const Burst& b) const {
    return fmt::format("{} burst {}", rate, b.length);
  }
};

struct PrintAction {
  std::string choice;

  std::string operator()(const Drop&) const { return "drop" + choice; }
  std::string operator()(const Delay& delay) const {
    std::string text = "delay ";
    if (delay.shape == Shape::Uniform && delay.least.count() >= 0) {
      text += print(delay.least);
      if (delay.most != delay.least) text += ".." + print(delay.most);
    } else {
      const auto middle = (delay.least + delay.most) / 2, jitter = (delay.most - delay.least) / 2;
      text += print(middle) + " +- " + print(jitter);
      if (delay.shape != Shape::Uniform) {
        text += fmt::format(" {}", kShapes[static_cast<std::size_t>(delay.shape)]);
      }
    }
    text += choice;
    if (delay.correlation != kNever) text += " correlation " + share(delay.correlation);
    return delay.in_order ? text + " in-order" : text;
  }
  std::string operator()(const Reorder& reorder) const {
    auto text = "reorder" + choice;
    if (reorder.behind != Reorder{}.behind) text += " behind " + std::to_string(reorder.behind);
    if (reorder.at_most != Reorder{}.at_most) text += " within " + print(reorder.at_most);
    return text;
  }
  std::string operator()(const Duplicate&) const { return "duplicate" + choice; }
  std::string operator()(const Corrupt& corrupt) const {
    auto text = "corrupt" + choice + fields(corrupt.fields);
    if (corrupt.bits != 1) text += fmt::format(" bits {}", corrupt.bits);
    return corrupt.repaired ? text + " checksum repaired" : text;
  }
  std::string operator()(const Truncate& truncate) const {
    auto text = "truncate" + choice;
    if (truncate.at) text += fmt::format(" at {}", *truncate.at);
    return truncate.repaired ? text + " checksum repaired" : text;
  }
  std::string operator()(const Bandwidth& bandwidth) const {
    static constexpr std::string_view kUnits[] = {"bit", "kbit", "mbit", "gbit"};
    auto number = bandwidth.bits_per_second;
    std::size_t unit = 0;
    for (; unit < 3 && number % 1000 == 0; ++unit) number /= 1000;
    auto text = fmt::format("rate {}{}", number, kUnits[unit]);
    return bandwidth.queue > 0 ? text + fmt::format(" queue {}", bandwidth.queue) : text;
  }
  std::string operator()(const Mtu& mtu) const {
    return fmt::format("mtu {}{}", mtu.octets, mtu.icmp ? " icmp" : "");
  }
};

std::string aim(const Match& match) {
  std::string text;
  if (match.length) text += " length " + print(*match.length);
  if (!match.contains.empty()) text += " payload " + quoted(match.contains);
  if (match.seq) text += " seq " + print(*match.seq);
  if (match.retransmission != 0) text += fmt::format(" retransmission {}", match.retransmission);
  if (match.from != clock::Duration{}) text += " from " + print(match.from);
  if (match.to != clock::Duration::max()) text += " to " + print(match.to);
  if (match.state) {
    constexpr std::string_view kPhases[] = {"until", "while", "since"};
    text += fmt::format(" {} {}", kPhases[static_cast<std::size_t>(match.state->phase)],
                        event::name(match.state->state));
  }
  return text;
}

}  // namespace

std::string print(const Fault& fault) {
  const auto choice = std::visit(PrintPattern{print(rate_of(fault.action))}, fault.pattern);
  std::string text = std::visit(PrintAction{choice}, fault.action);
  const Match& match = fault.match;
  if (match.direction) {
    text += *match.direction == event::Direction::ToTarget ? " to-target" : " from-target";
  }
  if (match.nth != 0) text += " nth " + std::to_string(match.nth);
  if (match.nth_last != 0) text += ".." + std::to_string(match.nth_last);
  if (match.payload) text += *match.payload ? " data" : " no-data";
  text += aim(match);
  char separator = ' ';
  for (const auto& [name, bit] : kBits) {
    if (!match.set.has(bit) && !match.clear.has(bit)) continue;
    text += separator;
    if (match.clear.has(bit)) text += '!';
    text += name;
    separator = '+';
  }
  if (fault.dice != 0) text += fmt::format(" dice {}", std::uint64_t{fault.dice} + 1);
  return text;
}

std::string print(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) text += (text.empty() ? "" : "; ") + print(fault);
  return text;
}

}  // namespace harness::link
