#include "harness/campaign/family.h"

namespace harness::campaign {

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

}  // namespace harness::campaign
