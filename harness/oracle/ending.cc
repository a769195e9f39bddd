#include "harness/oracle/ending.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "harness/event/end.h"
#include "harness/event/print.h"
#include "harness/event/status.h"
#include "harness/oracle/history.h"

namespace harness::oracle {
namespace {

using event::Op;
using event::TcpState;

class Judge {
 public:
  explicit Judge(const event::Trace& trace) : trace_(trace), history_(trace) { look(); }

  std::vector<Finding> findings() {
    for (std::size_t i = 0; i < history_.connections.size(); ++i) {
      const auto& connection = history_.connections[i];
      if (connection.superseded) continue;
      const auto socket = history_.socket_of[i];
      delivered(connection, socket ? &history_.sockets[*socket] : nullptr);
    }
    for (const auto& [id, record] : pending_) blocked(trace_.call(trace_[record]), record);
    return std::move(findings_);
  }

 private:
  using Known = std::pair<wire::FourTuple, TcpState>;

  // Calls without a reply, and what is said of each connection last.
  void look() {
    for (std::uint32_t i = 0; i < trace_.size(); ++i) {
      if (trace_[i].kind == event::Kind::Call) pending_[trace_[i].id] = i;
      if (trace_[i].kind != event::Kind::Reply) continue;
      const auto asked = pending_.find(trace_[i].id);
      if (asked == pending_.end()) continue;
      const auto call = trace_.call(trace_[asked->second]);
      pending_.erase(asked);
      if (call.op != Op::Status || call.fd >= 0) continue;
      const auto tuple = event::decode_four_tuple(call.data);
      if (!tuple) continue;
      auto state = TcpState::Closed;
      if (const auto status = event::decode_status(trace_.reply(trace_[i]).data)) {
        if (const auto said = status->state()) state = *said;
      }
      const auto known = std::ranges::find(states_, *tuple, &Known::first);
      if (known == states_.end()) {
        states_.emplace_back(*tuple, state);
      } else {
        known->second = state;
      }
    }
  }

  // Nothing: nobody asked.
  std::optional<TcpState> state_of(const wire::FourTuple& tuple) const {
    const auto known = std::ranges::find(states_, tuple, &Known::first);
    return known == states_.end() ? std::nullopt : std::optional{known->second};
  }

  void find(std::uint32_t record, std::string expected, std::string actual) {
    auto text = fmt::format("expected {}, but {}", expected, actual);
    findings_.push_back({.checker = "ending",
                         .requirements = {},
                         .record = record,
                         .expected = std::move(expected),
                         .actual = std::move(actual),
                         .text = std::move(text)});
  }

  void delivered(const Connection& connection, const Socket* socket) {
    const auto state = state_of(connection.tuple);
    if (!state) return;
    const bool over = *state == TcpState::Closed;
    const auto last = trace_.size() - 1;
    const auto written = socket == nullptr || socket->writes.empty()
                             ? std::int64_t{0}
                             : static_cast<std::int64_t>(socket->writes.back().end());
    const auto owed = std::max(connection.sent_end + connection.fin_sent, written);
    if (!over && connection.acknowledged < owed) {
      find(last, "what is sent to be acknowledged, or the connection to fail",
           fmt::format("{} of {} are acknowledged, no timer is armed, and the connection is {}",
                       connection.acknowledged, owed, event::name(*state)));
    }
    if (!over || socket == nullptr || socket->closed || socket->failed || socket->aborted) return;
    const bool orderly = connection.fin_sent && !connection.fins.empty();
    if (orderly && connection.acknowledged >= owed) return;
    if (orderly && connection.reset) return;  // RFC 9293, 3.10.7.4: LAST-ACK closes in silence.
    find(last, "the application to be told that its connection is gone",
         fmt::format("{} of {} are acknowledged, and socket {} knows of no error",
                     connection.acknowledged, owed, socket->fd));
  }

  void blocked(const event::Call& call, std::uint32_t record) {
    // The last to have had this fd.
    std::optional<std::size_t> mine;
    for (std::size_t i = 0; i < history_.sockets.size(); ++i) {
      if (history_.sockets[i].fd == call.fd && history_.sockets[i].since <= record) mine = i;
    }
    if (!mine || !history_.connection_of[*mine]) return;
    const Socket& socket = history_.sockets[*mine];
    const auto& connection = history_.connections[*history_.connection_of[*mine]];
    const auto state = state_of(connection.tuple);
    if (state == TcpState::Closed && !socket.closed) {
      find(record, "an answer to every call on a connection that is gone",
           fmt::format("`{}` is still blocked", event::print(call)));
    } else if (call.op == Op::Receive && waits_for_nothing(socket, connection)) {
      find(record, "what has arrived to be delivered",
           fmt::format("`{}` is still blocked", event::print(call)));
    }
  }

  // Octets in order are there that nobody has read, or the end of the stream is.
  bool waits_for_nothing(const Socket& socket, const Connection& connection) const {
    if (connection.urgent || connection.reset) return false;
    std::int64_t taken = 0;
    constexpr std::int64_t kPeek = 2;
    for (const Read& read : socket.reads) {
      if ((read.flags & kPeek) == 0) taken += std::max<std::int64_t>(read.result, 0);
    }
    const auto arrived = connection.deliverable;
    const bool at_end = std::ranges::any_of(connection.fins, [&](const Connection::Fin& fin) {
      return fin.position == arrived && !fin.dropped;
    });
    return arrived > taken || at_end;
  }

  const event::Trace& trace_;
  const History history_;
  std::map<std::uint32_t, std::uint32_t> pending_;  // Records, by Call::id.
  std::vector<Known> states_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> Ending::check(const event::Trace& trace) const {
  if (trace.size() == 0 || trace[trace.size() - 1].kind != event::Kind::End) return {};
  // What did not come to rest is the business of Liveness.
  if (event::end_of(trace, trace[trace.size() - 1]).reason != event::EndReason::Done) return {};
  return Judge{trace}.findings();
}

}  // namespace harness::oracle
