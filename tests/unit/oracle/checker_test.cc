#include "harness/oracle/checker.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace harness::oracle {
namespace {

class Says final : public Checker {
 public:
  explicit Says(Verdict verdict) : verdict_(verdict) {}
  std::string_view name() const override { return "says"; }
  std::vector<Finding> check(const event::Trace&) const override {
    return {Finding{.checker = "says", .verdict = verdict_}};
  }

 private:
  Verdict verdict_;
};

template <class What>
class Throws final : public Checker {
 public:
  explicit Throws(What what) : what_(what) {}
  std::string_view name() const override { return "throws"; }
  std::vector<Finding> check(const event::Trace&) const override { throw what_; }

 private:
  What what_;
};

TEST(Checker, FindingsComeInTheOrderOfTheCheckersAndTheWorstCounts) {
  const Says known{Verdict::Known}, loose{Verdict::NonStrict};
  const Checker* checkers[] = {&known, &loose};
  const auto judgement = judge(event::Trace{}, checkers);
  ASSERT_EQ(judgement.findings.size(), 2u);
  EXPECT_EQ(judgement.findings[0].verdict, Verdict::Known);
  EXPECT_EQ(judgement.findings[1].verdict, Verdict::NonStrict);
  EXPECT_EQ(judgement.verdict, Verdict::Known);
}

TEST(Checker, WithoutCheckersNothingIsWrong) {
  const auto judgement = judge(event::Trace{}, {});
  EXPECT_EQ(judgement.verdict, Verdict::Pass);
  EXPECT_TRUE(judgement.findings.empty());
}

TEST(Checker, OneThatThrowsIsOurErrorAndTheOthersStillSpeak) {
  const Throws error{std::runtime_error{"out of ideas"}};
  const Throws number{42};
  const Says fail{Verdict::Fail};
  const Checker* checkers[] = {&error, &number, &fail};
  const auto judgement = judge(event::Trace{}, checkers);
  ASSERT_EQ(judgement.findings.size(), 3u);
  EXPECT_EQ(judgement.verdict, Verdict::HarnessError);
  EXPECT_EQ(judgement.findings[0].checker, "throws");
  EXPECT_EQ(judgement.findings[0].text, "the checker itself failed: out of ideas");
  EXPECT_EQ(judgement.findings[1].verdict, Verdict::HarnessError);
  EXPECT_EQ(judgement.findings[2].verdict, Verdict::Fail);
}

}  // namespace
}  // namespace harness::oracle
