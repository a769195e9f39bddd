#include "bindings/session.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "bindings/errors.h"
#include "harness/base/column.h"
#include "harness/base/spelling.h"
#include "harness/campaign/doubt.h"
#include "harness/campaign/judge_trace.h"
#include "harness/event/print.h"
#include "harness/event/text.h"
#include "harness/link/fault.h"
#include "harness/oracle/expectations.h"
#include "harness/rules/rule.h"
#include "harness/scenario/icmp.h"
#include "harness/scenario/loader.h"
#include "harness/scenario/parser.h"
#include "harness/scenario/root.h"
#include "reports/json.h"
#include "reports/ladder.h"
#include "reports/of_run.h"

namespace bindings {

namespace campaign = harness::campaign;
namespace clock = harness::clock;
namespace event = harness::event;
namespace link = harness::link;
namespace scenario = harness::scenario;
namespace target = harness::target;
namespace fs = std::filesystem;

namespace {

constexpr clock::Duration kSettle = std::chrono::milliseconds{5};
constexpr clock::Duration kLongest = std::chrono::days{365};
constexpr std::uint32_t kFirstQuestion = 1'000'000'000;  // Ids beyond those of the steps' calls.

std::vector<link::Fault> parse(const std::string& faults) {
  auto parsed = link::parse_faults(faults);
  if (!parsed) {
    throw ScriptError{fmt::format("faults:1:{}: {}",
                                  harness::base::column_of(faults, parsed.error().column),
                                  parsed.error().message)};
  }
  return std::move(*parsed);
}

scenario::Scenario empty_script(const std::string& faults, const std::vector<std::string>& rules) {
  scenario::Scenario script;
  script.id = script.title = "session";
  if (!faults.empty()) script.faults = parse(faults);
  for (const auto& id : rules) {
    if (harness::rules::find_rule(id) == nullptr) {
      const auto* near = harness::rules::nearest_rule(id);
      throw UsageError{fmt::format("no requirement is called `{}`{}", id,
                                   near ? fmt::format("; did you mean `{}`?", near->id) : "")};
    }
    script.rules.push_back(id);
  }
  return script;
}

// Between calls from outside time has passed or stood still as it liked: what counts is how far
// apart the steps are.
void make_relative(std::vector<scenario::Step>& steps) {
  clock::Duration before{};
  for (auto& step : steps) {
    auto& when = step.when;
    if (when.kind != scenario::When::Kind::Absolute) continue;
    const auto at = when.from;
    when.kind = scenario::When::Kind::Relative;
    when.from -= before;
    when.to -= before;
    if (when.returns) *when.returns -= before;
    before = at;
  }
}

// Whether what came with the reply is what the application asked for.
bool read_octets(const event::Trace& trace, std::uint32_t id) {
  return std::ranges::any_of(trace.records(), [&](const event::Record& record) {
    if (record.kind != event::Kind::Call || record.id != id) return false;
    const auto op = trace.call(record).op;
    return op == event::Op::Receive || op == event::Op::GetOption;
  });
}

// Beside the package: of python/lastack as it is built, and as it is installed.
std::vector<fs::path> beside_the_package() {
  Dl_info info{};
  static const char here = 0;
  if (dladdr(&here, &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code error;
  const auto module = fs::canonical(info.dli_fname, error);
  if (error) return {};
  const auto folder = module.parent_path();
  return {(folder / "../../../scenarios").lexically_normal(),
          (folder / "../../../../share/lastack/scenarios").lexically_normal()};
}

// The result with what its record tells, and that record; the ladder also of one that passed, for
// whoever wants to see it.
std::string whole(reports::Result result, const event::Trace& trace) {
  reports::put(result, trace);
  if (trace.size() > 0) result.ladder = reports::ladder(trace, result.findings);
  result.trace = event::to_text(trace);
  return reports::to_json_whole(result);
}

std::string name_of_steps(std::uint32_t plays) { return fmt::format("step {}", plays); }

// The line itself, which whoever wrote it knows; of a file that it uses the place in it.
std::string where(const event::Place& place, std::string_view steps, std::uint32_t plays) {
  if (place.file != name_of_steps(plays)) return place.print();
  for (std::uint32_t line = 1; line < place.line && !steps.empty(); ++line) {
    steps.remove_prefix(std::min(steps.find('\n'), steps.size() - 1) + 1);
  }
  steps = steps.substr(0, steps.find('\n'));
  const auto first = std::min(steps.find_first_not_of(" \t"), steps.size());
  return fmt::format("`{}`", steps.substr(first));
}

std::string nothing_fits(const std::string& named, const fs::path& root) {
  if (named.ends_with(".pkt") || root.empty()) return fmt::format("`{}`: no such file", named);
  const auto suite = scenario::find_scenarios(root);
  std::vector<std::string_view> ids;
  for (const auto& one : suite) ids.push_back(one.id);
  return fmt::format("`{}` is no file and no scenario of {}{}", named, root.string(),
                     harness::base::did_you_mean(harness::base::nearest(named, ids)));
}

}  // namespace

target::catalogue::Choice choose(const Setting& setting) {
  auto choice = target::catalogue::choose(setting.target, setting.wire);
  if (!choice) throw UsageError{choice.error()};
  if (const auto there = target::catalogue::available(*choice); !there) {
    throw UsageError{there.error()};
  }
  return std::move(*choice);
}

campaign::RunOptions options_of(const Setting& setting) {
  const auto family = campaign::family_named(setting.ip);
  if (!family) throw UsageError{fmt::format("ip wants v4, mapped or v6, found `{}`", setting.ip)};
  return {.seed = setting.seed, .ip = *family, .strict = setting.strict};
}

fs::path root_of(const Setting& setting) {
  const auto said = setting.scenarios.empty() ? std::nullopt : std::optional{setting.scenarios};
  auto root = scenario::find_root(said, "scenarios", beside_the_package());
  if (!root) throw UsageError{root.error()};
  return root->value_or(fs::path{});
}

Session::Session(const Setting& setting, const std::string& faults,
                 const std::vector<std::string>& rules, std::function<void()> look_up)
    : setting_(setting),
      options_(options_of(setting)),
      scenario_(empty_script(faults, rules)),
      look_up_(std::move(look_up)) {
  const auto host = campaign::host_for(scenario_, options_);
  const auto choice = choose(setting);
  wire_ = choice.wire;
  target_ = choice.make(host);
  limits_ = {.settle = kSettle, .end = target_->now() + kLongest};
  event::append(trace_, target_->now(), campaign::facts(scenario_, *target_, host, options_));
  link_ = std::make_unique<link::Link>(
      scenario_.faults, harness::base::Rng{setting.seed}.fork(scenario_.id).fork("link"));
  peer_ = std::make_unique<scenario::ScriptPeer>(scenario_, host, limits_.end);
  peer_->stay_open();
  drive_ = std::make_unique<scenario::Drive>(*peer_, *link_, *target_, limits_, trace_);
}

void Session::need_open() const {
  if (result_) throw UsageError{"the session is over"};
}

void Session::drive(clock::Instant until, const std::function<bool()>& enough) {
  const auto reason = drive_->go(until, [&] {
    look_up_();
    return enough();
  });
  if (reason) throw UsageError{fmt::format("the run cannot go on: {}", event::name(*reason))};
}

void Session::play(const std::string& text, bool from_last) {
  need_open();
  auto steps =
      scenario::parse_more(text, name_of_steps(++plays_), scenario::used_by({}, root_of(setting_)));
  if (!steps) throw ScriptError{steps.error().print()};
  const auto host = campaign::host_for(scenario_, options_);
  if (const auto missing = scenario::missing_in(host.remote.version(), *steps)) {
    throw ScriptError{*missing};
  }
  make_relative(*steps);
  // A state or a silence may stand behind what came while nobody looked.
  drive(target_->now(), [] { return true; });
  if (!from_last) peer_->go_on(target_->now());
  std::ranges::move(*steps, std::back_inserter(scenario_.steps));
  drive(limits_.end, [&] { return peer_->idle(); });
  if (peer_->missed()) {
    peer_->go_on(target_->now());
    tell_mismatch(text);
  }
}

void Session::tell_mismatch(const std::string& steps) const {
  const harness::oracle::Expectations checker{scenario_.rules};
  const auto findings = checker.check(trace_);
  if (findings.empty()) throw Mismatch{"an expectation was not met", "", ""};
  const auto& finding = findings.back();
  std::string sentence = finding.text;
  if (finding.place) {
    const auto step = where(*finding.place, steps, plays_);
    if (!sentence.contains(step)) sentence = step + ": " + sentence;
  }
  throw Mismatch{sentence, finding.expected, finding.actual};
}

void Session::advance(double seconds) {
  need_open();
  if (!(seconds >= 0 && seconds <= std::chrono::duration<double>(kLongest).count())) {
    throw UsageError{fmt::format("expected a number of seconds, found {}", seconds)};
  }
  const auto until = target_->now() + std::chrono::duration_cast<clock::Duration>(
                                          std::chrono::duration<double>(seconds));
  drive(std::min(until, limits_.end - clock::Duration{1}), [] { return false; });
}

std::vector<Segment> Session::received() {
  need_open();
  drive(target_->now(), [] { return true; });
  std::vector<Segment> segments;
  for (const auto record : peer_->take_arrivals()) {
    const auto octets = trace_.body(trace_[record]);
    segments.push_back(Segment::parse({octets.begin(), octets.end()}));
  }
  return segments;
}

std::optional<event::Status> Session::status(std::optional<std::int32_t> fd,
                                             std::optional<std::uint16_t> port) {
  need_open();
  auto call = peer_->question({.fd = fd, .port = port});
  if (!call) return std::nullopt;
  call->id = kFirstQuestion + questions_++;
  drive_->ask(*call);
  for (auto i = trace_.size(); i-- > 0;) {
    const auto& record = trace_[i];
    if (record.kind != event::Kind::Reply || record.id != call->id) continue;
    const auto reply = trace_.reply(record);
    if (reply.result < 0) return std::nullopt;
    return event::decode_status(reply.data);
  }
  return std::nullopt;
}

std::optional<Segment> Session::last_matched() const {
  for (auto i = trace_.size(); i-- > 0;) {
    if (trace_[i].kind != event::Kind::Expectation) continue;
    const auto e = event::expectation(trace_, trace_[i]);
    if (e.what != event::Expected::Packet || e.met == event::kNoRecord) continue;
    const auto octets = trace_.body(e.joined.value_or(trace_[e.met].body));
    return Segment::parse({octets.begin(), octets.end()});
  }
  return std::nullopt;
}

std::optional<Returned> Session::returned() const {
  for (auto i = trace_.size(); i-- > 0;) {
    const auto& record = trace_[i];
    if (record.kind != event::Kind::Reply || record.id >= kFirstQuestion) continue;
    const auto reply = trace_.reply(record);
    Returned returned{.result = reply.result, .error = event::error_name(reply.error), .data = {}};
    if (read_octets(trace_, record.id)) {
      for (const auto octet : reply.data) returned.data += static_cast<char>(octet);
    }
    return returned;
  }
  return std::nullopt;
}

double Session::now() const {
  const auto now = target_ ? target_->now() : trace_[trace_.size() - 1].at;
  return std::chrono::duration<double>(now - clock::kStart).count();
}

double Session::since_last() const {
  need_open();
  const auto since = target_->now() - peer_->end_of_last();
  return std::chrono::duration<double>(std::max(since, clock::Duration{})).count();
}

std::string Session::trace_text() const { return event::to_text(trace_); }

std::string Session::finish() {
  if (result_) return *result_;
  const auto reason = drive_->go(target_->now() + limits_.settle, [] { return false; });
  drive_->end(reason.value_or(event::EndReason::Done));
  auto doubt = target_->doubt();
  auto result = reports::blank_result(scenario_, setting_.target, options_);
  result.wire = wire_;
  result.version = target_->version();
  target_.reset();  // What it held of the machine is given back before the judging.
  auto judgement = campaign::judge_trace(trace_);
  campaign::add_doubt(std::move(doubt), judgement);
  reports::put(result, std::move(judgement));
  result.faults = link::scores(*link_);
  result_ = whole(std::move(result), trace_);
  return *result_;
}

std::string run_file(const std::string& named, const Setting& setting, const std::string& faults) {
  auto options = options_of(setting);
  if (!faults.empty()) options.faults = parse(faults);
  const auto root = root_of(setting);
  std::error_code error;
  std::string file = named;
  if (const auto of_suite = root / (named + ".pkt");
      !fs::exists(file, error) && !root.empty() && fs::is_regular_file(of_suite, error)) {
    file = of_suite.string();
  }
  if (!fs::exists(file, error)) throw UsageError{nothing_fits(named, root)};
  auto id = root.empty() ? std::nullopt : scenario::id_below(root, file);
  if (!id) id = scenario::without_ending(fs::path{file}.filename().string());
  const auto script = scenario::load_scenario(file, *id, root);
  if (!script) throw ScriptError{script.error().print()};
  const auto choice = choose(setting);
  std::string version;
  const auto make = [&](const target::Host& host) {
    auto made = choice.make(host);
    version = made->version();
    return made;
  };
  event::Trace trace;
  auto outcome = campaign::run_scenario(*script, make, options, trace);
  auto result = reports::blank_result(*script, setting.target, options);
  result.wire = choice.wire;
  result.version = version;
  reports::put(result, std::move(outcome));
  return whole(std::move(result), trace);
}

}  // namespace bindings
