#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/wire.h"

namespace harness::target::netns {

// Sees what passes through a device in one direction, IP alone, with the kernel's own times.
class PacketSocket {
 public:
  enum class Sees { Leaving, Arriving };

  // In this process's network namespace; sees nothing yet.
  explicit PacketSocket(Sees);
  void bind(int device);

  int fd() const { return file_.get(); }
  // It is of no use then.
  FileDescriptor take() { return std::move(file_); }
  // The next in order, link header and all; nothing when there is none.
  std::optional<Wire::Sent> next();
  // Throws when some could not be kept. To be asked once next() has nothing more.
  void check_none_lost() const;

 private:
  FileDescriptor file_;
  std::unique_ptr<std::byte[]> room_;
};

}  // namespace harness::target::netns
