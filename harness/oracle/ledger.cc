#include "harness/oracle/ledger.h"

#include <algorithm>
#include <map>
#include <utility>

#include "harness/rules/rule.h"

namespace harness::oracle {

const Tally* find(const Ledger& ledger, std::string_view requirement) {
  const auto found = std::ranges::find(ledger, requirement, &Tally::requirement);
  return found == ledger.end() ? nullptr : &*found;
}

void add(Ledger& sum, const Ledger& run) {
  std::map<std::string_view, Tally> all;
  for (const Ledger* ledger : {&std::as_const(sum), &run}) {
    for (const Tally& tally : *ledger) {
      Tally& total = all[tally.requirement];
      total.requirement = tally.requirement;
      total.exercised += tally.exercised;
      total.held += tally.held;
      total.violated += tally.violated;
      total.open += tally.open;
    }
  }
  Ledger added;
  for (const auto& rule : rules::catalogue()) {
    if (const auto found = all.find(rule.id); found != all.end()) added.push_back(found->second);
  }
  sum = std::move(added);
}

}  // namespace harness::oracle
