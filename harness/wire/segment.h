#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "harness/wire/flags.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/options.h"
#include "harness/wire/seq_num.h"

namespace harness::wire {

enum class SegmentError : std::uint8_t {
  Short,       // Fewer than the 20 octets of a TCP header.
  DataOffset,  // Below 5, or past the segment's end.
};
std::string_view says(SegmentError);

// What the octets of a TCP segment say (RFC 9293, 3.1). Judges only what safe access needs, and
// keeps nonsense visible: with a wrong data offset the fixed header can still be read, while
// options and payload are empty.
class SegmentView {
 public:
  static std::expected<SegmentView, SegmentError> parse(std::span<const std::byte> bytes) {
    if (bytes.size() < 20) return std::unexpected(SegmentError::Short);
    return SegmentView{bytes};
  }

  Port source() const { return base::load16(at(0)); }
  Port destination() const { return base::load16(at(2)); }
  SeqNum seq() const { return SeqNum{base::load32(at(4))}; }
  SeqNum ack() const { return SeqNum{base::load32(at(8))}; }  // As it stands, ACK bit or not.
  std::uint8_t data_offset() const { return base::load8(at(12)) >> 4; }  // In 32-bit words.
  std::uint8_t reserved() const { return base::load8(at(12)) >> 1 & 7; }
  Flags flags() const { return {static_cast<std::uint16_t>(base::load16(at(12)) & 0x1FF)}; }
  std::uint16_t window() const { return base::load16(at(14)); }  // As it stands, unscaled.
  std::uint16_t checksum() const { return base::load16(at(16)); }
  std::uint16_t urgent() const { return base::load16(at(18)); }
  bool data_offset_ok() const { return data_offset() >= 5 && header_size() <= bytes_.size(); }
  std::size_t header_size() const { return std::size_t{data_offset()} * 4; }
  std::span<const std::byte> option_bytes() const {
    return data_offset_ok() ? bytes_.subspan(20, header_size() - 20) : bytes_.first(0);
  }
  Options options() const { return Options{option_bytes()}; }
  std::span<const std::byte> payload() const {
    return data_offset_ok() ? bytes_.subspan(header_size()) : bytes_.first(0);
  }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit SegmentView(std::span<const std::byte> bytes) : bytes_(bytes) {}
  const std::byte* at(std::size_t offset) const { return bytes_.data() + offset; }

  std::span<const std::byte> bytes_;
};

struct SackBlock {
  SeqNum left{0}, right{0};
  friend constexpr bool operator==(SackBlock, SackBlock) = default;
};

struct Timestamps {
  std::uint32_t val = 0, ecr = 0;
  friend constexpr bool operator==(Timestamps, Timestamps) = default;
};

// A legal segment, as engine and model speak of it; nonsense does not fit in here. Plain data: the
// options that are reasoned about are fields, payload and raw options are spans into the octets it
// was read from.
struct Segment {
  Port source = 0, destination = 0;
  SeqNum seq{0}, ack{0};  // ack means something only when flags.ack().
  Flags flags{};
  std::uint16_t window = 0, urgent = 0;  // Unscaled; urgent means something only when flags.urg().
  std::optional<std::uint16_t> mss{};
  std::optional<std::uint8_t> window_scale{};  // As received, above 14 too.
  std::optional<Timestamps> timestamps{};
  bool sack_permitted = false;
  bool options_broken = false;  // An illegal length was met (MUST-7); options before it count.
  std::uint8_t sack_count = 0;
  std::array<SackBlock, 4> sack{};
  std::span<const std::byte> options{};  // All of them, raw. Sent verbatim when not empty.
  std::span<const std::byte> payload{};

  // SEG.LEN (RFC 9293, 3.4): the payload, and one each for SYN and FIN.
  std::uint32_t length() const {
    return static_cast<std::uint32_t>(payload.size()) + flags.syn() + flags.fin();
  }
};

// Reads the options with a field in Segment; an option of the wrong length for its kind is skipped
// like an unknown one. Only a wrong data offset makes a segment unreadable.
std::expected<Segment, SegmentError> read(const SegmentView&);

}  // namespace harness::wire
