// MUST-9, RFC6528-3-b: the part of an ISN that is not the clock is not predictable by outsiders.
// That a function has no weakness cannot be shown; that it has none of those below can, and each of
// them is shown a function that has it.

#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using base::Rng;
using wire::FourTuple;
using wire::IpAddress;

constexpr clock::Instant kNow = clock::kStart + 1000s;

// F of RFC 6528, 3: an ISN without its clock, under the secret that follows from a seed.
struct Prf {
  const char* name;
  std::function<std::uint32_t(std::uint64_t seed, const FourTuple&)> f;
};

std::uint32_t engine_isn(std::uint64_t seed, const FourTuple& tuple) {
  static std::optional<std::pair<std::uint64_t, std::unique_ptr<Host>>> last;
  if (!last || last->first != seed) {
    last = {seed, std::make_unique<Host>(config_of(kLocal), Rng{seed})};
  }
  return last->second->initial_sequence(kNow, tuple).raw();
}
const Prf kEngine{"the engine's", engine_isn};

std::uint64_t mixed(std::uint64_t z) { return Rng{z}.next(); }
std::uint32_t folded(const IpAddress& a) {
  const std::uint64_t both = a.high() ^ a.low();
  return static_cast<std::uint32_t>(both ^ both >> 32);
}
std::uint32_t ports(const FourTuple& t) {
  return std::uint32_t{t.local.port} << 16 | t.remote.port;
}
std::uint64_t public_hash(const FourTuple& t) {
  return mixed(mixed(folded(t.local.address)) + mixed(folded(t.remote.address) + 1ull) * 3 +
               mixed(ports(t) + 2ull) * 5);
}
std::uint32_t crc32(std::uint32_t crc, std::uint32_t word) {
  crc ^= word;
  for (int i = 0; i < 32; ++i) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB8'8320u : 0u);
  return crc;
}

const Prf kNone{"none: the clock alone", [](std::uint64_t, const FourTuple&) { return 0u; }};
const Prf kPublic{"a hash without a secret", [](std::uint64_t, const FourTuple& t) {
                    return static_cast<std::uint32_t>(public_hash(t));
                  }};
const Prf kShifted{"a public hash, and the secret added",
                   [](std::uint64_t seed, const FourTuple& t) {
                     return static_cast<std::uint32_t>(public_hash(t) + mixed(seed));
                   }};
const Prf kSum{"a sum", [](std::uint64_t seed, const FourTuple& t) {
                 return static_cast<std::uint32_t>(mixed(seed)) + folded(t.local.address) +
                        folded(t.remote.address) + ports(t);
               }};
const Prf kCrc{"a CRC that begins with the secret", [](std::uint64_t seed, const FourTuple& t) {
                 auto crc = static_cast<std::uint32_t>(mixed(seed));
                 crc = crc32(crc, folded(t.local.address));
                 return crc32(crc32(crc, folded(t.remote.address)), ports(t));
               }};
const Prf kSeparable{"addresses and ports hashed apart, with the secret, and added",
                     [](std::uint64_t seed, const FourTuple& t) {
                       const auto key = mixed(seed);
                       return static_cast<std::uint32_t>(mixed(key ^ folded(t.local.address)) +
                                                         mixed(~key ^ folded(t.remote.address)) +
                                                         mixed(key + 7 + ports(t)));
                     }};
const Prf kNarrow{"only 16 bits of a hash", [](std::uint64_t seed, const FourTuple& t) {
                    return static_cast<std::uint32_t>(mixed(mixed(seed) ^ public_hash(t))) &
                           0xFFFFu;
                  }};
const Prf kKeyed{"a mix of secret and tuple", [](std::uint64_t seed, const FourTuple& t) {
                   return static_cast<std::uint32_t>(mixed(mixed(seed) ^ public_hash(t)));
                 }};

FourTuple any_tuple(Rng& rng, bool six) {
  const auto address = [&] {
    return six ? IpAddress::v6(rng.next(), rng.next())
               : IpAddress::v4(static_cast<std::uint32_t>(rng.next()));
  };
  const auto port = [&] { return static_cast<wire::Port>(rng.next()); };
  return {{address(), port()}, {address(), port()}};
}
// The tuple with one bit of it changed, of 96 or of 288.
constexpr int bits(bool six) { return six ? 288 : 96; }
FourTuple flipped(FourTuple t, int bit) {
  const int address_bits = t.local.address.version() == wire::IpVersion::V6 ? 128 : 32;
  for (wire::Endpoint* end : {&t.local, &t.remote}) {
    if (bit < address_bits) {
      const std::uint64_t low = bit < 64 ? 1ull << bit : 0,
                          high = bit < 64 ? 0 : 1ull << (bit - 64);
      end->address = address_bits == 32
                         ? IpAddress::v4(static_cast<std::uint32_t>(end->address.low() ^ low))
                         : IpAddress::v6(end->address.high() ^ high, end->address.low() ^ low);
      return t;
    }
    bit -= address_bits;
    if (bit < 16) {
      end->port = static_cast<wire::Port>(end->port ^ 1u << bit);
      return t;
    }
    bit -= 16;
  }
  return t;
}

