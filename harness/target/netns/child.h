#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>

#include "harness/target/netns/file_descriptor.h"

namespace harness::target::netns {

// `work` in a process of its own, which is gone with all the namespaces it entered when answer()
// returns.
class Child {
 public:
  explicit Child(const std::function<std::string()>& work);
  // What it returned. Nothing: it was killed, or threw what it did not catch. Ask once.
  std::optional<std::string> answer();

 private:
  pid_t process_;
  FileDescriptor answer_;
};

// What `work` returned in a process of its own, which is gone then with all the namespaces it
// entered. Nothing: it was killed, or threw what it did not catch.
std::optional<std::string> in_child(const std::function<std::string()>& work);

}  // namespace harness::target::netns
