#include "harness/capture/pcapng_write.h"

#include <span>
#include <string_view>
#include <utility>

#include "harness/base/check.h"
#include "harness/capture/pcapng_block.h"

namespace harness::capture {
namespace {

constexpr std::size_t kLongestOption = 0xFFFF;

class Writer {
 public:
  void add16(std::uint16_t value) {
    out_.push_back(static_cast<std::byte>(value & 0xFF));
    out_.push_back(static_cast<std::byte>(value >> 8));
  }
  void add32(std::uint32_t value) {
    add16(static_cast<std::uint16_t>(value & 0xFFFF));
    add16(static_cast<std::uint16_t>(value >> 16));
  }
  void add_padded(std::span<const std::byte> octets) {
    out_.insert(out_.end(), octets.begin(), octets.end());
    while (out_.size() % 4 != 0) out_.push_back({});
  }
  void option(std::uint16_t code, std::span<const std::byte> value) {
    CHECK(value.size() <= kLongestOption);
    add16(code);
    add16(static_cast<std::uint16_t>(value.size()));
    add_padded(value);
  }
  void option(std::uint16_t code, std::string_view text) {
    option(code, base::as_bytes(text.substr(0, kLongestOption)));
  }

  void begin(std::uint32_t type) {
    start_ = out_.size();
    add32(type);
    add32(0);  // The length, once it is known.
  }
  void end() {
    add32(block::kEnd);  // The end of options: code and length 0.
    const auto length = static_cast<std::uint32_t>(out_.size() - start_ + 4);
    add32(length);
    for (std::size_t i = 0; i < 4; ++i) {
      out_[start_ + 4 + i] = static_cast<std::byte>(length >> (8 * i) & 0xFF);
    }
  }
  base::Bytes take() { return std::move(out_); }

 private:
  base::Bytes out_;
  std::size_t start_ = 0;
};

void write(Writer& out, const Packet& packet) {
  const auto at = static_cast<std::uint64_t>(packet.at_ns);
  out.begin(block::kEnhancedPacket);
  out.add32(packet.interface);
  out.add32(static_cast<std::uint32_t>(at >> 32));
  out.add32(static_cast<std::uint32_t>(at & 0xFFFF'FFFF));
  out.add32(static_cast<std::uint32_t>(packet.octets.size()));
  out.add32(packet.original);
  out.add_padded(packet.octets);
  for (const auto& comment : packet.comments) out.option(block::kComment, comment);
  if (packet.way != Way::Unknown) {
    out.add16(block::kFlags);
    out.add16(4);
    out.add32(packet.way == Way::In ? 1 : 2);
  }
  out.end();
}

}  // namespace

base::Bytes write_pcapng(const Capture& capture) {
  Writer out;
  out.begin(block::kSection);
  out.add32(block::kByteOrder);
  out.add16(1);            // Version 1.0.
  out.add16(0);            //
  out.add32(0xFFFF'FFFF);  // The section's length is not told.
  out.add32(0xFFFF'FFFF);
  if (!capture.comment.empty()) out.option(block::kComment, capture.comment);
  out.option(block::kApplication, std::string_view{"lastack"});
  out.end();
  for (const auto& interface : capture.interfaces) {
    out.begin(block::kInterface);
    out.add16(interface.link_type);
    out.add16(0);
    out.add32(0);  // No limit to a packet's length.
    if (!interface.name.empty()) out.option(block::kName, interface.name);
    constexpr std::byte kNanoseconds{9};
    out.option(block::kResolution, std::span{&kNanoseconds, 1});
    out.end();
  }
  for (const auto& packet : capture.packets) {
    CHECK(packet.interface < capture.interfaces.size());
    write(out, packet);
  }
  return out.take();
}

}  // namespace harness::capture
