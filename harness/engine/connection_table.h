#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/rng.h"
#include "harness/engine/connection.h"
#include "harness/engine/slab.h"
#include "harness/wire/ip_address.h"

namespace harness::engine {

// Connections by 4-tuple. Chains run through the connections; only growing allocates.
class ConnectionTable {
 public:
  ConnectionTable(Slab<Connection>& connections, base::Rng secret);
  std::uint32_t find(const wire::FourTuple&) const;  // kNone: none.
  void insert(Connection&);
  void erase(Connection&);

 private:
  std::uint32_t& bucket(const wire::FourTuple& tuple) {
    return buckets_[hash(tuple) & (buckets_.size() - 1)];
  }
  std::uint64_t hash(const wire::FourTuple&) const;
  void grow();

  Slab<Connection>& connections_;
  std::uint64_t key_;  // So that nobody outside can fill one bucket.
  std::vector<std::uint32_t> buckets_;
  std::size_t size_ = 0;
};

}  // namespace harness::engine
