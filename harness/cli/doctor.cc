#include "harness/cli/doctor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/fd.h"
#include "harness/cli/parse_options.h"
#include "harness/clock/print.h"
#include "harness/target/netns/availability.h"
#include "harness/target/netns/evidence.h"
#include "harness/target/netns/measure.h"

namespace harness::cli {

namespace po = boost::program_options;
using clock::Duration;
using Json = nlohmann::ordered_json;
using target::netns::Punctuality;
using target::netns::WireKind;

namespace {

constexpr int kProbes = 1000, kWaits = 1000;
constexpr Duration kLate = std::chrono::milliseconds{1};  // What a script's times can bear.

constexpr std::string_view kDoctorHelp =
    R"(Measures for about two seconds, in processes and network namespaces of its own.
The exit status is 1 when the target linux cannot be run here at all.

  lastack doctor              a table
  lastack doctor --json       the same, with figures
)";

enum class Health { Good, Poor, Missing };

// What was asked of this machine and what it said.
struct Checked {
  std::string name;
  Health state = Health::Good;
  std::string says;
  std::string disables = {};  // Unless it is good: what cannot be done, or not well.
  std::string cure = {};
  Json figures = Json::object();
};

double microseconds(Duration d) { return static_cast<double>(d.count()) / 1000; }

std::string first_line(const char* file) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  return line;
}

utsname kernel() {
  utsname names{};
  if (::uname(&names) != 0) throw base::SystemError{"ask for the kernel's version"};
  return names;
}

Checked rights() {
  const bool root = ::geteuid() == 0;
  return {.name = "rights",
          .says = root ? "root" : "an ordinary user: everything happens in a user namespace",
          .figures = {{"root", root}}};
}

Checked wire(WireKind kind) {
  Checked found{.name = fmt::format("wire {}", name(kind)), .says = {}};
  const auto disables = fmt::format("--target linux --wire {}", name(kind));
  if (const auto there = target::netns::available(kind); !there.ok) {
    found.state = Health::Missing;
    found.says = "cannot be laid";
    found.disables = disables;
    found.cure = there.why_not;
    return found;
  }
  const auto cut = target::netns::measure_cut(kind, kProbes);
  if (!cut) {
    found.state = Health::Missing;
    found.says = "broke while it was measured";
    found.disables = disables;
    found.cure = "try again; if it stays so, it is a bug of lastack";
    return found;
  }
  found.says = fmt::format("{} of {} reactions at once, {:.1f} us each", cut->at_once, cut->probes,
                           microseconds(cut->median));
  found.figures = {{"probes", cut->probes},
                   {"at_once", cut->at_once},
                   {"later", cut->later},
                   {"reaction_us", microseconds(cut->median)}};
  if (cut->at_once < cut->probes) {
    found.state = Health::Poor;
    found.disables = "silence cannot be told at once: a reaction may come later";
    found.cure =
        "switch off receive packet steering and threaded NAPI, or give it a whole processor";
  }
  return found;
}

Checked scheduling(const std::optional<Punctuality>& measured) {
  Checked found{.name = "scheduling", .says = "not measured: no wire can be laid"};
  if (!measured) {
    found.state = Health::Missing;
    found.disables = "--target linux";
    found.cure = "see the wires";
    return found;
  }
  const auto& late = measured->lateness;
  found.says = fmt::format(
      "{}, waits end late by {:.1f} us (p50), {:.1f} us (p99), {:.1f} us "
      "(p99.9)",
      measured->real_time ? "real time" : "as everybody else", microseconds(late.p50),
      microseconds(late.p99), microseconds(late.p999));
  found.figures = {{"real_time", measured->real_time},    {"waits", late.waits},
                   {"p50_us", microseconds(late.p50)},    {"p99_us", microseconds(late.p99)},
                   {"p99_9_us", microseconds(late.p999)}, {"worst_us", microseconds(late.worst)}};
  if (measured->real_time && late.p999 <= kLate) return found;
  found.state = Health::Poor;
  found.disables = "a script's times on a busy machine: scenarios run again, or are inconclusive";
  found.cure = measured->real_time
                   ? "fewer other processes, or a processor more"
                   : "run as root, or give the user `rtprio 1` in /etc/security/limits.conf";
  return found;
}

