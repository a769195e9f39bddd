#include <map>
#include <set>

#include "harness/rules/rule.h"
#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

// Every rule the model enforces has a trace that must pass, and the same with one thing changed,
// which must be rejected by that rule. That they do so, the tests they come from say.
TEST(EveryRule, HasAPositiveAndANegativeControl) {
  std::vector<Control> controls;
  for (const auto each : all_controls()) each(Checker{&controls});
  std::map<std::string, int, std::less<>> count;
  for (const auto& c : controls) {
    const auto end = c.rule.find('?');
    ++count[c.rule.substr(0, end)];
    EXPECT_FALSE(c.good.empty()) << c.rule;
  }
  for (const auto rule : kRuleNames) {
    EXPECT_TRUE(count.contains(rule)) << rule << " has no controls";
  }
  for (const auto& [rule, n] : count) {
    EXPECT_TRUE(std::ranges::find(kRuleNames, rule) != std::end(kRuleNames))
        << rule << " is not a rule of the model";
  }
  RecordProperty("controls", static_cast<int>(controls.size()));
}

// What no run ever counts could not be told from what no scenario puts to the test.
TEST(EveryRule, IsCountedWhereItIsKept) {
  std::vector<Control> controls;
  for (const auto each : all_controls()) each(Checker{&controls});
  std::vector<Lines> kept;
  for (auto& c : controls) kept.push_back(std::move(c.good));
  kept.push_back({"listen", "< S 0", "> S. 0 ack 1 mss 1460", "+.01 < . 1 ack 1", "accept",
                  "write 100", "> P. 1 len 100 ack 1"});
  kept.push_back(passive() + Lines{"+.1 < F. 1 ack 1", "> . 1 ack 2", "eof", "write 100",
                                   "> P. 1 len 100 ack 2"});
  kept.push_back(passive() + Lines{"+7200 wait"});
  kept.push_back(passive() + Lines{"close", "> F. 1 ack 1", "+1 > F. 1 ack 1"});
  for (const auto* trouble : {"+.1 < icmp 4 0 1", "+.1 < icmp 3 3 12"}) {
    kept.push_back(passive() + Lines{"write 10", "> P. 1 len 10 ack 1", trouble,
                                     "+.9 > P. 1 len 10 ack 1", "+.1 < . 1 ack 11"});
  }
  std::vector<std::uint32_t> held(rules::catalogue().size());
  for (const auto& lines : kept) {
    const Conversation conversation{lines};
    const auto& trace = conversation.trace();
    Model model{assumptions_of(trace)};
    for (std::uint32_t i = 0; i < trace.size(); ++i) model.step(trace, i);
    model.finish(trace);
    EXPECT_TRUE(model.violations().empty()) << lines.back();
    for (std::size_t i = 0; i < held.size(); ++i) {
      EXPECT_LE(model.held()[i] + model.open()[i], model.exercised()[i]);
      held[i] += model.held()[i];
    }
  }
  for (std::size_t i = 0; i < kRules; ++i) {
    EXPECT_GT(held[row(static_cast<Id>(i))], 0u) << kRuleNames[i];
  }
}

// What a SHOULD forbids is never a Fail, and what a MUST forbids never less.
TEST(EveryRule, WeighsAsItsWordSays) {
  std::vector<Control> controls;
  for (const auto each : all_controls()) each(Checker{&controls});
  for (const auto& c : controls) {
    const bool lapse = c.rule.ends_with('?');
    const auto* const rule = rules::find_rule(lapse ? c.rule.substr(0, c.rule.size() - 1) : c.rule);
    ASSERT_NE(rule, nullptr) << c.rule;
    using enum rules::Level;
    if (rule->level == Must || rule->level == MustNot) {
      EXPECT_FALSE(lapse) << c.rule;
    }
    if (rule->level == Should || rule->level == ShouldNot || rule->level == Recommended) {
      EXPECT_TRUE(lapse) << c.rule;
    }
  }
}

}  // namespace
}  // namespace harness::model
