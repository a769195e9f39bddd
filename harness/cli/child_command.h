#pragma once

#include <sys/types.h>

#include <csignal>
#include <span>
#include <string>

#include "harness/cli/fd.h"

namespace harness::cli {

// A command of the user's in a process of its own, in our network namespace. When it ends, or we
// do, however that comes about, so does every process it has started: they have a PID namespace.
class ChildCommand {
 public:
  // `mask`: the signals it is to have blocked.
  ChildCommand(std::span<const std::string> words, const sigset_t& mask);
  ChildCommand(const ChildCommand&) = delete;
  ChildCommand& operator=(const ChildCommand&) = delete;
  ~ChildCommand();  // Kills it.

  int fd() const { return ended_.get(); }  // To be polled for input: it has ended.
  // Waits for its end: its exit status, or 128 and the signal that killed it; 127 when there is no
  // such command.
  int status();

 private:
  pid_t pid_ = -1;
  Fd ended_;
};

}  // namespace harness::cli
