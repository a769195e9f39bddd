#include "harness/target/netns/closer.h"

#include <thread>
#include <utility>

namespace harness::target::netns {
namespace {

std::jthread& at_work() {
  static std::jthread thread;
  return thread;
}

}  // namespace

void close_behind(FileDescriptor first, FileDescriptor second) {
  finish_closing();
  at_work() = std::jthread{[first = std::move(first), second = std::move(second)]() mutable {
    first.close();
    second.close();
  }};
}

void finish_closing() {
  if (at_work().joinable()) at_work().join();
}

}  // namespace harness::target::netns
