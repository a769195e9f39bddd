#include "harness/cli/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/pool.h"
#include "harness/cli/select.h"
#include "harness/cli/stop.h"
#include "harness/cli/sweep_options.h"
#include "harness/cli/sweep_work.h"
#include "harness/cli/write_file.h"
#include "harness/clock/clock.h"
#include "harness/clock/print.h"
#include "reports/text.h"

namespace harness::cli {
namespace {

using oracle::Verdict;
using Json = nlohmann::ordered_json;

constexpr std::string_view kSweepHelp =
    R"(Plays a scenario as it stands, and then again and again: with each packet dropped, duplicated,
delayed beyond the RTO, swapped with the next one, or corrupted; and with every pair of such faults
on two packets. The script's peer goes on as scripted, and sends again what does not get through;
what the script expects is not judged under faults. Judged is by the RFCs, and by what must be true when
both sides have come to rest: what was sent was delivered, or the connection failed and the
application was told. Of each kind of failure the first is shown.

  lastack sweep close/simultaneous               one scenario
  lastack sweep close '*/fin*' --singles         many of them, single faults alone
  lastack sweep close/half_close --only 'drop to-target nth 4; corrupt from-target nth 3'
)";

// What the pool tells of jobs whose order matters not.
class Jobs final : public PoolEvents {
 public:
  using Finished = std::function<void(std::uint32_t, const std::string&)>;
  using Lost = std::function<void(std::uint32_t, const std::string&)>;
  Jobs(Console& console, Finished finished, Lost lost)
      : console_(console), finished_(std::move(finished)), lost_(std::move(lost)) {}

  void started(std::uint32_t) override {}
  void finished(std::uint32_t index, const std::string& octets) override {
    finished_(index, octets);
  }
  void lost(std::uint32_t index, const std::string& how) override { lost_(index, how); }
  void said(const std::string& text) override {
    console_.clear_status();
    std::cerr << text << (text.ends_with('\n') ? "" : "\n");
  }

 private:
  Console& console_;
  Finished finished_;
  Lost lost_;
};

class Sweeper {
 public:
  Sweeper(const SweepArguments& arguments, const target::catalogue::Choice& choice,
          Console& console, const volatile std::sig_atomic_t* stop)
      : arguments_(arguments),
        choice_(choice),
        console_(console),
        stop_(stop),
        folder_(arguments.found.value_or("")) {}

  void sweep(const Entry& entry) {
    if (!readable(entry)) return;
    SweepWork work{entry, arguments_, choice_, stop_};
    auto share = clean(entry, work);
    if (!share) return;
    if (!share->refused.empty()) {
      const Json json = {{"scenario", entry.id()},
                         {"target", choice_.name},
                         {"not_applicable", share->refused},
                         {"failures", Json::array()}};
      console_.print(arguments_.json
                         ? json.dump() + '\n'
                         : fmt::format("not-applicable  {} ({})\n", entry.id(), share->refused));
      ++refused_;
      return;
    }
    search(entry, work, *share);
    tell(entry, work, *share);
  }

  // One run, in full.
  void only(const Entry& entry) {
    if (!readable(entry)) return;
    SweepWork work{entry, arguments_, choice_, stop_};
    work.at(0, *arguments_.only);
    if (auto shown = show(entry, work, {{.shape = {}, .faults = link::print(arguments_.faults)}});
        !shown.empty()) {
      const auto& one = shown.begin()->second;
      const auto written = write(one);
      print(one, arguments_.repeat_command(entry.selector(), *arguments_.only));
      if (!written.empty()) console_.print(written + '\n');
      total_.verdicts[static_cast<std::size_t>(one.result.verdict)] += 1;
      keep_trace(one.result);
    }
  }

  std::string summary(clock::Duration took) const {
    auto text = fmt::format("{} scenario{} swept, {}", scenarios_, scenarios_ == 1 ? "" : "s",
                            counts(total_));
    if (refused_ > 0) text += fmt::format("; {} not-applicable", refused_);
    text += fmt::format("\ndistinct failures: {}\n", total_.shapes.size());
    auto shapes = total_.shapes;
    std::ranges::sort(shapes, [](const SweepShape& one, const SweepShape& other) {
      return one.count != other.count ? one.count > other.count : one.shape < other.shape;
    });
    for (const auto& one : shapes) text += fmt::format("{:>8} x {}\n", one.count, one.shape);
    const auto seconds = std::chrono::duration<double>(took).count();
    return text + fmt::format("{}, target {}, {}: {:.0f} runs/s\n", arguments_.seed.print(),
                              choice_.name, clock::human(took),
                              seconds > 0 ? static_cast<double>(total_.runs()) / seconds : 0.0);
  }

  const std::optional<std::string>& unwritten() const { return folder_.error(); }

  int status() const {
    if (broken_ || folder_.broken() || total_.of(Verdict::HarnessError) > 0) return kError;
    if (total_.of(Verdict::Fail) > 0) return kFail;
    return total_.of(Verdict::Inconclusive) > 0 ? kInconclusive : kSuccess;
  }

