#include "harness/oracle/edge.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <memory_resource>
#include <optional>
#include <tuple>
#include <vector>

#include "harness/event/stream.h"
#include "harness/oracle/room.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::oracle {
namespace {

using wire::SegmentView;
using wire::SeqNum;

// The position nearest to `near` that this sequence number may stand for.
std::int64_t unwrap(SeqNum seq, SeqNum isn, std::int64_t near) {
  const SeqNum at_near = isn + 1 + static_cast<std::uint32_t>(near);
  return near + static_cast<std::int32_t>(wire::distance(at_near, seq));
}

// A set of positions, as ranges that do not touch.
class Ranges {
 public:
  explicit Ranges(std::pmr::memory_resource& memory) : ranges_(&memory) {}

  void clear() { ranges_.clear(); }
  void add(std::int64_t first, std::int64_t last) {
    if (first >= last) return;
    auto at = std::ranges::lower_bound(ranges_, first, {}, &Range::last);
    const auto begin = at;
    for (; at != ranges_.end() && at->first <= last; ++at) {
      first = std::min(first, at->first);
      last = std::max(last, at->last);
    }
    if (begin == at) {
      ranges_.insert(begin, Range{first, last});
    } else {
      *begin = {first, last};
      ranges_.erase(begin + 1, at);
    }
  }
  // How many there are in a row from 0 on.
  std::int64_t prefix() const {
    for (const Range& range : ranges_) {
      if (range.first <= 0 && range.last > 0) return range.last;
    }
    return 0;
  }

 private:
  struct Range {
    std::int64_t first, last;
  };
  std::pmr::vector<Range> ranges_;
};

struct Arrival {
  std::uint32_t record = 0;
  bool verified = false;
  SegmentView segment;
};

using Key = std::tuple<wire::IpVersion, std::uint64_t, std::uint64_t, wire::Port, std::uint64_t,
                       std::uint64_t, wire::Port>;

Key key_of(const wire::FourTuple& tuple) {
  const auto& [local, remote] = tuple;
  return {local.address.version(), local.address.high(), local.address.low(), local.port,
          remote.address.high(),   remote.address.low(), remote.port};
}

// Everything that ever had one name, one connection after the other.
class Line {
 public:
  Line(const wire::FourTuple& tuple, std::vector<Connection>& all,
       std::pmr::memory_resource& memory)
      : tuple_(tuple),
        all_(all),
        mine_(&memory),
        arrived_(memory),
        deliverable_(memory),
        early_(&memory),
        syns_(&memory) {}

  const wire::FourTuple& tuple() const { return tuple_; }

  void to_target(const Arrival& arrival) {
    const auto flags = arrival.segment.flags();
    if (arrival.verified && flags.syn()) syns_.push_back(arrival);
    if (!current_) return;
    Connection& connection = all_[*current_];
    if (!connection.peer_isn) {
      early_.push_back(arrival);
    } else {
      arrive(connection, arrival);
    }
  }

  void from_target(std::uint32_t record, const SegmentView& segment) {
    const auto flags = segment.flags();
    if (flags.rst()) {
      if (current_) all_[*current_].reset = true;
      return;
    }
    if (flags.syn() && is_new(segment)) open(record, segment);
    if (!current_) return;
    if (auto& newest = all_[*current_]; flags.ack() && !newest.peer_isn) {
      resolve(newest, segment.ack());
    }
    Connection& connection = meant(segment);
    const auto octets = segment.payload();
    if (octets.empty() && !flags.fin()) return;
    Sent sent{.record = record, .octets = octets, .fin = flags.fin()};
    sent.position = unwrap(segment.seq() + flags.syn(), connection.target_isn, connection.sent_end);
    sent.keep_alive = octets.size() == 1 && !sent.fin && sent.end() == connection.sent_end &&
                      connection.acknowledged >= connection.sent_end;
    if (!sent.keep_alive) connection.sent_end = std::max(connection.sent_end, sent.end());
    connection.fin_sent |= sent.fin;
    if (connection.sent.empty()) connection.sent.reserve(kRoom);
    connection.sent.push_back(sent);
  }

 private:
  bool is_new(const SegmentView& syn) const {
    if (!current_) return true;
    const Connection& connection = all_[*current_];
    if (syn.seq() != connection.target_isn) return true;
    if (!syn.flags().ack() || !connection.peer_isn) return false;
    // A repeated SYN,ACK acknowledges what the first did, or more.
    const auto more = wire::distance(*connection.peer_isn + 1, syn.ack());
    if (more != 0 && connection.reset) return true;  // The peer's next ISN may lie in its stream.
    return static_cast<std::int64_t>(more) > deliverable_.prefix();
  }

  // A stack with SYN cookies has answered several SYNs, and knows only from the third segment which
  // answer counts: the newest one whose octets go on where they were.
  Connection& meant(const SegmentView& segment) {
    for (std::size_t i = mine_.size(); i-- > 0;) {
      Connection& connection = all_[mine_[i]];
      const auto position =
          unwrap(segment.seq() + segment.flags().syn(), connection.target_isn, connection.sent_end);
      if (position >= -1 && position <= connection.sent_end) return connection;
    }
    return all_[*current_];
  }

