#include "harness/event/trace.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

#include "harness/base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define LASTACK_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LASTACK_ASAN 1
#endif
#endif
#ifdef LASTACK_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) (static_cast<void>(at), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) (static_cast<void>(at), static_cast<void>(size))
#endif

namespace harness::event {
namespace {

constexpr std::size_t align(std::size_t n) { return (n + 7) & ~std::size_t{7}; }

// How a call and a reply lie in the store, data and text behind them.
struct CallHead {
  std::array<std::int64_t, 3> args;
  std::uint32_t id;
  std::int32_t fd;
  std::uint32_t data, text;
  std::uint64_t op;
};

struct ReplyHead {
  std::int64_t result;
  std::uint32_t id;
  std::int32_t error;
  std::uint32_t flags, data, text, unused;
};

// Room for a head and what is behind it. Heads are written and read field by field where they stay,
// as records are: one made elsewhere would be copied in larger pieces than it was just written in,
// and the processor has to wait for those.
template <class Head>
Store::Room reserve_for(Store& store, Span data, std::string_view text) {
  static_assert(std::is_trivially_copyable_v<Head> && alignof(Head) <= 8);
  const auto room = store.reserve(sizeof(Head) + data.size() + text.size());
  std::byte* const at = room.bytes.data() + sizeof(Head);
  if (!data.empty()) std::memcpy(at, data.data(), data.size());
  if (!text.empty()) std::memcpy(at + data.size(), text.data(), text.size());
  return room;
}

template <class Head>
const Head& head_of(Span body) {
  CHECK(body.size() >= sizeof(Head));
  const Head& head = *std::launder(reinterpret_cast<const Head*>(body.data()));
  CHECK(body.size() == sizeof head + head.data + head.text);
  return head;
}

void write(Record& record, const Record& head, Kind kind, Direction direction, std::uint32_t id,
           Body body) {
  record.at = head.at;
  record.within = head.within;
  record.body = body;
  record.cause = head.cause;
  record.id = id;
  record.kind = kind;
  record.direction = direction;
}

std::string_view as_text(Span octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

}  // namespace

void Store::open_chunks(std::size_t octets) {
  const std::size_t chunks = (octets + kChunk - 1) / kChunk;
  CHECK((chunks_.size() + chunks) << kChunkBits <= std::numeric_limits<std::uint32_t>::max());
  // A block kept by clear() serves when it is the next one in line and large enough.
  const std::size_t first = (end_ + kChunk - 1) >> kChunkBits;
  if (chunks > 1 || first == chunks_.size()) {
    auto block = std::make_unique_for_overwrite<std::byte[]>(chunks * kChunk);
    ASAN_POISON_MEMORY_REGION(block.get(), chunks * kChunk);
    next_ = chunks_.size() << kChunkBits;
    for (std::size_t i = 0; i < chunks; ++i) chunks_.push_back(block.get() + i * kChunk);
    blocks_.push_back(std::move(block));
  } else {
    next_ = first << kChunkBits;
  }
  end_ = next_ + chunks * kChunk;
}

Store::Room Store::reserve(std::size_t octets) {
  CHECK(octets <= kMostOctets);
  const std::size_t needed = align(octets) + kGap;
  if (next_ + needed > end_) open_chunks(needed);
  const Body body{.offset = static_cast<std::uint32_t>(next_),
                  .length = static_cast<std::uint32_t>(octets)};
  next_ += needed;
  used_ += needed;
  std::byte* const at = address(body.offset);
  ASAN_UNPOISON_MEMORY_REGION(at, octets);
  return {body, {at, octets}};
}

void Store::trim(Body& last, std::size_t length) {
  const std::size_t before = align(last.length) + kGap, after = align(length) + kGap;
  CHECK(length <= last.length && last.offset + before == next_);
  ASAN_POISON_MEMORY_REGION(address(last.offset) + length, last.length - length);
  next_ -= before - after;
  used_ -= before - after;
  last.length = static_cast<std::uint32_t>(length);
}

void Store::clear() {
  // Blocks larger than a chunk were for one run's needs; the next run starts small again.
  if (blocks_.size() != chunks_.size() || chunks_.size() > kKeptChunks) {
    blocks_.clear();
    chunks_.clear();
  }
  const std::size_t touched = std::min(chunks_.size(), (next_ + kChunk - 1) >> kChunkBits);
  for (std::size_t i = 0; i < touched; ++i) ASAN_POISON_MEMORY_REGION(chunks_[i], kChunk);
  next_ = 0;
  end_ = chunks_.empty() ? 0 : kChunk;
  used_ = 0;
}

Body Trace::keep(Span octets) {
  const auto room = store_.reserve(octets.size());
  if (!octets.empty()) std::memcpy(room.bytes.data(), octets.data(), octets.size());
  return room.body;
}

std::uint32_t Trace::append(const Record& record) {
  records_.push_back(record);
  return size() - 1;
}

std::uint32_t Trace::append(const Record& head, const Call& call) {
  const auto room = reserve_for<CallHead>(store_, call.data, call.text);
  new (room.bytes.data()) CallHead{.args = call.args,
                                   .id = call.id,
                                   .fd = call.fd,
                                   .data = static_cast<std::uint32_t>(call.data.size()),
                                   .text = static_cast<std::uint32_t>(call.text.size()),
                                   .op = static_cast<std::uint64_t>(call.op)};
  write(records_.emplace_back(), head, Kind::Call, Direction::ToTarget, call.id, room.body);
  return size() - 1;
}

std::uint32_t Trace::append(const Record& head, const Reply& reply) {
  const auto room = reserve_for<ReplyHead>(store_, reply.data, reply.text);
  new (room.bytes.data()) ReplyHead{.result = reply.result,
                                    .id = reply.id,
                                    .error = reply.error,
                                    .flags = reply.flags,
                                    .data = static_cast<std::uint32_t>(reply.data.size()),
                                    .text = static_cast<std::uint32_t>(reply.text.size()),
                                    .unused = 0};
  write(records_.emplace_back(), head, Kind::Reply, Direction::FromTarget, reply.id, room.body);
  return size() - 1;
}

std::uint32_t Trace::append_packet(Kind kind, clock::Instant at, const Packet& packet,
                                   std::uint32_t cause, std::uint32_t within) {
  Record& record = records_.emplace_back();
  record.at = at;
  record.within = within;
  record.body = packet.body;
  record.cause = cause;
  record.id = packet.id;
  record.gso_size = packet.gso_size;
  record.kind = kind;
  record.direction = packet.direction;
  return size() - 1;
}

std::uint32_t Trace::append_new_packet(Kind kind, clock::Instant at, Direction direction, Body body,
                                       std::uint32_t cause, std::uint32_t within) {
  return append_packet(kind, at, {.direction = direction, .id = size(), .body = body}, cause,
                       within);
}

std::uint32_t Trace::note(clock::Instant at, std::string_view text) {
  return append({.at = at, .body = keep(base::as_bytes(text)), .kind = Kind::Note});
}

Call Trace::call(const Record& record) const {
  CHECK(record.kind == Kind::Call);
  const Span octets = body(record);
  const auto& head = head_of<CallHead>(octets);
  const Span rest = octets.subspan(sizeof head);
  return {.id = head.id,
          .fd = head.fd,
          .op = static_cast<Op>(head.op),
          .args = head.args,
          .data = rest.first(head.data),
          .text = as_text(rest.subspan(head.data))};
}

Reply Trace::reply(const Record& record) const {
  CHECK(record.kind == Kind::Reply);
  const Span octets = body(record);
  const auto& head = head_of<ReplyHead>(octets);
  const Span rest = octets.subspan(sizeof head);
  return {.id = head.id,
          .result = head.result,
          .error = head.error,
          .flags = head.flags,
          .data = rest.first(head.data),
          .text = as_text(rest.subspan(head.data))};
}

Packet Trace::packet(const Record& record) const {
  CHECK(record.kind == Kind::Packet || record.kind == Kind::PeerPacket);
  return {.direction = record.direction,
          .id = record.id,
          .gso_size = record.gso_size,
          .body = record.body};
}

std::string_view Trace::text(const Record& record) const { return as_text(body(record)); }

void Trace::clear() {
  store_.clear();
  records_.clear();
}

}  // namespace harness::event
