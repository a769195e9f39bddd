#include "harness/target/netns/drop_counters.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <span>
#include <utility>

namespace harness::target::netns {
namespace {

constexpr const char* kFiles[] = {"/proc/thread-self/net/snmp", "/proc/thread-self/net/netstat",
                                  "/proc/thread-self/net/snmp6", "/proc/thread-self/net/dev"};

// Also what only some kernels have.
constexpr std::string_view kDrops[] = {"Ip.InHdrErrors",
                                       "Ip.InAddrErrors",
                                       "Ip.InUnknownProtos",
                                       "Ip.InDiscards",
                                       "Ip.OutDiscards",
                                       "Ip.OutNoRoutes",
                                       "Ip.ReasmFails",
                                       "Ip.FragFails",
                                       "Icmp.InErrors",
                                       "Icmp.InCsumErrors",
                                       "Icmp.OutRateLimitGlobal",
                                       "Icmp.OutRateLimitHost",
                                       "Tcp.InErrs",
                                       "Tcp.InCsumErrors",
                                       "TcpExt.SyncookiesFailed",
                                       "TcpExt.PruneCalled",
                                       "TcpExt.RcvPruned",
                                       "TcpExt.OfoPruned",
                                       "TcpExt.OutOfWindowIcmps",
                                       "TcpExt.LockDroppedIcmps",
                                       "TcpExt.PAWSActive",
                                       "TcpExt.PAWSEstab",
                                       "TcpExt.BeyondWindow",
                                       "TcpExt.TSEcrRejected",
                                       "TcpExt.PAWSOldAck",
                                       "TcpExt.PAWSTimewait",
                                       "TcpExt.ListenOverflows",
                                       "TcpExt.ListenDrops",
                                       "TcpExt.TCPAbortOnMemory",
                                       "TcpExt.TCPMemoryPressures",
                                       "TcpExt.TCPBacklogDrop",
                                       "TcpExt.PFMemallocDrop",
                                       "TcpExt.TCPMinTTLDrop",
                                       "TcpExt.TCPDeferAcceptDrop",
                                       "TcpExt.IPReversePathFilter",
                                       "TcpExt.TCPTimeWaitOverflow",
                                       "TcpExt.TCPReqQFullDrop",
                                       "TcpExt.TCPOFODrop",
                                       "TcpExt.TCPACKSkippedSynRecv",
                                       "TcpExt.TCPACKSkippedPAWS",
                                       "TcpExt.TCPACKSkippedSeq",
                                       "TcpExt.TCPACKSkippedFinWait2",
                                       "TcpExt.TCPACKSkippedTimeWait",
                                       "TcpExt.TCPACKSkippedChallenge",
                                       "TcpExt.TCPZeroWindowDrop",
                                       "TcpExt.TCPRcvQDrop",
                                       "TcpExt.TCPWqueueTooBig",
                                       "IpExt.InNoRoutes",
                                       "IpExt.InTruncatedPkts",
                                       "IpExt.InCsumErrors",
                                       "Ip6InHdrErrors",
                                       "Ip6InTooBigErrors",
                                       "Ip6InNoRoutes",
                                       "Ip6InAddrErrors",
                                       "Ip6InUnknownProtos",
                                       "Ip6InTruncatedPkts",
                                       "Ip6InDiscards",
                                       "Ip6OutDiscards",
                                       "Ip6OutNoRoutes",
                                       "Ip6ReasmFails",
                                       "Ip6FragFails",
                                       "Icmp6InErrors",
                                       "Icmp6InCsumErrors"};

bool is_drop(std::string_view name) {
  return std::ranges::find(kDrops, name) != std::end(kDrops) || name.ends_with(".rx_drop") ||
         name.ends_with(".rx_errors") || name.ends_with(".tx_drop") || name.ends_with(".tx_errors");
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  for (;;) {
    const auto first = line.find_first_not_of(" \t");
    if (first == line.npos) return found;
    line.remove_prefix(first);
    const auto length = std::min(line.find_first_of(" \t"), line.size());
    found.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
}

void add(std::string name, std::string_view number, std::vector<Counter>& to) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
  if (error != std::errc{} || end != number.data() + number.size() || !is_drop(name)) return;
  to.push_back({std::move(name), count});
}

bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("-0123456789") == word.npos;
}

// "wire0: 9819 148 0 0 ...": octets, packets, errors and drops, of either direction.
void add_device(std::string_view name, std::span<const std::string_view> numbers,
                std::vector<Counter>& to) {
  if (numbers.size() < 12) return;
  add(fmt::format("{}.rx_errors", name), numbers[2], to);
  add(fmt::format("{}.rx_drop", name), numbers[3], to);
  add(fmt::format("{}.tx_errors", name), numbers[10], to);
  add(fmt::format("{}.tx_drop", name), numbers[11], to);
}

}  // namespace

std::vector<Counter> drops_in(std::string_view text) {
  std::vector<Counter> found;
  std::vector<std::string_view> names;  // Of the line before: "Tcp: InSegs InErrs".
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = words(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.size() < 2) continue;
    if (!line[0].ends_with(':')) {
      if (line.size() == 2) add(std::string{line[0]}, line[1], found);
      continue;
    }
    const auto prefix = line[0].substr(0, line[0].size() - 1);
    if (!is_number(line[1])) {
      names = line;
    } else if (names.size() == line.size() && names[0] == line[0]) {
      for (std::size_t i = 1; i < line.size(); ++i) {
        add(fmt::format("{}.{}", prefix, names[i]), line[i], found);
      }
    } else {
      add_device(prefix, std::span{line}.subspan(1), found);
    }
  }
  return found;
}

DropCounters::DropCounters() {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    files_[i] = FileDescriptor{::open(kFiles[i], O_RDONLY | O_CLOEXEC)};
  }
  last_ = read();
}

std::vector<Counter> DropCounters::read() {
  std::vector<Counter> all;
  for (const auto& file : files_) {
    std::array<char, 16'384> room;
    std::size_t length = 0;
    while (file.open() && length < room.size()) {
      const auto more = ::pread(file.get(), room.data() + length, room.size() - length,
                                static_cast<off_t>(length));
      if (more <= 0) break;
      length += static_cast<std::size_t>(more);
    }
    std::ranges::move(drops_in({room.data(), length}), std::back_inserter(all));
  }
  return all;
}

std::string DropCounters::changes() {
  auto now = read();
  std::string said;
  for (const Counter& counter : now) {
    const auto before = std::ranges::find(last_, counter.name, &Counter::name);
    const auto since = counter.count - (before == last_.end() ? 0 : before->count);
    if (since == 0) continue;
    said += fmt::format("{}{} +{}", said.empty() ? "" : ", ", counter.name, since);
  }
  last_ = std::move(now);
  return said;
}

}  // namespace harness::target::netns
