#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/base/bytes.h"
#include "harness/wire/options.h"

// What is inside the options that Segment has no field for. Each decode_...() gives nothing for
// another kind and for a length that is wrong for its kind; what encode() makes it reads back.
namespace harness::wire {

// Any option: kind, length, these octets. Pre: at most 253 of them.
base::Bytes encode_option(std::uint8_t kind, std::span<const std::byte> data);

// TCP Fast Open (RFC 7413, 4.1.1): 4 to 16 octets, an even number; none asks for a cookie. Before
// it had its own kind it was an experiment, kind 254 and 0xF989.
struct FastOpen {
  std::span<const std::byte> cookie{};
  bool experimental = false;
};
inline constexpr std::uint16_t kFastOpenExperiment = 0xF989;
std::optional<FastOpen> decode_fast_open(const OptionView&);
base::Bytes encode(const FastOpen&);

// The user timeout a peer would like (RFC 5482, 3).
struct UserTimeout {
  bool minutes = false;     // Else seconds.
  std::uint16_t value = 0;  // 15 bits.

  friend constexpr bool operator==(UserTimeout, UserTimeout) = default;
};
std::optional<UserTimeout> decode_user_timeout(const OptionView&);
base::Bytes encode(UserTimeout);

// MD5 signature (RFC 2385): 16 octets, which nobody here verifies.
std::optional<std::span<const std::byte>> decode_md5(const OptionView&);

// TCP-AO (RFC 5925, 2.2). The MAC is opaque.
struct Authentication {
  std::uint8_t key_id = 0, next_key_id = 0;
  std::span<const std::byte> mac{};
};
std::optional<Authentication> decode_authentication(const OptionView&);
base::Bytes encode(const Authentication&);

// Accurate ECN's counters of octets (RFC 9768, 3.2.3), 24 bits each. Order 0 (kind 172) writes e0b,
// ceb, e1b, order 1 (kind 174) the other way round; later ones may be missing.
struct AccurateEcn {
  bool order1 = false;
  std::optional<std::uint32_t> e0b{}, ceb{}, e1b{};

  friend constexpr bool operator==(const AccurateEcn&, const AccurateEcn&) = default;
};
std::optional<AccurateEcn> decode_accurate_ecn(const OptionView&);
base::Bytes encode(const AccurateEcn&);  // Up to the first counter that is missing.

}  // namespace harness::wire
