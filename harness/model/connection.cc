#include "harness/model/connection.h"

#include <algorithm>
#include <cstring>

namespace harness::model {
namespace {

Offset compare(const Piece& piece, Offset at, event::Span octets, Offset from, Offset to) {
  const auto* ours = piece.octets.data() + (from - piece.at);
  const auto* theirs = octets.data() + (from - at);
  const auto size = static_cast<std::size_t>(to - from);
  if (std::memcmp(ours, theirs, size) == 0) return kNowhere;
  return from + (std::mismatch(ours, ours + size, theirs).first - ours);
}

}  // namespace

void Connection::reopen(bool keep_last_piece) {
  const auto keep_tuple = tuple;
  const bool keep_known = calls_known, keep_timeout = own_timeout;
  const Time keep_racing = racing_until, keep_least = least_timeout;
  const auto keep_queued = queued;
  const auto keep_last = last_arrived;
  auto keep_written = std::move(written);
  auto keep_arrived = std::move(arrived);
  keep_written.clear();
  if (keep_last_piece && !keep_arrived.empty()) {
    keep_arrived.front() = keep_arrived.back();
    keep_arrived.resize(1);
  } else {
    keep_arrived.clear();
  }
  *this = Connection{};
  tuple = keep_tuple;
  calls_known = keep_known;
  own_timeout = keep_timeout;
  least_timeout = keep_least;
  racing_until = keep_racing;
  queued = keep_queued;
  last_arrived = keep_last;
  written = std::move(keep_written);
  arrived = std::move(keep_arrived);
}

Offset first_wrong(const Connection& connection, Offset at, event::Span octets) {
  const Offset end = at + static_cast<Offset>(octets.size());
  auto piece = std::ranges::upper_bound(connection.written, at, {}, &Piece::at);
  if (piece != connection.written.begin()) --piece;
  Offset place = at;
  for (; piece != connection.written.end() && place < end; ++piece) {
    if (piece->at > place) return place;
    if (piece->end() <= place) continue;
    const Offset to = std::min(end, piece->end());
    const Offset wrong = compare(*piece, at, octets, place, to);
    if (wrong != kNowhere) return wrong;
    place = to;
  }
  return place < end ? place : kNowhere;
}

Offset first_not_arrived(const Connection& connection, Offset at, event::Span octets) {
  const Offset end = at + static_cast<Offset>(octets.size());
  Offset place = at;
  // Each turn extends what is explained by any piece that fits; overlapping ones may differ.
  for (bool moved = true; moved && place < end;) {
    moved = false;
    for (const Piece& piece : connection.arrived) {
      if (piece.at > place || piece.end() <= place) continue;
      const Offset to = std::min(end, piece.end());
      const Offset wrong = compare(piece, at, octets, place, to);
      const Offset reached = wrong == kNowhere ? to : wrong;
      if (reached > place) {
        place = reached;
        moved = true;
      }
      if (place == end) break;
    }
  }
  return place < end ? place : kNowhere;
}

}  // namespace harness::model