// How often each bit of 32 was 1 in `n` words: all within six standard deviations of the half.
struct Halves {
  std::array<int, 32> ones{};
  int n = 0;
  void add(std::uint32_t word) {
    ++n;
    for (unsigned i = 0; i < 32; ++i) ones[i] += static_cast<int>(word >> i & 1);
  }
  bool even() const {
    const double bound = 6 * std::sqrt(n) / 2;
    for (const int one : ones) {
      if (std::abs(one - n / 2.0) > bound) return false;
    }
    return true;
  }
};

// Of one tuple, under secrets that differ in one bit of their seed; and of the distance between two
// tuples' ISNs, which is all that a secret added to them leaves as it was.
bool secrets_matter(const Prf& prf) {
  Rng rng{11};
  const FourTuple one = any_tuple(rng, false), two = any_tuple(rng, false);
  Halves single, distance;
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t a = rng.next(), b = a ^ 1ull << rng.below(64);
    single.add(prf.f(a, one) ^ prf.f(b, one));
    distance.add((prf.f(a, one) - prf.f(a, two)) ^ (prf.f(b, one) - prf.f(b, two)));
  }
  return single.even() && distance.even();
}

// Each bit of the tuple changes each bit of the ISN half of the time.
bool avalanche(const Prf& prf, bool six) {
  Rng rng{12};
  for (int bit = 0; bit < bits(six); ++bit) {
    Halves changed;
    for (int i = 0; i < 400; ++i) {
      const FourTuple t = any_tuple(rng, six);
      changed.add(prf.f(5, t) ^ prf.f(5, flipped(t, bit)));
    }
    if (!changed.even()) return false;
  }
  return true;
}

// The octets of the ISNs that one client sees, port by port: chi-square, 255 degrees of freedom,
// six standard deviations; too even is a counter.
bool octets_spread(const Prf& prf) {
  constexpr int kSamples = 65'536;
  std::array<std::array<int, 256>, 4> seen{};
  FourTuple t{{kLocal, 80}, {kRemote, 0}};
  for (int i = 0; i < kSamples; ++i) {
    t.remote.port = static_cast<wire::Port>(i);
    const std::uint32_t isn = prf.f(5, t);
    for (unsigned octet = 0; octet < 4; ++octet) ++seen[octet][isn >> 8 * octet & 0xFF];
  }
  for (const auto& counts : seen) {
    double chi = 0;
    for (const int count : counts)
      chi += std::pow(count - kSamples / 256.0, 2) / (kSamples / 256.0);
    if (std::abs(chi - 255) > 6 * std::sqrt(2 * 255)) return false;
  }
  return true;
}

