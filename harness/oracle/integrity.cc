#include "harness/oracle/integrity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "harness/event/stream.h"
#include "harness/oracle/history.h"

namespace harness::oracle {
namespace {

// Linux's numbers, as calls carry them.
constexpr std::int64_t kOutOfBand = 0x1, kPeek = 0x2, kTruncate = 0x20;

std::string shown(std::byte octet) {
  return fmt::format("0x{:02x}", std::to_integer<unsigned>(octet));
}

Finding finding(std::uint32_t record, std::vector<std::string> requirements, std::string expected,
                std::string actual) {
  std::string text = fmt::format("expected {}, got {}", expected, actual);
  return {.checker = "integrity",
          .requirements = std::move(requirements),
          .record = record,
          .expected = std::move(expected),
          .actual = std::move(actual),
          .text = std::move(text)};
}

std::string name(const Connection& connection) {
  return fmt::format("{} <-> {}", connection.tuple.local.print(), connection.tuple.remote.print());
}

// Where else in the stream these octets belong, in words; empty when nowhere near.
std::string elsewhere(event::Span octets, std::uint64_t position, std::uint32_t stream) {
  constexpr std::uint64_t kNear = std::uint64_t{1} << 17;
  constexpr std::size_t kEnough = 4;
  if (octets.size() < kEnough) return "";
  const auto some = octets.first(std::min<std::size_t>(octets.size(), 16));
  const auto first = position > kNear ? position - kNear : 0;
  for (auto place = first; place < position + kNear; ++place) {
    if (place == position || event::first_difference(some, place, stream)) continue;
    return fmt::format(", which belongs at {}: {} octets are {}", place,
                       place > position ? place - position : position - place,
                       place > position ? "missing" : "repeated");
  }
  return "";
}

// What the application reads of one connection.
class Reading {
 public:
  Reading(const Socket& socket, const Connection& connection)
      : socket_(socket), connection_(connection) {}

  // The first thing that is wrong: what comes behind follows from it.
  std::optional<Finding> judge() {
    for (const Read& read : socket_.reads) {
      if (read.result < 0 || (read.flags & kOutOfBand) != 0) continue;
      auto wrong = read.result == 0 ? end(read) : octets(read);
      if (wrong) return wrong;
      if ((read.flags & kPeek) == 0) position_ += read.result;
    }
    return std::nullopt;
  }

 private:
  std::optional<Finding> octets(const Read& read) {
    const bool thrown_away = (read.flags & kTruncate) != 0;
    if (!thrown_away && static_cast<std::int64_t>(read.octets.size()) != read.result) {
      auto wrong = finding(read.replied, {}, fmt::format("{} octets with the reply", read.result),
                           fmt::format("{}", read.octets.size()));
      wrong.verdict = Verdict::HarnessError;
      return wrong;
    }
    if (ended_) {
      return finding(
          read.replied, {"9293-3.10.7-postfin-text"},
          fmt::format("nothing more on {} behind its end, octet {}", name(connection_), position_),
          fmt::format("{} octets", read.result));
    }
    if (auto wrong = content(read)) return wrong;
    const auto there = connection_.arrived_before(read.replied);
    const auto behind = position_ + read.result;
    if (behind <= there) return std::nullopt;
    return finding(
        read.replied, too_much(behind),
        fmt::format("to read no more of {} than has arrived, {} octets", name(connection_), there),
        fmt::format("{}", behind));
  }

  std::optional<Finding> content(const Read& read) const {
    const auto place = static_cast<std::uint64_t>(position_);
    const auto at = event::first_difference(read.octets, place, event::kFromPeer);
    if (!at) return std::nullopt;
    const auto wrong = place + *at;
    const bool ended = std::ranges::any_of(connection_.fins, [&](const Connection::Fin& fin) {
      return fin.record < read.replied && fin.position >= 0 &&
             static_cast<std::uint64_t>(fin.position) <= wrong;
    });
    return finding(read.replied, {ended ? "9293-3.10.7-postfin-text" : "9293-3.10.7-trim"},
                   fmt::format("to read {} as octet {} of {}",
                               shown(event::stream_octet(place + *at, event::kFromPeer)),
                               place + *at, name(connection_)),
                   shown(read.octets[*at]) +
                       elsewhere(read.octets.subspan(*at), place + *at, event::kFromPeer));
  }

