#include "harness/engine/sysctl.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

namespace harness::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Up to three decimal numbers with blanks between them.
struct Numbers {
  std::array<std::int64_t, 3> value{};
  std::size_t count = 0;
};

std::string_view stripped(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n\"'";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<Numbers> numbers(std::string_view text) {
  Numbers found;
  while (!(text = stripped(text)).empty()) {
    if (found.count == found.value.size()) return std::nullopt;
    std::int64_t& value = found.value[found.count++];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value < 0 || value > 0xFFFF'FFFF) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty() && text.front() != ' ' && text.front() != '\t') return std::nullopt;
  }
  if (found.count == 0) return std::nullopt;
  return found;
}

struct Knob {
  std::string_view name;
  std::int64_t least, most;
  void (*set)(Config&, std::int64_t);
};

void nothing(Config&, std::int64_t) {}

std::uint32_t octets(std::int64_t value) { return static_cast<std::uint32_t>(value); }

// Those whose only accepted values are what the engine does anyway set nothing.
constexpr std::int64_t kMost = 0x7FFF'FFFF, kHour = 3600, kDay = 24 * kHour;
constexpr Knob kKnobs[] = {
    {"net.ipv4.tcp_syn_retries", 0, 127,
     [](Config& c, std::int64_t v) { c.syn_retries = static_cast<int>(v); }},
    {"net.ipv4.tcp_synack_retries", 0, 255,
     [](Config& c, std::int64_t v) { c.synack_retries = static_cast<int>(v); }},
    {"net.ipv4.tcp_retries2", 0, 255,
     [](Config& c, std::int64_t v) { c.data_retries = static_cast<int>(v); }},
    {"net.ipv4.tcp_fin_timeout", 0, 30 * kDay,
     [](Config& c, std::int64_t v) { c.fin_wait_2_timeout = seconds{v}; }},
    {"net.ipv4.tcp_keepalive_time", 1, 30 * kDay,
     [](Config& c, std::int64_t v) { c.keep_alive_idle = seconds{v}; }},
    {"net.ipv4.tcp_keepalive_intvl", 1, 30 * kDay,
     [](Config& c, std::int64_t v) { c.keep_alive_interval = seconds{v}; }},
    {"net.ipv4.tcp_keepalive_probes", 1, 255,
     [](Config& c, std::int64_t v) { c.keep_alive_count = static_cast<std::uint32_t>(v); }},
    {"net.ipv4.tcp_max_syn_backlog", 0, kMost,
     [](Config& c, std::int64_t v) { c.half_open_cap = static_cast<std::uint32_t>(v); }},
    {"net.core.somaxconn", 0, kMost,
     [](Config& c, std::int64_t v) { c.backlog_cap = static_cast<std::uint32_t>(v); }},
    {"net.ipv4.tcp_invalid_ratelimit", 0, kMost,
     [](Config& c, std::int64_t v) { c.invalid_ack_interval = milliseconds{v}; }},
    {"net.ipv4.tcp_syncookies", 0, 0, nothing},
    {"net.ipv4.tcp_rfc1337", 0, 1, [](Config& c, std::int64_t v) { c.rfc1337 = v != 0; }},
    {"net.ipv4.tcp_sack", 0, 0, nothing},
    {"net.ipv4.tcp_timestamps", 0, 2, [](Config& c, std::int64_t v) { c.timestamps = v != 0; }},
    {"net.ipv4.tcp_window_scaling", 0, 1,
     [](Config& c, std::int64_t v) { c.window_scaling = v != 0; }},
    {"net.ipv4.tcp_slow_start_after_idle", 0, 1,
     [](Config& c, std::int64_t v) { c.restart_after_idle = v != 0; }},
    {"net.ipv4.tcp_ecn", 0, 0, nothing},
    {"net.ipv4.tcp_fastopen", 0, 0, nothing},
    {"net.ipv4.tcp_no_metrics_save", 1, 1, nothing},
    {"net.ipv4.tcp_early_retrans", 0, 0, nothing},
    {"net.ipv4.tcp_recovery", 0, 0, nothing},
    {"engine.first_isn", 0, 0xFFFF'FFFF,
     [](Config& c, std::int64_t v) { c.first_isn = octets(v); }},
};

constexpr std::int64_t kLeastMemory = 256, kMostMemory = 1 << 26;

bool apply_buffer(std::uint32_t& to, std::string_view text) {
  const auto value = numbers(text);
  if (!value || value->count != 3) return false;
  to = octets(std::clamp(value->value[1], kLeastMemory, kMostMemory));
  return true;
}

}  // namespace

bool apply(std::string_view assignment, Config& config) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = stripped(assignment.substr(0, equals));
  const std::string_view text = assignment.substr(equals + 1);
  if (name == "net.ipv4.tcp_rmem") return apply_buffer(config.receive_buffer, text);
  if (name == "net.ipv4.tcp_wmem") return apply_buffer(config.send_buffer, text);
  if (name == "net.ipv4.tcp_congestion_control") return stripped(text) == "reno";
  const auto knob = std::ranges::find(kKnobs, name, &Knob::name);
  const auto value = numbers(text);
  if (knob == std::end(kKnobs) || !value || value->count != 1) return false;
  if (value->value[0] < knob->least || value->value[0] > knob->most) return false;
  knob->set(config, value->value[0]);
  return true;
}

bool understands(std::string_view assignment) {
  Config config;
  return apply(assignment, config);
}

}  // namespace harness::engine
