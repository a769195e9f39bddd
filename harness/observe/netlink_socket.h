#pragma once

#include <memory>
#include <string>

struct nl_sock;

namespace harness::observe {

// A netlink socket of libnl's, connected, in the network namespace it was opened in.
class NetlinkSocket {
 public:
  explicit NetlinkSocket(int protocol);  // NETLINK_ROUTE ...

  nl_sock* get() const { return socket_.get(); }
  int fd() const;

 private:
  struct Free {
    void operator()(nl_sock* socket) const;
  };
  std::unique_ptr<nl_sock, Free> socket_;
};

// Throws SystemError when `result`, as libnl returns it, is an error.
void check_netlink(int result, const std::string& attempted);

}  // namespace harness::observe