  // Whether what is read too much came in a segment that does not verify.
  std::vector<std::string> too_much(std::int64_t behind) const {
    const bool broken = std::ranges::any_of(connection_.broken, [&](const Sent& sent) {
      return sent.position < behind && sent.end() >= behind;
    });
    return {broken ? "MUST-3" : "9293-3.10.7-trim"};
  }

  std::optional<Finding> end(const Read& read) {
    const bool excused = read.at_most == 0 || connection_.reset || socket_.failed ||
                         socket_.aborted || socket_.reading_shut;
    const bool right = std::ranges::any_of(connection_.fins, [&](const Connection::Fin& fin) {
      return fin.record < read.replied && fin.position == position_ &&
             connection_.arrived_before(read.replied) >= position_;
    });
    ended_ = ended_ || right;
    if (excused || ended_) return std::nullopt;
    const auto actual = fmt::format("the end of the stream behind octet {}", position_);
    if (connection_.fins.empty()) {
      return finding(read.replied, {"MUST-12"},
                     fmt::format("more of {}, whose peer has sent no FIN", name(connection_)),
                     actual);
    }
    return finding(read.replied, {"MUST-12"},
                   fmt::format("the end of {} where the peer's FIN stands, behind octet {}",
                               name(connection_), connection_.fins.back().position),
                   actual);
  }

  const Socket& socket_;
  const Connection& connection_;
  std::int64_t position_ = 0;
  bool ended_ = false;
};

// What the target sends on one connection.
class Sending {
 public:
  // No socket: the application has no hold of the connection yet, and cannot have written.
  Sending(const Socket* socket, const Connection& connection)
      : socket_(socket), connection_(connection) {}

  std::optional<Finding> judge() {
    for (const Sent& sent : connection_.sent) {
      if (sent.keep_alive) continue;
      if (auto wrong = place(sent)) return wrong;
      if (auto wrong = content(sent)) return wrong;
      if (sent.fin) {
        if (auto wrong = fin(sent)) return wrong;
      }
      sent_ = std::max(sent_, sent.end());
    }
    return std::nullopt;
  }

 private:
  // How much the application had written before this record, as far as we know by now that it was
  // taken.
  std::int64_t written(std::uint32_t record) const {
    if (socket_ == nullptr) return 0;
    const auto later = std::ranges::lower_bound(socket_->writes, record, {}, &Write::called);
    return later == socket_->writes.begin() ? 0
                                            : static_cast<std::int64_t>(std::prev(later)->end());
  }
  // Without what was asked for, but not answered yet.
  std::int64_t surely_written(std::uint32_t record) const {
    std::uint64_t octets = 0;
    if (socket_ == nullptr) return 0;
    for (const Write& write : socket_->writes) {
      if (write.replied && *write.replied < record) octets = write.end();
    }
    return static_cast<std::int64_t>(octets);
  }

  std::optional<Finding> place(const Sent& sent) const {
    const auto there = written(sent.record);
    if (sent.position >= 0 && sent.end() <= there) return std::nullopt;
    const bool probe = sent.octets.size() == 1;
    return finding(sent.record, {probe ? "9293-3.8.6.1-probe" : "9293-3.4-synfin-seq"},
                   fmt::format("{} to send what the application wrote, octets 0 to {}",
                               name(connection_), there),
                   fmt::format("{} to {}", sent.position, sent.end()));
  }

