#include "harness/wire/option_fields.h"

#include <array>

#include "harness/base/check.h"

namespace harness::wire {
namespace {

constexpr std::size_t kCounter = 3;

std::uint8_t kind_number(OptionKind kind) { return static_cast<std::uint8_t>(kind); }

bool cookie_length_ok(std::size_t octets) {
  return octets == 0 || (octets >= 4 && octets <= 16 && octets % 2 == 0);
}

// The counters in the order in which they stand.
template <class Ecn>
auto in_order(Ecn& ecn) {
  return ecn.order1 ? std::array{&ecn.e1b, &ecn.ceb, &ecn.e0b}
                    : std::array{&ecn.e0b, &ecn.ceb, &ecn.e1b};
}

}  // namespace

base::Bytes encode_option(std::uint8_t kind, std::span<const std::byte> data) {
  CHECK(data.size() <= 253);
  base::Bytes octets{std::byte{kind}, static_cast<std::byte>(data.size() + 2)};
  octets.insert(octets.end(), data.begin(), data.end());
  return octets;
}

std::optional<FastOpen> decode_fast_open(const OptionView& option) {
  if (option.broken) return std::nullopt;
  auto data = option.data();
  const bool experimental = option.is(OptionKind::Experiment2);
  if (experimental) {
    if (data.size() < 2 || base::load16(data.data()) != kFastOpenExperiment) return std::nullopt;
    data = data.subspan(2);
  } else if (!option.is(OptionKind::FastOpen)) {
    return std::nullopt;
  }
  if (!cookie_length_ok(data.size())) return std::nullopt;
  return FastOpen{.cookie = data, .experimental = experimental};
}

base::Bytes encode(const FastOpen& fast_open) {
  if (!fast_open.experimental)
    return encode_option(kind_number(OptionKind::FastOpen), fast_open.cookie);
  base::Bytes data(2);
  base::store16(data.data(), kFastOpenExperiment);
  data.insert(data.end(), fast_open.cookie.begin(), fast_open.cookie.end());
  return encode_option(kind_number(OptionKind::Experiment2), data);
}

std::optional<UserTimeout> decode_user_timeout(const OptionView& option) {
  if (!option.is(OptionKind::UserTimeout, 4)) return std::nullopt;
  const auto field = base::load16(option.data().data());
  return UserTimeout{.minutes = (field & 0x8000) != 0,
                     .value = static_cast<std::uint16_t>(field & 0x7FFF)};
}

base::Bytes encode(UserTimeout timeout) {
  base::Bytes data(2);
  base::store16(data.data(), static_cast<std::uint16_t>((timeout.minutes ? 0x8000 : 0) |
                                                        (timeout.value & 0x7FFF)));
  return encode_option(kind_number(OptionKind::UserTimeout), data);
}

std::optional<std::span<const std::byte>> decode_md5(const OptionView& option) {
  if (!option.is(OptionKind::Md5, 18)) return std::nullopt;
  return option.data();
}

std::optional<Authentication> decode_authentication(const OptionView& option) {
  if (!option.is(OptionKind::Authentication) || option.broken || option.bytes.size() < 4) {
    return std::nullopt;
  }
  const auto data = option.data();
  return Authentication{.key_id = base::load8(data.data()),
                        .next_key_id = base::load8(&data[1]),
                        .mac = data.subspan(2)};
}

base::Bytes encode(const Authentication& authentication) {
  base::Bytes data{std::byte{authentication.key_id}, std::byte{authentication.next_key_id}};
  data.insert(data.end(), authentication.mac.begin(), authentication.mac.end());
  return encode_option(kind_number(OptionKind::Authentication), data);
}

std::optional<AccurateEcn> decode_accurate_ecn(const OptionView& option) {
  AccurateEcn ecn{.order1 = option.is(OptionKind::AccurateEcn1)};
  const auto data = option.data();
  if ((!ecn.order1 && !option.is(OptionKind::AccurateEcn0)) || option.broken ||
      data.size() % kCounter != 0 || data.size() > 3 * kCounter) {
    return std::nullopt;
  }
  const auto counters = in_order(ecn);
  for (std::size_t i = 0; i < data.size() / kCounter; ++i) {
    const std::byte* at = &data[i * kCounter];
    *counters[i] = std::uint32_t{base::load16(at)} << 8 | base::load8(at + 2);
  }
  return ecn;
}

base::Bytes encode(const AccurateEcn& ecn) {
  base::Bytes data;
  for (const auto* counter : in_order(ecn)) {
    if (!*counter) break;
    std::array<std::byte, 4> word;
    base::store32(word.data(), **counter);
    data.insert(data.end(), word.begin() + 1, word.end());
  }
  return encode_option(
      kind_number(ecn.order1 ? OptionKind::AccurateEcn1 : OptionKind::AccurateEcn0), data);
}

}  // namespace harness::wire
