#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "harness/base/bytes.h"
#include "harness/serve/service.h"

namespace harness::serve {

// What was PUT to a server of ours, by path. Shared by its connections.
struct HttpStore {
  static constexpr std::size_t kMost = std::size_t{1} << 30;  // Octets in all.

  std::map<std::string, std::shared_ptr<const base::Bytes>, std::less<>> files;
  std::size_t octets = 0;
};

// As much of HTTP/1.1 as a test needs (RFC 9112): PUT keeps a body, GET and HEAD give it back; GET
// /octets/N gives N octets of pattern(). Connections are kept; bodies have a Content-Length.
std::unique_ptr<Service> make_http(std::shared_ptr<HttpStore>);

}  // namespace harness::serve