 private:
  static std::string counts(const SweepShare& share) {
    auto text = fmt::format("{} runs:", share.runs());
    for (const auto verdict : {Verdict::Pass, Verdict::NonStrict, Verdict::Inconclusive,
                               Verdict::Fail, Verdict::HarnessError}) {
      text += fmt::format("{} {} {}", verdict == Verdict::Pass ? "" : ",", share.of(verdict),
                          oracle::name(verdict));
    }
    return text;
  }

  bool readable(const Entry& entry) {
    const auto& scenario = entry.read();
    if (scenario) return true;
    std::cerr << scenario.error().print();
    broken_ = true;
    return false;
  }

  void bad_answer() {
    console_.clear_status();
    std::cerr << "lastack: a worker told what nobody understands\n";
    broken_ = true;
  }

  SweepShare lost(const Entry& entry, const std::string& faults, const std::string& how) {
    SweepShare share;
    share.verdicts[static_cast<std::size_t>(Verdict::HarnessError)] = 1;
    share.shapes.push_back({.shape = fmt::format("the process that played it {}", how),
                            .faults = faults,
                            .verdict = Verdict::HarnessError,
                            .count = 1});
    console_.print(
        fmt::format("harness-error  {}{}{}: the process that played it {}\n\n  repeat it: {}\n\n",
                    entry.id(), faults.empty() ? "" : " · ", faults, how,
                    arguments_.repeat_command(entry.selector(), faults)));
    return share;
  }

  std::optional<SweepShare> clean(const Entry& entry, SweepWork& work) {
    std::optional<SweepShare> share;
    Jobs jobs{console_,
              [&](std::uint32_t, const std::string& octets) {
                share = sweep_share_from(octets);
                if (!share) bad_answer();
              },
              [&](std::uint32_t, const std::string& how) { total_.add(lost(entry, "", how)); }};
    run_pool(1, 1, [&](std::uint32_t) { return to_octets(work.clean()); }, jobs, stop_);
    return share;
  }

  void search(const Entry& entry, SweepWork& work, SweepShare& sum) {
    std::map<std::uint32_t, SweepShare> shares;  // What comes early waits for its turn.
    std::uint64_t runs = 0;
    Jobs jobs{console_,
              [&](std::uint32_t index, const std::string& octets) {
                auto share = sweep_share_from(octets);
                if (!share) return bad_answer();
                runs += share->runs();
                shares.emplace(index, std::move(*share));
                if (console_.live()) {
                  console_.status(fmt::format("{}: {} of {} first faults, {} runs", entry.id(),
                                              shares.size(), sum.singles, runs));
                }
              },
              [&](std::uint32_t index, const std::string& how) {
                shares.emplace(index, lost(entry, work.reached(index), how));
              }};
    run_pool(
        static_cast<std::uint32_t>(sum.singles), arguments_.jobs,
        [&](std::uint32_t i) { return to_octets(work.search(i)); }, jobs, stop_);
    for (const auto& [index, share] : shares) sum.add(share);
    if (shares.size() < sum.singles) sum.interrupted = true;
  }

  // By place in the list.
  std::map<std::uint32_t, SweepShown> show(const Entry& entry, SweepWork& work,
                                           const std::vector<SweepShape>& wanted) {
    std::map<std::uint32_t, SweepShown> shown;
    Jobs jobs{console_,
              [&](std::uint32_t index, const std::string& octets) {
                auto one = sweep_shown_from(octets);
                if (!one) return bad_answer();
                shown.emplace(index, std::move(*one));
              },
              [&](std::uint32_t index, const std::string& how) {
                total_.add(lost(entry, wanted[index].faults, how));
              }};
    run_pool(
        static_cast<std::uint32_t>(wanted.size()), arguments_.jobs,
        [&](std::uint32_t i) { return to_octets(work.show(wanted[i])); }, jobs, stop_);
    return shown;
  }

  // First the files: what is printed is not lost.
  std::string write(const SweepShown& one) { return folder_.write(one.files); }

  std::string repeat_command(const Entry& entry, const SweepShape& one) const {
    return one.plain ? arguments_.repeat_command(entry.selector())
                     : arguments_.repeat_command(entry.selector(), one.faults);
  }

  void print(const SweepShown& one, const std::string& repeat) {
    const auto verdict = std::string{oracle::name(one.result.verdict)};
    const auto colour =
        one.result.verdict == Verdict::Pass ? Console::Colour::Good : Console::Colour::Bad;
    console_.print(fmt::format("{}  {}\n{}\n", console_.paint(colour, verdict),
                               reports::subject(one.result), reports::details(one.result, repeat)));
    for (const auto& said : one.result.warnings) console_.print(fmt::format("  {}\n", said));
  }

