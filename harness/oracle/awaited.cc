#include "harness/oracle/awaited.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/clock/print.h"
#include "harness/model/model.h"
#include "harness/oracle/rfc.h"

namespace harness::oracle {

std::string awaited(const event::Trace& trace) {
  if (trace.size() == 0) return {};
  model::Model model{assumptions(trace)};
  for (std::uint32_t i = 0; i < trace.size(); ++i) model.step(trace, i);
  model.finish(trace);
  const auto& all = model.awaited();
  const auto first = std::ranges::min_element(all, {}, &model::Awaited::until);
  if (first == all.end()) return {};
  const auto more = all.size() > 1 ? fmt::format(" (and for {} more)", all.size() - 1) : "";
  return fmt::format("until {} for {}{}, and the run ended at {}",
                     clock::human(first->until.time_since_epoch()), first->what, more,
                     clock::human(trace[trace.size() - 1].at.time_since_epoch()));
}

}  // namespace harness::oracle