  std::optional<Finding> content(const Sent& sent) const {
    if (socket_ == nullptr) return std::nullopt;
    const auto from = std::ranges::upper_bound(
        socket_->writes, sent.position, {},
        [](const Write& write) { return static_cast<std::int64_t>(write.end()); });
    for (auto at = from; at != socket_->writes.end(); ++at) {
      const Write& write = *at;
      if (static_cast<std::int64_t>(write.position) >= sent.end()) break;
      const auto first = std::max(static_cast<std::int64_t>(write.position), sent.position);
      const auto last = std::min(static_cast<std::int64_t>(write.end()), sent.end());
      const auto count = static_cast<std::size_t>(last - first);
      const auto want = write.octets.subspan(
          static_cast<std::size_t>(first - static_cast<std::int64_t>(write.position)), count);
      const auto got = sent.octets.subspan(static_cast<std::size_t>(first - sent.position), count);
      if (std::memcmp(want.data(), got.data(), count) == 0) continue;
      const auto wrong =
          static_cast<std::size_t>(std::ranges::mismatch(want, got).in1 - want.begin());
      const auto octet = first + static_cast<std::int64_t>(wrong);
      const bool again = octet < sent_;
      return finding(
          sent.record, {again ? "9293-3.10.8-rto" : "9293-3.4-synfin-seq"},
          fmt::format("{} to send {} as octet {}", name(connection_), shown(want[wrong]), octet),
          shown(got[wrong]) + elsewhere(got.subspan(wrong), static_cast<std::uint64_t>(octet),
                                        event::kFromApplication));
    }
    return std::nullopt;
  }

  std::optional<Finding> fin(const Sent& sent) const {
    const auto all = surely_written(sent.record);
    if (sent.end() >= all) return std::nullopt;
    return finding(sent.record, {"9293-3.6-flush-before-fin"},
                   fmt::format("{} to send its FIN behind all that was written, octet {}",
                               name(connection_), all),
                   fmt::format("it behind octet {}", sent.end()));
  }

  const Socket* socket_;
  const Connection& connection_;
  std::int64_t sent_ = 0;
};

// A connection that was reset before it was accepted may still be given out after a new one has
// taken its name: what is read must be right for one of them.
std::optional<Finding> judge_reading(const History& history, std::size_t index) {
  const Socket& socket = history.sockets[index];
  if (!history.connection_of[index]) return std::nullopt;
  const auto newest = *history.connection_of[index];
  std::optional<Finding> first;
  for (std::size_t i = newest + 1; i-- > 0;) {
    const Connection& connection = history.connections[i];
    if (i != newest && (socket.active || connection.tuple != socket.tuple)) continue;
    if (!connection.peer_isn || connection.foreign || connection.urgent) return std::nullopt;
    auto wrong = Reading{socket, connection}.judge();
    if (!wrong) return std::nullopt;
    if (!first) first = std::move(wrong);
  }
  return first;
}

// The same the other way: what is sent must be right for one of the sockets that may be its own.
// `nameless`: an Accept that does not say of what may have been of any connection.
std::optional<Finding> judge_sending(const History& history, std::size_t index, bool nameless) {
  const Connection& connection = history.connections[index];
  const auto own = history.socket_of[index];
  if (!own && (connection.active || connection.superseded || nameless)) return std::nullopt;
  auto wrong = Sending{own ? &history.sockets[*own] : nullptr, connection}.judge();
  if (!wrong || connection.active) return wrong;
  for (const Socket& socket : history.sockets) {
    if (socket.active || socket.tuple != connection.tuple) continue;
    if (!Sending{&socket, connection}.judge()) return std::nullopt;
  }
  return wrong;
}

}  // namespace

std::vector<Finding> Integrity::check(const event::Trace& trace) const {
  const History history{trace};
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < history.sockets.size(); ++i) {
    if (auto wrong = judge_reading(history, i)) findings.push_back(std::move(*wrong));
  }
  const bool nameless = std::ranges::any_of(
      history.sockets, [](const Socket& socket) { return !socket.active && !socket.tuple; });
  for (std::size_t i = 0; i < history.connections.size(); ++i) {
    auto wrong = judge_sending(history, i, nameless);
    if (wrong) findings.push_back(std::move(*wrong));
  }
  return findings;
}

}  // namespace harness::oracle
