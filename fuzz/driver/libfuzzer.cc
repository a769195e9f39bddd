// The entry that libFuzzer calls. fuzz/run shows how far it is: the count of inputs stands in a
// file it shares with us, because a clock has no place in what is fuzzed.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

#include "fuzz/target.h"

namespace {

using Count = std::atomic<std::uint64_t>;

Count alone{0};
Count* count = &alone;

void share(const char* file) {
  const int fd = ::open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, sizeof(Count)) != 0) return;
  void* const at = ::mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (at != MAP_FAILED) count = static_cast<Count*>(at);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t);

int LLVMFuzzerInitialize(int*, char***) {
  if (const char* file = std::getenv("LASTACK_FUZZ_COUNT")) share(file);
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::one_input(std::as_bytes(std::span{data, size}));
  count->store(count->load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return 0;
}
