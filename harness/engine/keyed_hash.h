#pragma once

#include <cstdint>

#include "harness/base/rng.h"
#include "harness/wire/ip_address.h"

namespace harness::engine {

// SipHash-2-4 of a 4-tuple, under a key that nobody outside knows.
class KeyedHash {
 public:
  explicit KeyedHash(base::Rng secret);
  std::uint64_t operator()(const wire::FourTuple&) const;

 private:
  std::uint64_t key_[2];
};

}  // namespace harness::engine