// CLOCK_MONOTONIC_COARSE is what the tick last wrote: its resolution is the tick.
Checked timers() {
  timespec tick{};
  ::clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
  const Duration jiffy = std::chrono::seconds{tick.tv_sec} + std::chrono::nanoseconds{tick.tv_nsec};
  const auto hz = jiffy.count() > 0 ? (1'000'000'000 + jiffy.count() / 2) / jiffy.count() : 0;
  return {.name = "timers",
          .says = fmt::format("HZ {}: the kernel's timers fire up to {} late", hz,
                              clock::human(2 * jiffy)),
          .figures = {{"hz", hz}, {"jiffy_us", microseconds(jiffy)}}};
}

Checked clocks(const std::optional<Punctuality>& measured) {
  Checked found{.name = "clocks", .says = "not measured: no wire can be laid"};
  if (!measured) {
    found.state = Health::Missing;
    found.disables = "exact times";
    found.cure = "see the wires";
    return found;
  }
  found.says =
      fmt::format("the packet clock went {} ns in {} from the run's, known to {} ns",
                  measured->drift.count(), clock::human(measured->span), measured->error.count());
  found.figures = {{"drift_ns", measured->drift.count()},
                   {"span_s", microseconds(measured->span) / 1e6},
                   {"error_ns", measured->error.count()}};
  const auto drift = measured->drift < Duration{} ? -measured->drift : measured->drift;
  if (drift <= measured->error + std::chrono::microseconds{50}) return found;
  found.state = Health::Poor;
  found.disables = "runs in which the time is set: they are played again, or inconclusive";
  found.cure = "let nobody set the time during a run";
  return found;
}

Checked congestion() {
  const auto there = first_line("/proc/sys/net/ipv4/tcp_available_congestion_control");
  Checked found{.name = "congestion", .says = there, .figures = {{"available", there}}};
  std::vector<std::string> missing;
  for (const std::string control : {"reno", "cubic", "bbr"}) {
    const auto padded = ' ' + there + ' ';
    if (padded.find(' ' + control + ' ') == padded.npos) missing.push_back(control);
  }
  if (missing.empty()) return found;
  found.state = Health::Poor;
  found.disables = fmt::format("scenarios that ask for {}", fmt::join(missing, ", "));
  found.cure = fmt::format("`modprobe -a tcp_{}` as root", fmt::join(missing, " tcp_"));
  return found;
}

Checked settings() {
  const auto pins = target::netns::measure_pins();
  if (!pins) {
    return {.name = "sysctls",
            .state = Health::Missing,
            .says = "not tried: no namespace can be made",
            .disables = "--target linux",
            .cure = "see the wires"};
  }
  if (pins->failed.empty()) {
    return {.name = "sysctls",
            .says = fmt::format("all {} that a run pins can be set", pins->count),
            .figures = {{"pinned", pins->count}}};
  }
  return {.name = "sysctls",
          .state = Health::Poor,
          .says = "a run cannot pin " + pins->failed,
          .disables = "the same verdicts on every host: these keep what the kernel gives",
          .cure = "mount /proc/sys writable in the container, or a kernel that has them",
          .figures = {{"pinned", pins->count}, {"failed", pins->failed}}};
}

// Of the wires only the TUN device has one: frames on the raw wire wait in no queue.
Checked queues() {
  const auto usual = first_line("/proc/sys/net/core/default_qdisc");
  constexpr std::string_view kPlain[] = {"pfifo_fast", "fq_codel", "fq", "pfifo", "noqueue"};
  Checked found{.name = "qdiscs",
                .says = fmt::format("none on the raw wire, {} on a TUN device",
                                    usual.empty() ? "one that is not told" : usual),
                .figures = {{"default", usual}}};
  if (usual.empty() || std::ranges::find(kPlain, usual) != std::end(kPlain)) return found;
  found.state = Health::Poor;
  found.disables = "exact times with --wire tun: segments may wait in the queue";
  found.cure = "`sysctl net.core.default_qdisc=pfifo_fast` as root, or use --wire raw";
  return found;
}

Checked ipv6() {
  const Fd socket{::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (socket) return {.name = "ipv6", .says = "there"};
  return {.name = "ipv6",
          .state = Health::Missing,
          .says = "this kernel runs without it",
          .disables = "--ip v6",
          .cure = "boot without ipv6.disable=1, or `modprobe ipv6` as root"};
}

Checked states(const std::optional<Punctuality>& measured) {
  if (measured && measured->states) return {.name = "states", .says = "sock_diag tells them"};
  return {.name = "states",
          .state = Health::Missing,
          .says = measured ? "sock_diag does not answer" : "not asked: no wire can be laid",
          .disables = "scenarios that need `status`",
          .cure = measured ? "`modprobe -a inet_diag tcp_diag` as root" : "see the wires"};
}

Checked tracepoints() {
  const auto there = target::netns::Evidence::available();
  if (there) return {.name = "tracefs", .says = "tracepoints can be watched"};
  return {
      .name = "tracefs",
      .state = Health::Missing,
      .says = "tracepoints cannot be watched",
      .disables = "--evidence: the kernel's own word on why it dropped a segment or sent a reset",
      .cure = there.error()};
}

std::vector<Checked> examine() {
  std::vector<Checked> all = {rights(), wire(WireKind::Raw), wire(WireKind::Tun)};
  std::optional<Punctuality> punctuality;
  if (all[1].state != Health::Missing) {
    punctuality = target::netns::measure_punctuality(WireKind::Raw, kWaits);
  } else if (all[2].state != Health::Missing) {
    punctuality = target::netns::measure_punctuality(WireKind::Tun, kWaits);
  }
  for (auto&& more : {scheduling(punctuality), timers(), clocks(punctuality), congestion(),
                      settings(), queues(), ipv6(), states(punctuality), tracepoints()}) {
    all.push_back(more);
  }
  return all;
}

std::string_view word(Health state) {
  return state == Health::Good ? "ok" : state == Health::Poor ? "poor" : "missing";
}

std::string as_text(const std::vector<Checked>& all, const Console& console) {
  const auto names = kernel();
  std::string text = fmt::format("{} {}, {}\n\n", names.sysname, names.release, names.machine);
  for (const Checked& one : all) {
    const auto colour = one.state == Health::Good   ? Console::Colour::Good
                        : one.state == Health::Poor ? Console::Colour::Odd
                                                    : Console::Colour::Bad;
    text +=
        fmt::format("{}  {:<11} {}\n", console.paint(colour, fmt::format("{:<7}", word(one.state))),
                    one.name, one.says);
    if (one.state == Health::Good) continue;
    const auto harm = one.state == Health::Poor ? "weakens:" : "disables:";
    text +=
        fmt::format("{0:21}{1:<9} {2}\n{0:21}to cure:  {3}\n", "", harm, one.disables, one.cure);
  }
  return text;
}

std::string as_json(const std::vector<Checked>& all) {
  const auto names = kernel();
  Json json;
  json["kernel"] = names.release;
  json["machine"] = names.machine;
  json["findings"] = Json::array();
  for (const Checked& one : all) {
    Json entry;
    entry["name"] = one.name;
    entry["state"] = word(one.state);
    entry["says"] = one.says;
    entry["disables"] = one.disables;
    entry["cure"] = one.cure;
    entry["figures"] = one.figures;
    json["findings"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

po::options_description doctor_options() {
  po::options_description options{"options", 96};
  options.add_options()("json", "one JSON object, with figures");
  return options;
}

int doctor(std::span<const std::string> words) {
  const auto parsed = parse_options(words, doctor_options());
  if (!parsed) return usage_error(parsed.error(), "doctor");
  if (!parsed->words.empty()) return usage_error("it takes no selectors", "doctor");
  const auto all = examine();
  Console console;
  console.print(parsed->has("json") ? as_json(all) : as_text(all, console));
  const bool runs = std::ranges::any_of(all, [](const Checked& one) {
    return one.name.starts_with("wire ") && one.state != Health::Missing;
  });
  return status_of(console, runs ? kSuccess : kFail);
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .arguments = "[--json]",
          .says = "Says what this machine can do, what is missing and how to get it.",
          .more = kDoctorHelp,
          .options = doctor_options,
          .run = doctor};
}

}  // namespace harness::cli
