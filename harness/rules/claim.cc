#include "harness/rules/claim.h"

#include "harness/rules/by_id.h"
#include "harness/rules/claims.h"

namespace harness::rules {

const Claim* find_claim(std::string_view id) { return find_by_id(claims(), claims_order(), id); }

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Right:
      return "right";
    case Verdict::Wrong:
      return "wrong";
    case Verdict::Imprecise:
      return "imprecise";
  }
  return "";
}

}  // namespace harness::rules
