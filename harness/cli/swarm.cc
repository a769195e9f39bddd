#include "harness/cli/swarm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/known.h"
#include "harness/cli/pool.h"
#include "harness/cli/stop.h"
#include "harness/cli/store.h"
#include "harness/cli/suite.h"
#include "harness/cli/swarm_batch.h"
#include "harness/cli/swarm_options.h"
#include "harness/clock/clock.h"
#include "harness/clock/print.h"
#include "harness/event/status.h"
#include "harness/model/rule_id.h"
#include "harness/rules/catalogue.h"
#include "reports/text.h"
#include "reports/wrap.h"

namespace harness::cli {
namespace {

using oracle::Verdict;

constexpr std::string_view kSwarmHelp =
    R"(Each conversation is drawn from the seed and its number: who opens, options, data both ways, calls
of the application, faults of the link, time that passes, and now and then what no sane TCP would
send. Every segment is judged by RFC 9293. Of each kind of failure the first is shown.

  lastack swarm --count 100000 --jobs 2          on the engine
  lastack swarm --target linux --time 60         on the Linux kernel, for a minute
  lastack swarm --seed 7 --only 4711             one of them again, as a ladder
)";

// Tells how it goes, and what came of it.
class Watcher final : public PoolEvents {
 public:
  Watcher(Console& console, const SwarmArguments& arguments, const Batches& batches)
      : console_(console),
        arguments_(arguments),
        batches_(batches),
        folder_(arguments.found.value_or("")) {}

  void started(std::uint32_t) override {}
  void finished(std::uint32_t, const std::string& octets) override {
    auto batch = batch_from(octets);
    if (!batch) {
      said("lastack: a worker told what nobody understands");
      broken_ = true;
      return;
    }
    const auto written = write(*batch);  // First: what is printed is not lost.
    for (const auto& result : batch->shown) {
      if (shown_.insert(key(result)).second) show(result);
    }
    console_.print(written);
    tally_.add(batch->tally);
    if (console_.live()) console_.status(counts());
  }
  void lost(std::uint32_t index, const std::string& how) override {
    const auto at = batches_.reached(index);
    tally_.lose(at, how);
    console_.print(
        fmt::format("harness-error  swarm/{}: the process that held it {}\n\n  repeat it: {}\n\n",
                    at, how, arguments_.repeat_command(at)));
  }
  void said(const std::string& text) override {
    console_.clear_status();
    std::cerr << text << (text.ends_with('\n') ? "" : "\n");
  }

  // The files of a batch, into the folder for them; what there is to say about that. Of each shape
  // one script, and one record of what became none.
  std::string write(const Batch& batch) {
    std::string text;
    for (const auto& kept : batch.kept) {
      if (scripted_.contains(kept.shape)) continue;
      if (!(kept.script ? scripted_ : unscripted_).insert(kept.shape).second) continue;
      text += fmt::format("swarm/{}: {}\n{}\n", kept.index, kept.said, folder_.write(kept.files));
    }
    return text;
  }

  const campaign::SwarmTally& tally() const { return tally_; }
  bool broken() const { return broken_ || folder_.broken(); }
  const std::optional<std::string>& unwritten() const { return folder_.error(); }

  void show(const reports::Result& result) {
    const auto verdict = std::string{oracle::name(result.verdict)};
    console_.print(fmt::format(
        "{}  {}\n{}\n",
        console_.paint(
            result.verdict == Verdict::Pass ? Console::Colour::Good : Console::Colour::Bad,
            verdict),
        reports::subject(result),
        reports::details(result,
                         arguments_.repeat_command(std::stoull(result.scenario.substr(6))))));
  }

  std::string counts() const {
    std::string text = fmt::format("{} conversations:", tally_.conversations());
    for (const auto verdict : {Verdict::Pass, Verdict::NonStrict, Verdict::Inconclusive,
                               Verdict::Known, Verdict::Fail, Verdict::HarnessError}) {
      if (verdict == Verdict::Known && tally_.of(verdict) == 0) continue;
      text += fmt::format("{} {} {}", verdict == Verdict::Pass ? "" : ",", tally_.of(verdict),
                          oracle::name(verdict));
    }
    return text;
  }

 private:
  static std::string key(const reports::Result& result) {
    campaign::Conversation held;
    held.verdict = result.verdict;
    held.reason = result.reason;
    held.findings = result.findings;
    return campaign::shape_of(held);
  }

