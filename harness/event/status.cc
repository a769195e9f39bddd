#include "harness/event/status.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <string>

#include "harness/base/bytes.h"

namespace harness::event {
namespace {

constexpr std::array<std::string_view, 11> kStates = {
    "ESTABLISHED", "SYN-SENT",   "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
    "CLOSED",      "CLOSE-WAIT", "LAST-ACK",     "LISTEN",     "CLOSING"};
constexpr std::array<std::string_view, 11> kLinuxStates = {
    "ESTABLISHED", "SYN-SENT",   "SYN-RECV", "FIN-WAIT1", "FIN-WAIT2", "TIME-WAIT",
    "CLOSE",       "CLOSE-WAIT", "LAST-ACK", "LISTEN",    "CLOSING"};
constexpr std::array<std::string_view, kStatusFields> kFields = {
    "state",         "timer",         "timer-left",
    "retransmits",   "probes",        "backoff",
    "rto",           "ato",           "snd-mss",
    "rcv-mss",       "unacked",       "sacked",
    "lost",          "retransmitted", "rtt",
    "rttvar",        "snd-ssthresh",  "snd-cwnd",
    "receive-queue", "send-queue",    "total-retransmits",
    "snd-una",       "snd-nxt",       "rcv-nxt",
    "snd-wnd",       "rcv-wnd"};

constexpr std::size_t kEncodedField = 2 + 8;
constexpr std::uint64_t kAllFields = (std::uint64_t{1} << kStatusFields) - 1;

}  // namespace

std::string_view name(TcpState state) { return kStates[static_cast<std::size_t>(state) - 1]; }

std::optional<TcpState> state_named(std::string_view text) {
  std::string spelled;
  for (char c : text) {
    const auto upper = std::toupper(static_cast<unsigned char>(c));
    spelled += c == '_' ? '-' : static_cast<char>(upper);
  }
  if (spelled.starts_with("TCP-")) spelled.erase(0, 4);
  for (const auto& names : {kStates, kLinuxStates}) {
    const auto found = std::ranges::find(names, spelled);
    if (found != names.end()) return static_cast<TcpState>(found - names.begin() + 1);
  }
  return std::nullopt;
}

std::string_view name(StatusField field) { return kFields[static_cast<std::size_t>(field)]; }

base::Bytes encode(const Status& status) {
  base::Bytes octets(static_cast<std::size_t>(std::popcount(status.present & kAllFields)) *
                     kEncodedField);
  std::byte* at = octets.data();
  for (std::size_t i = 0; i < kStatusFields; ++i) {
    if ((status.present >> i & 1) == 0) continue;
    base::store16(at, static_cast<std::uint16_t>(i));
    base::store64(at + 2, static_cast<std::uint64_t>(status.values[i]));
    at += kEncodedField;
  }
  return octets;
}

std::optional<Status> decode_status(Span octets) {
  if (octets.size() % kEncodedField != 0) return std::nullopt;
  Status status;
  for (; !octets.empty(); octets = octets.subspan(kEncodedField)) {
    const auto field = base::load16(octets.data());
    if (field >= kStatusFields) continue;  // Of a later version.
    status.set(static_cast<StatusField>(field),
               static_cast<std::int64_t>(base::load64(octets.data() + 2)));
  }
  return status;
}

}  // namespace harness::event
