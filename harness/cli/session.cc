#include "harness/cli/session.h"

#include <fmt/format.h>

#include <utility>

#include "harness/base/system_error.h"
#include "reports/json.h"

namespace harness::cli {

using oracle::Verdict;

namespace {

bool same_as_last(const reports::Run& run, const std::string& id, const std::string& why) {
  return !run.not_run.empty() && run.not_run.back().scenario == id &&
         run.not_run.back().reason == why;
}

reports::Result lost_result(const Job& job, const Plan& plan, const std::string& how) {
  auto result = blank_result(job, plan);
  result.verdict = Verdict::HarnessError;
  result.reason = fmt::format("the process that ran it {}", how);
  return result;
}

}  // namespace

void Session::run(unsigned workers) {
  const auto count = static_cast<std::uint32_t>(jobs_.size());
  if (workers == 0) {
    for (std::uint32_t i = 0; i < count && *plan_.options.stop == 0; ++i) {
      started(i);
      if (auto result = perform(jobs_[i], plan_)) {
        keep(i, std::move(*result));
      }
    }
  } else {
    // A worker answers with nothing when it was interrupted.
    const auto work = [&](std::uint32_t i) {
      const auto one = [&] {
        const auto result = perform(jobs_[i], plan_);
        return result ? reports::to_json_whole(*result) : std::string{};
      };
      try {
        const auto done = target::catalogue::apart(plan_.choice, one, plan_.options.stop);
        return done ? *done : reports::to_json_whole(lost_result(jobs_[i], plan_, done.error()));
      } catch (const base::SystemError& error) {  // No such process; the next may be to be had.
        const auto how = fmt::format("could not be started: {}", error.what());
        return reports::to_json_whole(lost_result(jobs_[i], plan_, how));
      }
    };
    run_pool(count, workers, work, *this, plan_.options.stop);
  }
}

void Session::started(std::uint32_t index) { listener_.started(jobs_[index]); }

void Session::finished(std::uint32_t index, const std::string& text) {
  if (text.empty()) return;
  if (auto result = reports::from_json(text)) return keep(index, std::move(*result));
  lost(index, "told what nobody understands");
}

void Session::lost(std::uint32_t index, const std::string& how) {
  keep(index, lost_result(jobs_[index], plan_, how));
}

void Session::said(const std::string& text) { listener_.said(text); }

void Session::keep(std::uint32_t index, reports::Result result) {
  listener_.ended(result);
  result.trace = {};
  results_[index] = std::move(result);
  for (; told_ < jobs_.size() && results_[told_]; ++told_) tell(told_);
}

void Session::tell(std::uint32_t index) {
  if (results_[index]) listener_.told(jobs_[index], *results_[index]);
}

void Session::report(reports::Run& run, const std::string& why) {
  // An interrupted job leaves a gap that must not hide what came behind it.
  for (; told_ < jobs_.size(); ++told_) tell(told_);
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    if (!results_[i]) {
      const auto& id = jobs_[i].entry->id();
      if (same_as_last(run, id, why)) {
        ++run.not_run.back().runs;
      } else {
        run.not_run.push_back({.scenario = id, .reason = why});
      }
      continue;
    }
    if (run.version.empty()) run.version = results_[i]->version;
    run.results.push_back(std::move(*results_[i]));
  }
}

}  // namespace harness::cli
