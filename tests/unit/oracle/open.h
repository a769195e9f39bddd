#pragma once

#include "harness/event/start.h"
#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {

// An open connection on a host that is known to act at once.
struct Open : Conversation {
  Open() {
    event::Start start;
    start.set("target", "test");
    start.set("can", "virtual-time");
    event::append(trace, now, start);
    reply(call(event::Op::Socket, -1, {2, 1, 6}), 3);
    reply(call(event::Op::Bind, 3, {}, event::encode(tuple.local)), 0);
    reply(call(event::Op::Listen, 3, {8}), 0);
    open_and_accept();
  }
};

}  // namespace harness::oracle
