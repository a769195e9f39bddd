#pragma once

#include "harness/target/netns/file_descriptor.h"

namespace harness::target::netns {

// Closes these in a thread of its own: a device or a packet socket takes the kernel tens of
// milliseconds, in which the next run can begin. When the process ends first, the kernel closes
// them. At most one such thread is at work; a second call waits for the first.
void close_behind(FileDescriptor, FileDescriptor = {});
// Waits until all that was given to close_behind() is closed. Before every fork: the thread is not
// there in the new process.
void finish_closing();

}  // namespace harness::target::netns
