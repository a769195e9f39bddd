#include "harness/engine/keyed_hash.h"

#include <bit>

namespace harness::engine {
namespace {

struct Sip {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void add(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

KeyedHash::KeyedHash(base::Rng secret) {
  key_[0] = secret.next();
  key_[1] = secret.next();
}

std::uint64_t KeyedHash::operator()(const wire::FourTuple& tuple) const {
  const auto& [local, remote] = tuple;
  Sip sip{key_[0] ^ 0x736F'6D65'7073'6575, key_[1] ^ 0x646F'7261'6E64'6F6D,
          key_[0] ^ 0x6C79'6765'6E65'7261, key_[1] ^ 0x7465'6462'7974'6573};
  const std::uint64_t ports = std::uint64_t{local.port} << 16 | remote.port;
  if (local.address.version() == wire::IpVersion::V4) {
    sip.add(local.address.low() << 32 | remote.address.low());
    sip.add(12ull << 56 | ports);
  } else {
    sip.add(local.address.high());
    sip.add(local.address.low());
    sip.add(remote.address.high());
    sip.add(remote.address.low());
    sip.add(36ull << 56 | ports);
  }
  sip.v2 ^= 0xFF;
  for (int i = 0; i < 4; ++i) sip.round();
  return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

}  // namespace harness::engine
