#include "harness/oracle/around.h"

#include <algorithm>
#include <string_view>

#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::oracle {
namespace {

using event::Direction;
using event::Kind;
using event::Trace;

struct Carried {
  wire::Port source = 0, destination = 0;
  std::uint32_t first = 0, length = 0;

  Octets octets() const { return {first, first + length}; }
  bool of_flow(const Carried& other) const {
    return source == other.source && destination == other.destination;
  }
};

std::optional<Carried> carried(event::Span octets) {
  const auto ip = wire::DatagramView::parse(octets);
  if (!ip) return std::nullopt;
  const auto segment = wire::SegmentView::parse(ip->payload());
  if (!segment) return std::nullopt;
  return Carried{.source = segment->source(),
                 .destination = segment->destination(),
                 .first = segment->seq().raw(),
                 .length = static_cast<std::uint32_t>(segment->payload().size())};
}

// Of a segment that came to where `like` was seen.
std::optional<Carried> carried_like(const Trace& trace, std::uint32_t i,
                                    const event::Record& like) {
  const auto& record = trace[i];
  if (record.kind != like.kind || record.direction != like.direction) return std::nullopt;
  return carried(trace.body(record));
}

}  // namespace

std::vector<Octets> pieces(const Trace& trace, const event::Expectation& e) {
  std::vector<Octets> found;
  if (!e.joined || e.met >= trace.size()) return found;
  const auto whole = carried(trace.body(*e.joined));
  auto next = carried(trace.body(trace[e.met]));
  if (!whole || !next) return found;
  found.push_back(next->octets());
  for (auto i = e.met; i-- > 0 && found.back().first != whole->first;) {
    const auto before = carried_like(trace, i, trace[e.met]);
    if (!before || !before->of_flow(*next) || before->octets().second != found.back().first) {
      continue;
    }
    found.push_back(before->octets());
  }
  std::ranges::reverse(found);
  return found;
}

std::optional<Octets> repeated(const Trace& trace, std::uint32_t record) {
  const auto now = carried(trace.body(trace[record]));
  if (!now || now->length == 0) return std::nullopt;
  for (auto i = record; i-- > 0;) {
    const auto before = carried_like(trace, i, trace[record]);
    // A copy that the link made is the same segment.
    if (!before || !before->of_flow(*now) || trace[i].id == trace[record].id) continue;
    const std::uint32_t ahead = now->first - before->first;  // On the ring.
    if (ahead < before->length && before->length - ahead >= now->length) return now->octets();
  }
  return std::nullopt;
}

std::vector<std::string> drops(const Trace& trace, std::uint32_t record) {
  constexpr std::string_view kDropped = "the kernel dropped ";
  std::vector<std::string> found;
  bool sent = false;
  for (auto i = std::min(record, trace.size()); i-- > 0 && !sent;) {
    const auto& one = trace[i];
    sent = one.kind == Kind::Packet && one.direction == Direction::ToTarget;
    if (one.kind != Kind::Note || !trace.text(one).starts_with(kDropped)) continue;
    std::string text{trace.text(one)};
    if (std::ranges::find(found, text) == found.end()) found.push_back(std::move(text));
  }
  std::ranges::reverse(found);
  return found;
}

}  // namespace harness::oracle
