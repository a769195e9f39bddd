#pragma once

#include <sys/types.h>

#include <csignal>
#include <expected>
#include <functional>
#include <string>

namespace harness::target::netns {

// Does one thing after the other, each in a process of its own that is the first of a PID namespace
// and in a mount namespace in which the host's files cannot be written, but for the settings of its
// network. When the process ends, whatever it started ends with it; and it ends with its owner,
// however that one ends.
//
// The process that owns this has one thread. Without the right to make namespaces it moves, once
// and for good, into a user namespace of its own.
class Sandbox {
 public:
  using Work = std::function<std::string()>;

  Sandbox() = default;
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  // What `work` returned in there; or else how its process ended: "was killed by SIGSEGV", or what
  // it threw: "failed: lay a wire: ...". Once `*stop` is set, the process gets a SIGTERM, for which
  // the owner has to have a handler. It may still be closing what it had open when this returns;
  // the next but one waits for it. Throws when no such process can be made.
  std::expected<std::string, std::string> run(const Work& work,
                                              const volatile std::sig_atomic_t* stop = nullptr);

 private:
  pid_t leaving_ = -1;  // Its answer is there, and it has not ended yet.
};

}  // namespace harness::target::netns
