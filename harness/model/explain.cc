#include "harness/model/explain.h"

#include <fmt/format.h>

#include <bit>

#include "harness/clock/print.h"
#include "harness/event/status.h"
#include "harness/rules/rule.h"

namespace harness::model {
namespace {

std::string number(Unit unit, std::int64_t value) {
  switch (unit) {
    case Unit::None:
      return "";
    case Unit::Number:  // As a ladder has it: what lies before the SYN wraps.
      return fmt::format(" {}", value < 0 ? static_cast<std::uint32_t>(value) : value);
    case Unit::Octets:
      return fmt::format(" {} octets", value);
    case Unit::Duration:
      return " " + clock::human(clock::Duration{value});
    case Unit::Bits:
      return fmt::format(" {}", value);
  }
  return "";
}

std::string interval(const Miss& miss) {
  if (miss.low == 0 && miss.high == 0 && miss.unit != Unit::Number) return "";
  if (miss.low == miss.high) return number(miss.unit, miss.low);
  return number(miss.unit, miss.low) + " to" + number(miss.unit, miss.high);
}

// As a connection passes through them.
constexpr event::TcpState kLife[] = {
    event::TcpState::Listen,      event::TcpState::SynSent,  event::TcpState::SynReceived,
    event::TcpState::Established, event::TcpState::FinWait1, event::TcpState::FinWait2,
    event::TcpState::CloseWait,   event::TcpState::Closing,  event::TcpState::LastAck,
    event::TcpState::TimeWait,    event::TcpState::Closed};

constexpr unsigned mask(event::TcpState state) { return 1u << static_cast<unsigned>(state); }

// The states that would have been legal, and of a single one why.
std::string legal(const Miss& miss, const std::string& states, bool single) {
  if (!single || *miss.nearest == '\0') return states;
  const auto ack = miss.ack == kNowhere ? "" : number(Unit::Number, miss.ack);
  return fmt::format("{}: {}{}", states, miss.nearest, ack);
}

}  // namespace

std::string print_states(unsigned states) {
  std::string text;
  for (const auto state : kLife) {
    if ((states & mask(state)) == 0) continue;
    text += fmt::format("{}{}", text.empty() ? "" : " or ", event::name(state));
  }
  return text;
}

Violation violation(const Miss& miss, Violation::Weight weight, std::uint32_t record, Time at,
                    const wire::FourTuple& connection) {
  const rules::Rule& rule = rules::catalogue()[row(miss.id)];
  Violation made;
  made.weight = weight;
  made.requirement = rule.id;
  made.section = rule.section;
  made.expected = miss.expected + interval(miss);
  made.found = miss.found + number(miss.unit, miss.got);
  made.nearest = miss.nearest;
  if (miss.states != 0) {
    // Whether somebody listens makes no difference to who asks for a connection.
    const bool closed = (miss.states & mask(event::TcpState::Closed)) != 0;
    const unsigned may = closed ? miss.states & ~mask(event::TcpState::Listen) : miss.states;
    const auto states = print_states(may);
    if (made.expected.empty()) made.expected = states;
    made.nearest = legal(miss, states, std::has_single_bit(may));
  }
  if (miss.due != kNoTime) made.due = clock::Instant{clock::Duration{miss.due}};
  made.record = record;
  made.cause = miss.cause;
  made.at = clock::Instant{clock::Duration{at}};
  made.connection = connection;
  return made;
}

std::string explain(const Violation& v) {
  const auto* const rule = rules::find_rule(v.requirement);
  auto text = fmt::format("expected {}, got {} · {} ({}) · event {}, +{}", v.expected, v.found,
                          rule != nullptr ? rules::cite(*rule) : std::string{v.section},
                          v.requirement, v.record, clock::human(v.at.time_since_epoch()));
  if (v.cause != event::kNoRecord) text += fmt::format(" · because of event {}", v.cause);
  if (!v.nearest.empty()) text += fmt::format(" · legal: {}", v.nearest);
  return text;
}

}  // namespace harness::model
