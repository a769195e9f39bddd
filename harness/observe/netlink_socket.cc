#include "harness/observe/netlink_socket.h"

#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <cerrno>

#include "harness/base/system_error.h"

namespace harness::observe {
namespace {

// libnl maps errno to numbers of its own, several to one. Back to what a reader knows.
int as_errno(int netlink_error) {
  switch (netlink_error) {
    case NLE_PERM:
    case NLE_NOACCESS:
      return EPERM;
    case NLE_NOMEM:
      return ENOMEM;
    case NLE_EXIST:
      return EEXIST;
    case NLE_INVAL:
      return EINVAL;
    case NLE_OPNOTSUPP:
      return EOPNOTSUPP;
    case NLE_AF_NOSUPPORT:
      return EAFNOSUPPORT;
    case NLE_NODEV:
      return ENODEV;
    default:
      return EPROTO;
  }
}

}  // namespace

void NetlinkSocket::Free::operator()(nl_sock* socket) const { nl_socket_free(socket); }

NetlinkSocket::NetlinkSocket(int protocol) : socket_(nl_socket_alloc()) {
  if (!socket_) throw base::SystemError{"allocate a netlink socket", ENOMEM};
  check_netlink(nl_connect(get(), protocol), "open a netlink socket");
}

int NetlinkSocket::fd() const { return nl_socket_get_fd(get()); }

void check_netlink(int result, const std::string& attempted) {
  if (result >= 0) return;
  const int error = as_errno(-result);
  if (error != EPROTO) throw base::SystemError{attempted, error};
  throw base::SystemError{attempted + " (" + nl_geterror(result) + ")", error};
}

}  // namespace harness::observe
