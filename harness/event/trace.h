#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "harness/event/call.h"
#include "harness/event/record.h"

namespace harness::event {

// Octets that never move, in chunks. Bodies lie 8-aligned with a gap between them, which address
// sanitizer guards.
class Store {
 public:
  static constexpr std::size_t kMostOctets = std::size_t{1} << 28;  // Of one body.

  // Room for one body. Its octets are not initialised.
  struct Room {
    Body body;
    std::span<std::byte> bytes;
  };
  Room reserve(std::size_t);
  // Gives back the end of the body reserved last.
  void trim(Body& last, std::size_t length);
  Span at(Body body) const {
    if (body.length == 0) return {};  // There may be no chunk yet.
    return {address(body.offset), body.length};
  }
  void clear();  // Keeps its chunks.
  std::size_t used() const { return used_; }

 private:
  static constexpr std::uint32_t kChunkBits = 20;
  static constexpr std::size_t kChunk = std::size_t{1} << kChunkBits;
  static constexpr std::size_t kGap = 8;
  static constexpr std::size_t kKeptChunks = 16;

  std::byte* address(std::uint32_t offset) const {
    return chunks_[offset >> kChunkBits] + (offset & (kChunk - 1));
  }
  void open_chunks(std::size_t octets);

  std::vector<std::unique_ptr<std::byte[]>> blocks_;  // Of one chunk, or as many as a body needs.
  std::vector<std::byte*> chunks_;                    // Each chunk's first octet.
  std::size_t next_ = 0;                              // Offset of the next body.
  std::size_t end_ = 0;                               // Offset behind the open chunk.
  std::size_t used_ = 0;
};

// The record of one run, and all that oracles and reports ever see of it. It owns every octet:
// whoever crafts a datagram writes it there once, everything else passes a Body or a span.
class Trace {
 public:
  std::span<const Record> records() const { return records_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(records_.size()); }
  const Record& operator[](std::uint32_t index) const { return records_[index]; }
  Span body(Body body) const { return store_.at(body); }
  Span body(const Record& record) const { return store_.at(record.body); }
  std::size_t octets() const { return store_.used(); }

  Store::Room reserve(std::size_t octets) { return store_.reserve(octets); }
  void trim(Body& last, std::size_t length) { store_.trim(last, length); }
  Body keep(Span);  // A copy of these octets.
  Span keep_span(Span octets) { return body(keep(octets)); }

  // Each returns the index of the record it appended.
  std::uint32_t append(const Record&);
  std::uint32_t append(const Record& head, const Call&);   // Of the head: at, within, cause.
  std::uint32_t append(const Record& head, const Reply&);  // Of the head: at, within, cause.
  std::uint32_t append_packet(Kind, clock::Instant at, const Packet&, std::uint32_t cause,
                              std::uint32_t within = 0);
  // A datagram met for the first time: its record's index becomes its id.
  std::uint32_t append_new_packet(Kind, clock::Instant at, Direction, Body, std::uint32_t cause,
                                  std::uint32_t within = 0);
  std::uint32_t note(clock::Instant at, std::string_view text);

  // Pre: the record is of that kind. Spans and text are the store's.
  Call call(const Record&) const;
  Reply reply(const Record&) const;
  Packet packet(const Record&) const;  // Packet or PeerPacket.
  std::string_view text(const Record&) const;

  void clear();  // Keeps its capacity: one trace per worker, no allocation once warm.

 private:
  Store store_;
  std::vector<Record> records_;
};

}  // namespace harness::event
