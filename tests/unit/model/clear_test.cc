#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "harness/campaign/swarm.h"
#include "harness/model/explain.h"
#include "harness/model/model.h"
#include "harness/target/inproc/inproc.h"

namespace harness::model {
namespace {

struct Said {
  std::vector<std::string> violations{};
  std::vector<std::uint32_t> counts{};
  std::size_t widest = 0;
  std::uint32_t undecided = 0;
  friend bool operator==(const Said&, const Said&) = default;
};

Said judge(Model& model, const event::Trace& trace) {
  for (std::uint32_t i = 0; i < trace.size(); ++i) model.step(trace, i);
  model.finish(trace);
  Said said{.widest = model.widest_frontier(), .undecided = model.undecided()};
  for (const auto& violation : model.violations()) said.violations.push_back(explain(violation));
  for (const auto counts : {model.exercised(), model.held(), model.violated(), model.open()}) {
    said.counts.insert(said.counts.end(), counts.begin(), counts.end());
  }
  return said;
}

// Whatever was judged before: several connections, names used again, failures.
TEST(Clear, ModelIsAsGoodAsNew) {
  campaign::Swarm swarm{target::inproc::make, {.seed = 11}};
  Model used{Assumptions{}};
  for (std::uint64_t i = 0; i < 3000; ++i) {
    swarm.hold(i);
    const auto& trace = swarm.trace();
    const auto assume = assumptions_of(trace);
    Model fresh{assume};
    used.clear(assume);
    ASSERT_EQ(judge(used, trace), judge(fresh, trace)) << "conversation " << i;
  }
}

// What it judged may be gone, and other octets where it lay.
TEST(Clear, ForgetsWhatLayInATrace) {
  Model used{Assumptions{}};
  for (std::uint64_t i = 0; i < 300; ++i) {
    campaign::Swarm swarm{target::inproc::make, {.seed = 12}};
    swarm.hold(i);
    const auto assume = assumptions_of(swarm.trace());
    Model fresh{assume};
    used.clear(assume);
    ASSERT_EQ(judge(used, swarm.trace()), judge(fresh, swarm.trace())) << "conversation " << i;
  }
}

}  // namespace
}  // namespace harness::model
