#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "harness/oracle/application.h"
#include "harness/oracle/edge.h"

namespace harness::oracle {

// Both sides of a target put together: what its application did with each connection, and what
// passed its edge.
struct History {
  explicit History(const event::Trace&);

  std::vector<Socket> sockets;
  std::vector<Connection> connections;
  std::vector<std::optional<std::size_t>> connection_of;  // For each socket.
  std::vector<std::optional<std::size_t>> socket_of;      // For each connection.
};

}  // namespace harness::oracle