// -- An outsider: he has the ISNs of as many connections of his own as he likes, from his address,
// and knows the clock; he wants that of a victim's connection. A guess counts when it is within a
// window of 65,535 of it, on either side; by chance one in 32,768 is.
constexpr int kVictims = 2000, kMostLucky = 4;  // More than that by chance: once in 10^8.
const IpAddress kOutsider = IpAddress::v4(0xCB00'7105);

bool close(std::uint32_t guess, std::uint32_t isn) {
  return guess - isn <= 65'535 || isn - guess <= 65'535;
}
FourTuple own(wire::Port port, IpAddress from = kOutsider) { return {{kLocal, 80}, {from, port}}; }
FourTuple a_victim(Rng& rng) {
  return own(static_cast<wire::Port>(rng.next()),
             IpAddress::v4(static_cast<std::uint32_t>(rng.next())));
}

// He adds what one port more, or one address more, added before.
bool foretold_by_steps(const Prf& prf) {
  Rng rng{13};
  int lucky = 0;
  for (int i = 0; i < kVictims; ++i) {
    const FourTuple victim = a_victim(rng);
    const std::uint32_t first = prf.f(5, own(1000)), by_port = prf.f(5, own(1001)) - first;
    const auto next = IpAddress::v4(static_cast<std::uint32_t>(kOutsider.low()) + 1);
    const std::uint32_t by_address = prf.f(5, own(1000, next)) - first;
    const auto away = static_cast<std::uint32_t>(victim.remote.address.low() - kOutsider.low());
    const std::uint32_t guess = first + by_port * (victim.remote.port - 1000u) + by_address * away;
    lucky += close(guess, prf.f(5, victim)) ? 1 : 0;
  }
  return lucky > kMostLucky;
}

// He has seen one ISN of the victim's, at another port, and adds what those two ports differ by
// from his own address.
bool foretold_by_differences(const Prf& prf) {
  Rng rng{14};
  int lucky = 0;
  for (int i = 0; i < kVictims; ++i) {
    const FourTuple victim = a_victim(rng);
    FourTuple earlier = victim;
    earlier.remote.port = static_cast<wire::Port>(victim.remote.port ^ (1 + rng.below(65'535)));
    const std::uint32_t guess =
        prf.f(5, earlier) + prf.f(5, own(victim.remote.port)) - prf.f(5, own(earlier.remote.port));
    lucky += close(guess, prf.f(5, victim)) ? 1 : 0;
  }
  return lucky > kMostLucky;
}

// He takes it for affine over bits: as many of his own connections as make a basis, from addresses
// of his, say what each bit of address and port turns.
bool foretold_by_bits(const Prf& prf) {
  const FourTuple zero = own(0, IpAddress::v4(0));
  const std::uint32_t constant = prf.f(5, zero);
  std::array<std::uint32_t, 48> turns{};
  for (int bit = 0; bit < 48; ++bit) {  // Those of the remote end come last.
    turns[static_cast<std::size_t>(bit)] = prf.f(5, flipped(zero, 48 + bit)) ^ constant;
  }
  Rng rng{15};
  int lucky = 0;
  for (int i = 0; i < kVictims; ++i) {
    const FourTuple victim = a_victim(rng);
    const std::uint64_t place =
        std::uint64_t{victim.remote.port} << 32 | victim.remote.address.low();
    std::uint32_t guess = constant;
    for (std::size_t bit = 0; bit < 48; ++bit) guess ^= (place >> bit & 1) != 0 ? turns[bit] : 0;
    lucky += close(guess, prf.f(5, victim)) ? 1 : 0;
  }
  return lucky > kMostLucky;
}

TEST(EngineInitialSequence, AnotherSecretGivesUnrelatedIsns) {
  EXPECT_TRUE(secrets_matter(kEngine));
  EXPECT_TRUE(secrets_matter(kKeyed));
  for (const Prf& weak : {kNone, kPublic, kShifted, kSum, kCrc, kNarrow}) {
    EXPECT_FALSE(secrets_matter(weak)) << weak.name;
  }
}

TEST(EngineInitialSequence, OneBitOfTheTupleTurnsHalfOfTheIsn) {
  EXPECT_TRUE(avalanche(kEngine, false));
  EXPECT_TRUE(avalanche(kEngine, true));
  EXPECT_TRUE(avalanche(kKeyed, false));
  for (const Prf& weak : {kNone, kSum, kCrc, kNarrow}) {
    EXPECT_FALSE(avalanche(weak, false)) << weak.name;
    EXPECT_FALSE(avalanche(weak, true)) << weak.name;
  }
}

TEST(EngineInitialSequence, WhatOneClientSeesIsSpreadOverAllOctets) {
  EXPECT_TRUE(octets_spread(kEngine));
  EXPECT_TRUE(octets_spread(kKeyed));
  for (const Prf& weak : {kNone, kSum, kCrc, kNarrow}) {
    EXPECT_FALSE(octets_spread(weak)) << weak.name;
  }
}

TEST(EngineInitialSequence, AnOutsiderForetellsNothingFromHisOwn) {
  for (const Prf& good : {kEngine, kKeyed}) {
    EXPECT_FALSE(foretold_by_steps(good)) << good.name;
    EXPECT_FALSE(foretold_by_differences(good)) << good.name;
    EXPECT_FALSE(foretold_by_bits(good)) << good.name;
  }
  for (const Prf& weak : {kNone, kSum}) EXPECT_TRUE(foretold_by_steps(weak)) << weak.name;
  for (const Prf& weak : {kNone, kSum, kSeparable}) {
    EXPECT_TRUE(foretold_by_differences(weak)) << weak.name;
  }
  EXPECT_TRUE(foretold_by_bits(kCrc)) << kCrc.name;
}

// What is tested above is what goes out.
TEST(EngineInitialSequence, TheSynCarriesIt) {
  Config config = config_of(kLocal);
  const Rng secret{77};
  for (const wire::Port port : std::initializer_list<wire::Port>{1, 80, 40'000, 65'535}) {
    Stack stack{config, secret};
    event::Trace trace;
    const auto call = [&](Op op, std::array<std::int64_t, 3> args, event::Span data = {}) {
      Out out{trace, kNow, event::kNoRecord};
      stack.step(kNow, {.id = 1, .fd = 3, .op = op, .args = args, .data = data, .text = {}}, out);
    };
    call(Op::Socket, {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0});
    call(Op::Bind, {}, event::encode(wire::Endpoint{kLocal, 5000}));
    call(Op::Connect, {}, event::encode(wire::Endpoint{kRemote, port}));
    std::optional<std::uint32_t> iss;
    for (const auto& record : trace.records()) {
      if (record.kind != event::Kind::Packet) continue;
      const auto ip = wire::DatagramView::parse(trace.body(record));
      iss = wire::SegmentView::parse(ip->payload())->seq().raw();
    }
    EXPECT_EQ(iss, engine_isn(77, {{kLocal, 5000}, {kRemote, port}}));
  }
}

}  // namespace
}  // namespace harness::engine