  void tell(const Entry& entry, SweepWork& work, const SweepShare& share) {
    ++scenarios_;
    std::vector<SweepShape> wanted;
    for (const auto& one : share.shapes) {
      const bool known =
          std::ranges::find(total_.shapes, one.shape, &SweepShape::shape) != total_.shapes.end();
      if (known || one.verdict == Verdict::HarnessError) continue;
      wanted.push_back(one);
    }
    if (!wanted.empty()) {
      for (const auto& [index, shown] : show(entry, work, wanted)) {
        const auto text = write(shown);
        if (arguments_.json) continue;
        print(shown, repeat_command(entry, wanted[index]));
        if (!text.empty()) console_.print(text + '\n');
      }
    }
    total_.add(share);
    if (arguments_.json) return console_.print(to_json(entry, share));
    const bool good = share.shapes.empty();
    console_.print(fmt::format("{}  {} ({}, {} packets, {}{})\n",
                               console_.paint(good ? Console::Colour::Good : Console::Colour::Bad,
                                              !good               ? "fail"
                                              : share.interrupted ? "part"
                                                                  : "pass"),
                               entry.id(), choice_.name, share.packets, counts(share),
                               share.interrupted ? ", not all" : ""));
  }

  std::string to_json(const Entry& entry, const SweepShare& share) const {
    Json json = {{"scenario", entry.id()},         {"target", choice_.name},
                 {"packets", share.packets},       {"runs", share.runs()},
                 {"complete", !share.interrupted}, {"failures", Json::array()}};
    for (std::size_t i = 0; i < share.verdicts.size(); ++i) {
      const auto name = oracle::name(static_cast<Verdict>(i));
      json["verdicts"][std::string{name}] = share.verdicts[i];
    }
    for (const auto& one : share.shapes) {
      json["failures"].push_back({{"shape", one.shape},
                                  {"verdict", oracle::name(one.verdict)},
                                  {"requirements", one.requirements},
                                  {"count", one.count},
                                  {"faults", one.faults},
                                  {"as_it_stands", one.plain},
                                  {"repeat", repeat_command(entry, one)}});
    }
    return json.dump() + '\n';
  }

  void keep_trace(const reports::Result& result) {
    if (!arguments_.trace) return;
    if (const auto why = write_file(*arguments_.trace, result.trace, IfThere::Replace)) {
      std::cerr << "lastack: " << *why << '\n';
      broken_ = true;
    }
  }

  const SweepArguments& arguments_;
  const target::catalogue::Choice& choice_;
  Console& console_;
  const volatile std::sig_atomic_t* stop_;
  SweepShare total_;
  std::uint64_t scenarios_ = 0, refused_ = 0;
  FoundFolder folder_;
  bool broken_ = false;
};

int sweep(std::span<const std::string> words) {
  const auto* const stop = catch_stop();
  const auto arguments = parse_sweep(words);
  if (!arguments) return usage_error(arguments.error(), "sweep");
  const auto choice = target::catalogue::choose(arguments->target);
  if (!choice) return usage_error(choice.error(), "sweep");
  if (!choice->entry.virtual_time) {
    return usage_error(
        fmt::format("a sweep needs virtual time, and {} has none: each of its runs goes on for "
                    "hours, until nothing is due any more",
                    choice->entry.name),
        "sweep");
  }
  auto suite = Suite::open(arguments->scenarios);
  if (!suite) return usage_error(suite.error(), "sweep");
  const auto selected = select(*suite, arguments->selectors);
  if (!selected) return usage_error(selected.error(), "sweep");
  if (arguments->only && selected->size() != 1) {
    return usage_error(
        fmt::format("--only is for one scenario, and there are {}", selected->size()), "sweep");
  }
  if (arguments->found) {
    if (const auto why = prepare_found(*arguments->found)) {
      std::cerr << "lastack: " << *why << "; nothing was run\n";
      return kError;
    }
  }
  Console console;
  const clock::SteadyClock wall;
  Sweeper sweeper{*arguments, *choice, console, stop};
  int status = kSuccess;
  try {
    for (const auto& one : *selected) {
      if (*stop != 0) break;
      const Entry& entry = suite->entries()[one.entry];
      arguments->only ? sweeper.only(entry) : sweeper.sweep(entry);
    }
  } catch (const base::SystemError& error) {  // No more workers: what was done is kept.
    std::cerr << "lastack: " << error.what() << '\n';
    status = kError;
  }
  if (!arguments->only && !arguments->json) {
    console.print(sweeper.summary(wall.now() - clock::kStart));
  }
  if (*stop != 0) {
    std::cerr << "lastack: interrupted\n";
    status = kError;
  }
  if (const auto& why = sweeper.unwritten()) std::cerr << "lastack: " << *why << '\n';
  if (console.error()) {
    std::cerr << "lastack: " << *console.error() << '\n';
    status = kError;
  }
  return std::max(status, sweeper.status());
}

}  // namespace

Command sweep_command() {
  return {.name = "sweep",
          .arguments = "SCENARIO... [options]",
          .says = "Puts every fault, and every pair, on every packet of a scenario.",
          .more = kSweepHelp,
          .options = sweep_options,
          .run = sweep};
}

}  // namespace harness::cli
