#include "harness/oracle/history.h"

namespace harness::oracle {
namespace {

// Accept gives the connection opened last under that name; Connect opens the next one.
std::optional<std::size_t> named(const Socket& socket, const std::vector<Connection>& all) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].tuple != socket.tuple) continue;
    if (socket.active && all[i].since > socket.since) return i;
    if (!socket.active && all[i].since < socket.since) found = i;
  }
  return found;
}

}  // namespace

History::History(const event::Trace& trace)
    : sockets(sockets_of(trace)),
      connections(connections_at_edge(trace)),
      connection_of(sockets.size()),
      socket_of(connections.size()) {
  std::optional<std::size_t> nameless;
  std::size_t nameless_count = 0;
  const auto match = [&](std::size_t socket, std::size_t connection) {
    connection_of[socket] = connection;
    if (!socket_of[connection]) socket_of[connection] = socket;
  };
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    if (sockets[i].tuple) {
      if (const auto connection = named(sockets[i], connections)) match(i, *connection);
    } else if (sockets[i].active) {
      nameless = i;
      ++nameless_count;
    }
  }
  // A Connect that never told its name: clear only when there is one, and one it can have opened.
  std::optional<std::size_t> left;
  std::size_t left_count = 0;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    if (socket_of[i] || !connections[i].active) continue;
    left = i;
    ++left_count;
  }
  if (nameless_count == 1 && left_count == 1) match(*nameless, *left);
}

}  // namespace harness::oracle
