#include "harness/engine/connection_table.h"

#include "harness/base/check.h"

namespace harness::engine {

ConnectionTable::ConnectionTable(Slab<Connection>& connections, base::Rng secret)
    : connections_(connections), key_(secret.next()), buckets_(64, kNone) {}

std::uint64_t ConnectionTable::hash(const wire::FourTuple& tuple) const {
  const auto& [local, remote] = tuple;
  __extension__ using Wide = unsigned __int128;
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
  };
  const std::uint64_t ports = std::uint64_t{local.port} << 16 | remote.port;
  std::uint64_t h = mix(remote.address.low() ^ key_, ports ^ 0x9E37'79B9'7F4A'7C15u);
  h = mix(h ^ local.address.low(), key_ | 1);
  if (local.address.version() == wire::IpVersion::V6) {
    h = mix(h ^ remote.address.high(), key_ ^ local.address.high());
  }
  return h ^ h >> 32;
}

std::uint32_t ConnectionTable::find(const wire::FourTuple& tuple) const {
  std::uint32_t index = buckets_[hash(tuple) & (buckets_.size() - 1)];
  while (index != kNone && connections_[index].tuple != tuple) {
    index = connections_[index].next_in_bucket;
  }
  return index;
}

void ConnectionTable::insert(Connection& connection) {
  if (size_ >= buckets_.size()) grow();
  std::uint32_t& first = bucket(connection.tuple);
  connection.next_in_bucket = first;
  first = connection.index;
  ++size_;
}

void ConnectionTable::erase(Connection& connection) {
  std::uint32_t* link = &bucket(connection.tuple);
  while (*link != connection.index) {
    CHECK(*link != kNone);
    link = &connections_[*link].next_in_bucket;
  }
  *link = connection.next_in_bucket;
  --size_;
}

void ConnectionTable::grow() {
  const std::vector<std::uint32_t> old = std::move(buckets_);
  buckets_.assign(old.size() * 2, kNone);
  for (std::uint32_t index : old) {
    while (index != kNone) {
      Connection& connection = connections_[index];
      const std::uint32_t next = connection.next_in_bucket;
      std::uint32_t& first = bucket(connection.tuple);
      connection.next_in_bucket = first;
      first = index;
      index = next;
    }
  }
}

}  // namespace harness::engine
