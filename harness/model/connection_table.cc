#include "harness/model/connection_table.h"

namespace harness::model {
namespace {

std::uint64_t hash(const wire::FourTuple& t) {
  std::uint64_t h = t.remote.address.low() ^ (t.remote.address.high() * 0x9E37'79B9'7F4A'7C15u);
  h = (h ^ t.local.address.low()) * 0xBF58'476D'1CE4'E5B9u;
  h ^= std::uint64_t{t.remote.port} << 16 | t.local.port;
  h *= 0x94D0'49BB'1331'11EBu;
  return h ^ h >> 29;
}

}  // namespace

std::size_t ConnectionTable::slot_of(const wire::FourTuple& tuple) const {
  const std::size_t mask = slots_.size() - 1;
  auto slot = static_cast<std::size_t>(hash(tuple)) & mask;
  while (slots_[slot] != 0 && entries_[slots_[slot] - 1]->facts.tuple != tuple) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

Entry* ConnectionTable::find(const wire::FourTuple& tuple) {
  if (last_ != nullptr && last_->facts.tuple == tuple) return last_;
  if (slots_.empty()) return nullptr;
  const auto index = slots_[slot_of(tuple)];
  if (index == 0) return nullptr;
  return last_ = entries_[index - 1].get();
}

Entry& ConnectionTable::at(const wire::FourTuple& tuple) {
  if (Entry* const known = find(tuple)) return *known;
  if (2 * (used_ + 1) > slots_.size()) grow();
  if (used_ == entries_.size()) entries_.push_back(std::make_unique<Entry>());
  Entry& entry = *entries_[used_];
  entry.facts.tuple = tuple;
  entry.facts.queued = 0;
  entry.facts.racing_until = -1;
  entry.facts.calls_known = true;
  entry.facts.own_timeout = false;
  entry.facts.last_arrived = 0;
  entry.facts.least_timeout = kNoTime;
  entry.facts.reopen();
  entry.frontier.clear();
  entry.before.phase = Phase::Closed;
  entry.due = kNoTime;
  entry.reported.reset();
  slots_[slot_of(tuple)] = static_cast<std::uint32_t>(++used_);
  last_ = &entry;
  return entry;
}

Connection* ConnectionTable::answered(std::uint32_t record) {
  for (std::size_t i = 0; i < used_; ++i) {
    Connection& facts = entries_[i]->facts;
    if (facts.connecting != record) continue;
    facts.connecting = event::kNoRecord;
    return &facts;
  }
  return nullptr;
}

void ConnectionTable::grow() {
  slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
  for (std::size_t i = 0; i < used_; ++i) {
    slots_[slot_of(entries_[i]->facts.tuple)] = static_cast<std::uint32_t>(i + 1);
  }
}

void ConnectionTable::clear() {
  used_ = 0;
  last_ = nullptr;
  slots_.assign(slots_.size(), 0);
}

}  // namespace harness::model
