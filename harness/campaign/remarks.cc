#include "harness/campaign/remarks.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/clock/print.h"
#include "harness/event/expectation.h"
#include "harness/model/rule_id.h"
#include "harness/wire/print.h"

namespace harness::campaign {
namespace {

using Sentences = std::vector<std::string>;
using oracle::Verdict;

bool expects_segment(const scenario::Step& step) {
  const auto* packet = std::get_if<scenario::PacketStep>(&step.what);
  return packet != nullptr && packet->direction == event::Direction::FromTarget;
}

void about_steps(const scenario::Scenario& scenario, Sentences& said) {
  const auto asserts = [](const scenario::Step& step) {
    return std::holds_alternative<scenario::PacketStep>(step.what)
               ? expects_segment(step)
               : !std::holds_alternative<scenario::CommandStep>(step.what);
  };
  if (std::ranges::none_of(scenario.steps, asserts)) said.push_back("nothing is expected in it");
}

// Of a requirement that the model does not enforce nobody can tell; a run that went wrong may not
// have got there.
void about_rules(const scenario::Scenario& scenario, const oracle::Judgement& judgement,
                 Sentences& said) {
  if (judgement.verdict != Verdict::Pass && judgement.verdict != Verdict::NonStrict) return;
  for (const auto& id : scenario.rules) {
    const bool enforced = std::ranges::find(model::kRuleNames, id) != std::end(model::kRuleNames);
    const auto* tally = oracle::find(judgement.ledger, id);
    if (!enforced || (tally != nullptr && tally->exercised > 0)) continue;
    said.push_back(fmt::format("`rules:` names {}, and the model never saw it at stake", id));
  }
}

void about_leftovers(const event::Trace& trace, Sentences& said) {
  for (const auto& record : trace.records()) {
    if (record.kind != event::Kind::Expectation) continue;
    const auto left = event::expectation(trace, record);
    if (left.what != event::Expected::Nothing || left.met == event::kNoRecord) continue;
    said.push_back(fmt::format("no line accounts for `{}` at {} s",
                               wire::print_datagram(trace.body(trace[left.met]), left.base),
                               clock::seconds(trace[left.met].at)));
  }
}

}  // namespace

Sentences never_struck(const link::Link& link) {
  Sentences said;
  for (std::size_t i = 0; i < link.faults().size(); ++i) {
    const auto& fault = link.faults()[i];
    if (link.tallies()[i].struck > 0 || link::by_chance(fault)) continue;
    said.push_back(fmt::format("the fault `{}` never struck", link::print(fault)));
  }
  return said;
}

Sentences remarks(const scenario::Scenario& scenario, const link::Link& link,
                  const event::Trace& trace, const oracle::Judgement& judgement) {
  Sentences said = never_struck(link);
  about_steps(scenario, said);
  about_rules(scenario, judgement, said);
  about_leftovers(trace, said);
  return said;
}

}  // namespace harness::campaign
