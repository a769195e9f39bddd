#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "harness/target/netns/file_descriptor.h"
#include "harness/wire/ip_address.h"

namespace harness::target::netns {

struct Socket {
  FileDescriptor file;
  int domain = 0;                        // AF_INET ...
  std::optional<wire::Endpoint> remote;  // Known since connect() or accept().
};

// Owned by the table, and by each call that sleeps in it: as on Linux, a socket closed meanwhile
// lives until the last of them is through.
using SocketPtr = std::shared_ptr<Socket>;

// The run's own names for sockets: as in a fresh process, the lowest free from 3.
class SocketTable {
 public:
  SocketPtr find(std::int32_t fd) const;  // Null when there is none.
  std::int32_t enter(SocketPtr);
  SocketPtr take(std::int32_t fd);  // Its name is free then. Pre: there is one.

 private:
  std::vector<SocketPtr> sockets_;
};

}  // namespace harness::target::netns
