#include "harness/model/rule_id.h"

#include "harness/base/check.h"
#include "harness/rules/rule.h"

namespace harness::model {
namespace {

std::array<std::uint16_t, kRules> find_rows() {
  std::array<std::uint16_t, kRules> rows{};
  for (std::size_t i = 0; i < kRules; ++i) {
    const auto* const rule = rules::find_rule(kRuleNames[i]);
    CHECK(rule != nullptr);
    rows[i] = static_cast<std::uint16_t>(rule - rules::catalogue().data());
  }
  return rows;
}

}  // namespace

const std::array<std::uint16_t, kRules>& rows() {
  static const auto found = find_rows();
  return found;
}

}  // namespace harness::model
