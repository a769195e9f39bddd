#include "harness/campaign/family.h"

namespace harness::campaign {
namespace {

constexpr std::string_view kFact = "ip";

}  // namespace

std::string_view name(Family family) {
  switch (family) {
    case Family::V4:
      return "v4";
    case Family::Mapped:
      return "mapped";
    case Family::V6:
      break;
  }
  return "v6";
}

std::optional<Family> family_named(std::string_view text) {
  for (const auto family : kFamilies) {
    if (text == name(family)) return family;
  }
  return std::nullopt;
}

Family family_of(const scenario::Scenario& scenario, Family wanted) {
  return scenario.options.family.value_or(wanted);
}

Family family_of(const event::Start& start) {
  if (start.get(kFact) == name(Family::Mapped)) return Family::Mapped;
  return start.get("local").contains(':') ? Family::V6 : Family::V4;
}

void set_family(event::Start& start, Family family) {
  if (family == Family::Mapped) start.set(kFact, name(family));
}

}  // namespace harness::campaign