  Console& console_;
  const SwarmArguments& arguments_;
  const Batches& batches_;
  campaign::SwarmTally tally_;
  std::set<std::string> shown_, scripted_, unscripted_;
  FoundFolder folder_;
  bool broken_ = false;
};

std::string states_line(const campaign::SwarmTally& tally) {
  std::string text = "states seen:";
  std::string missing;
  for (std::size_t i = 1; i < tally.states().size(); ++i) {
    const auto name = event::name(static_cast<event::TcpState>(i));
    if (tally.states()[i] > 0) {
      text += fmt::format(" {} {},", name, tally.states()[i]);
    } else {
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
    }
  }
  text.back() = missing.empty() ? '\n' : ';';
  return missing.empty() ? text : fmt::format("{} never {}\n", text, missing);
}

std::string rules_line(const campaign::SwarmTally& tally) {
  std::size_t exercised = 0;
  std::vector<std::string_view> never;
  for (std::size_t i = 0; i < model::kRules; ++i) {
    const auto row = model::row(static_cast<model::Id>(i));
    const bool any = row < tally.exercised().size() && tally.exercised()[row] > 0;
    exercised += any ? 1 : 0;
    if (!any) never.push_back(model::kRuleNames[i]);
  }
  auto text = fmt::format("requirements exercised: {} of {}", exercised, model::kRules);
  if (never.empty()) return text + '\n';
  text += fmt::format("; never, what `lastack explain ID` tells of:\n");
  constexpr std::size_t kColumns = 100, kIndent = 2;
  for (const auto& part :
       reports::wrap(fmt::format("{}", fmt::join(never, ", ")), kColumns - kIndent)) {
    text += fmt::format("{:{}}{}\n", "", kIndent, part);
  }
  return text;
}

// What went wrong in the same way, the most frequent first, each with how to see the first of it.
std::string shapes(const campaign::SwarmTally& tally, const SwarmArguments& arguments,
                   std::string_view head, bool (*wanted)(Verdict)) {
  using Shape = campaign::SwarmTally::Shape;
  std::vector<std::pair<std::string, Shape>> found;
  for (const auto& one : tally.shapes()) {
    if (wanted(one.second.verdict)) found.push_back(one);
  }
  std::ranges::sort(found, [](const auto& a, const auto& b) {
    return a.second.count != b.second.count ? a.second.count > b.second.count : a.first < b.first;
  });
  auto text = fmt::format("{}: {}\n", head, found.size());
  for (const auto& [name, shape] : found) {
    text += fmt::format("{:>8} x {}\n{:>10} first: {}\n", shape.count, name, "",
                        arguments.repeat_command(shape.first));
  }
  return text;
}

std::string summary(const Watcher& watcher, const SwarmArguments& arguments,
                    const target::catalogue::Choice& choice, clock::Duration took) {
  const auto& tally = watcher.tally();
  auto text = watcher.counts() + '\n';
  text += shapes(tally, arguments, "distinct failures",
                 [](Verdict v) { return v != Verdict::NonStrict; });
  if (tally.of(Verdict::NonStrict) > 0) {
    text += shapes(tally, arguments, "ways in which a SHOULD was not followed",
                   [](Verdict v) { return v == Verdict::NonStrict; });
  }
  text += states_line(tally) + rules_line(tally);
  for (const auto& score : tally.faults()) text += fmt::format("fault: {}\n", link::print(score));
  text += fmt::format("frontier: widest {}, p99 {}\n", tally.widest(), tally.p99());
  const auto seconds = std::chrono::duration<double>(took).count();
  const auto all = static_cast<double>(tally.conversations());
  text += fmt::format("{}, target {}{}{}, {}: {:.0f} conversations/s of {:.1f} segments\n",
                      arguments.seed.print(), arguments.target,
                      tally.version().empty() ? "" : ' ' + tally.version(),
                      choice.wire.empty() ? "" : fmt::format(" on {}", choice.wire),
                      clock::human(took), seconds > 0 ? all / seconds : 0.0,
                      all > 0 ? static_cast<double>(tally.segments()) / all : 0.0);
  return text;
}

int status_of(const Watcher& watcher, bool interrupted) {
  const auto& tally = watcher.tally();
  if (interrupted || watcher.broken() || tally.of(Verdict::HarnessError) > 0) return kError;
  if (tally.of(Verdict::Fail) > 0) return kFail;
  return tally.of(Verdict::Inconclusive) > 0 ? kInconclusive : kSuccess;
}

// On a real clock a conversation mostly waits, and others can go on meanwhile.
unsigned jobs_for(const SwarmArguments& arguments, const target::catalogue::Choice& choice) {
  if (arguments.jobs) return *arguments.jobs;
  if (choice.entry.virtual_time) return 1;
  constexpr std::uint64_t kPerProcessor = 4, kMost = 16, kEach = 16;
  const auto processors = static_cast<std::uint64_t>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
  const auto most = std::min({processors * kPerProcessor, kMost, arguments.count / kEach});
  return target::catalogue::jobs_at_once(choice, static_cast<unsigned>(most));
}

// In the worker: what such targets want, a process of its own perhaps.
std::string hold_apart(const target::catalogue::Choice& choice,
                       const std::function<std::string()>& work,
                       const volatile std::sig_atomic_t* stop) {
  auto done = target::catalogue::apart(choice, work, stop);
  if (!done) throw std::runtime_error(fmt::format("it {}", done.error()));
  return std::move(*done);
}

// One conversation, shown in full.
int hold_only(const SwarmArguments& arguments, const target::catalogue::Choice& choice,
              Batches& batches, Console& console, const volatile std::sig_atomic_t* stop) {
  const auto work = [&](std::uint32_t) {
    return hold_apart(choice, [&] { return to_octets(batches.hold_only(*arguments.only)); }, stop);
  };
  struct Only final : PoolEvents {
    std::optional<Batch> batch;
    std::string how = "was interrupted";
    void started(std::uint32_t) override {}
    void finished(std::uint32_t, const std::string& octets) override { batch = batch_from(octets); }
    void lost(std::uint32_t, const std::string& text) override { how = text; }
    void said(const std::string& text) override { std::cerr << text; }
  } only;
  run_pool(1, 1, work, only, stop);
  if (!only.batch || only.batch->shown.empty()) {
    std::cerr << fmt::format("lastack: the process that held swarm/{} {}\n", *arguments.only,
                             only.how);
    return kError;
  }
  Watcher watcher{console, arguments, batches};
  const auto& result = only.batch->shown.front();
  const auto written = watcher.write(*only.batch);
  watcher.show(result);
  console.print(written);
  if (arguments.trace) {
    std::ofstream file{*arguments.trace, std::ios::binary};
    file << result.trace;
    if (!file.flush()) {
      std::cerr << "lastack: cannot write " << *arguments.trace << '\n';
      return kError;
    }
  }
  switch (result.verdict) {
    case Verdict::Fail:
      return kFail;
    case Verdict::HarnessError:
      return kError;
    case Verdict::Inconclusive:
      return kInconclusive;
    default:
      return kSuccess;
  }
}

int swarm(std::span<const std::string> words) {
  const auto* const stop = catch_stop();
  const auto arguments = parse_swarm(words);
  if (!arguments) return usage_error(arguments.error(), "swarm");
  const auto choice = target::catalogue::choose(arguments->target, arguments->wire);
  if (!choice) return usage_error(choice.error(), "swarm");
  if (const auto there = target::catalogue::available(*choice); !there && *stop == 0) {
    std::cerr << "lastack: " << there.error() << '\n';
    return kError;
  }
  if (arguments->found) {
    if (const auto why = prepare_found(*arguments->found)) {
      std::cerr << "lastack: " << *why << "; nothing was run\n";
      return kError;
    }
  }
  Console console;
  const auto suite = Suite::open(std::nullopt);
  auto known = load_known(std::nullopt, suite ? suite->root() : std::nullopt, choice->entry.name);
  if (!known) {
    std::cerr << "lastack: " << known.error() << '\n';
    return kError;
  }
  std::erase_if(*known, [](const auto& line) { return line.scenario != kAnyConversation; });
  Batches batches{*arguments, *choice, stop, std::move(*known)};
  if (arguments->only) return hold_only(*arguments, *choice, batches, console, stop);

  // Measured before the time begins.
  const unsigned jobs = *stop == 0 ? jobs_for(*arguments, *choice) : 1;
  const clock::SteadyClock wall;
  Watcher watcher{console, *arguments, batches};
  if (arguments->time) stop_after(*arguments->time);
  const auto work = [&](std::uint32_t i) {
    return hold_apart(*choice, [&] { return to_octets(batches.hold(i)); }, stop);
  };
  int status = kSuccess;
  try {
    run_pool(batches.count(), jobs, work, watcher, stop);
  } catch (const base::SystemError& error) {  // No more workers: what was done is kept.
    std::cerr << "lastack: " << error.what() << '\n';
    status = kError;
  }
  const bool interrupted = *stop != 0 && !time_is_over();
  console.print(summary(watcher, *arguments, *choice, wall.now() - clock::kStart));
  if (interrupted) std::cerr << "lastack: interrupted\n";
  if (const auto& why = watcher.unwritten()) std::cerr << "lastack: " << *why << '\n';
  if (console.error()) {
    std::cerr << "lastack: " << *console.error() << '\n';
    status = kError;
  }
  return std::max(status, status_of(watcher, interrupted));
}

}  // namespace

Command swarm_command() {
  return {.name = "swarm",
          .arguments = "[options]",
          .says = "Holds random conversations with a target and judges each by the RFCs.",
          .more = kSwarmHelp,
          .options = swarm_options,
          .run = swarm};
}

}  // namespace harness::cli
