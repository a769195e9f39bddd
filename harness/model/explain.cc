#include "harness/model/explain.h"

#include <fmt/format.h>

#include "harness/clock/print.h"
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

}  // namespace

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