  void open(std::uint32_t record, const SegmentView& syn) {
    if (current_) all_[*current_].superseded = true;
    current_ = all_.size();
    mine_.push_back(*current_);
    all_.push_back(
        {.tuple = tuple_, .active = !syn.flags().ack(), .since = record, .target_isn = syn.seq()});
    arrived_.clear();
    deliverable_.clear();
    early_.clear();
  }

  // Which of the peer's SYNs the target means.
  void resolve(Connection& connection, SeqNum ack) {
    for (std::size_t i = syns_.size(); i-- > 0;) {
      const SegmentView& syn = syns_[i].segment;
      if (wire::distance(syn.seq() + 1, ack) > syn.payload().size()) continue;
      connection.peer_isn = syn.seq();
      arrive(connection, syns_[i]);
      for (const Arrival& arrival : early_) {
        if (arrival.record != syns_[i].record) arrive(connection, arrival);
      }
      early_.clear();
      return;
    }
  }

  void arrive(Connection& connection, const Arrival& arrival) {
    const SegmentView& segment = arrival.segment;
    const auto flags = segment.flags();
    const auto octets = segment.payload();
    const auto position =
        unwrap(segment.seq() + flags.syn(), *connection.peer_isn, arrived_.prefix());
    const Sent peers{.record = arrival.record, .position = position, .octets = octets};
    if (!arrival.verified) {
      connection.broken.push_back(peers);
      return;
    }
    connection.reset |= flags.rst();
    if (flags.rst()) return;
    connection.urgent |= flags.urg();
    // "If the ACK bit is off, drop the segment"; a SYN has none.
    const bool dropped = flags.ack() ? !acknowledge(connection, segment.ack()) : !flags.syn();
    if (flags.fin()) connection.fins.push_back({arrival.record, peers.end(), dropped});
    if (octets.empty()) return;
    const auto skipped = static_cast<std::size_t>(std::max<std::int64_t>(-position, 0));
    if (!connection.foreign && skipped < octets.size() &&
        event::first_difference(octets.subspan(skipped),
                                static_cast<std::uint64_t>(position) + skipped, event::kFromPeer)) {
      connection.foreign = true;
    }
    if (!dropped) {
      deliverable_.add(position, peers.end());
      connection.deliverable = deliverable_.prefix();
    }
    const auto before = arrived_.prefix();
    arrived_.add(position, peers.end());
    if (const auto now = arrived_.prefix(); now > before) {
      if (connection.arrived.empty()) connection.arrived.reserve(kRoom);
      connection.arrived.emplace_back(arrival.record, now);
    }
  }

  // False: it acknowledges what was never sent.
  static bool acknowledge(Connection& connection, SeqNum ack) {
    const auto position = unwrap(ack, connection.target_isn, connection.acknowledged);
    if (position > connection.sent_end + connection.fin_sent) return false;
    connection.acknowledged = std::max(connection.acknowledged, position);
    return true;
  }

  wire::FourTuple tuple_;
  std::vector<Connection>& all_;
  std::pmr::vector<std::size_t> mine_;  // Of all; the last is the current one.
  std::optional<std::size_t> current_;
  Ranges arrived_;                   // Of the current one ...
  Ranges deliverable_;               // ... and without what is to be dropped.
  std::pmr::vector<Arrival> early_;  // Before it was known what they count from.
  std::pmr::vector<Arrival> syns_;
};

class Edge {
 public:
  std::vector<Connection> connections(const event::Trace& trace) {
    for (std::uint32_t i = 0; i < trace.size(); ++i) {
      if (trace[i].kind == event::Kind::Packet) see(i, trace[i].direction, trace.body(trace[i]));
    }
    return std::move(all_);
  }

 private:
  void see(std::uint32_t record, event::Direction direction, event::Span octets) {
    const auto ip = wire::DatagramView::parse(octets);
    const auto tcp = ip ? wire::tcp_of(*ip) : std::nullopt;
    if (!tcp || !tcp->data_offset_ok()) return;
    if (direction == event::Direction::FromTarget) {
      line({.local = {ip->source(), tcp->source()},
            .remote = {ip->destination(), tcp->destination()}})
          .from_target(record, *tcp);
      return;
    }
    const bool verified = ip->header_checksum_ok() && wire::tcp_checksum_ok(*ip);
    line(
        {.local = {ip->destination(), tcp->destination()}, .remote = {ip->source(), tcp->source()}})
        .to_target({record, verified, *tcp});
  }

  Line& line(const wire::FourTuple& tuple) {
    if (last_ == nullptr || last_->tuple() != tuple) {  // Segments come in trains.
      last_ = &lines_.try_emplace(key_of(tuple), tuple, all_, memory_).first->second;
    }
    return *last_;
  }

  std::vector<Connection> all_;
  std::array<std::byte, 4096> room_;  // More than most runs need.
  std::pmr::monotonic_buffer_resource memory_{room_.data(), room_.size()};
  std::pmr::map<Key, Line> lines_{&memory_};
  Line* last_ = nullptr;
};

}  // namespace

std::int64_t Connection::arrived_before(std::uint32_t record) const {
  const auto later =
      std::ranges::lower_bound(arrived, record, {}, &std::pair<std::uint32_t, std::int64_t>::first);
  return later == arrived.begin() ? 0 : std::prev(later)->second;
}

std::vector<Connection> connections_at_edge(const event::Trace& trace) {
  Edge edge;
  return edge.connections(trace);
}

}  // namespace harness::oracle
