#pragma once

#include <cstdint>

#include "harness/engine/host.h"
#include "harness/event/call.h"

namespace harness::engine {

// Any call: its reply is made at once, or pends.
void answer(Step&, const event::Call&);

// Something happened to the connection: answers what waited for it.
void wake(Step&, Connection&);
void wake_listener(Step&, Socket&);

// The reply of a call that failed, or that returns a number and nothing else.
void reply(Step&, const event::Call&, std::int64_t result);
void fail(Step&, const event::Call&, int error);

// By group. Pre: the call has an open socket.
void call_bind(Step&, Socket&, const event::Call&);
void call_listen(Step&, Socket&, const event::Call&);
void call_connect(Step&, Socket&, const event::Call&);
void call_accept(Step&, Socket&, const event::Call&);
void call_send(Step&, Socket&, const event::Call&);
void call_receive(Step&, Socket&, const event::Call&);
void call_poll(Step&, Socket&, const event::Call&);
void call_shutdown(Step&, Socket&, const event::Call&);
void call_close(Step&, Socket&, const event::Call&);
void call_abort(Step&, Socket&, const event::Call&);
void call_set_option(Step&, Socket&, const event::Call&);
void call_get_option(Step&, Socket&, const event::Call&);
void call_control(Step&, Socket&, const event::Call&);
void call_socket(Step&, const event::Call&);
void call_status(Step&, const event::Call&);
void call_world(Step&, const event::Call&);

// Each: true when the pending call was answered.
bool try_connect(Step&, Socket&, const PendingCall&);
bool try_accept(Step&, Socket&, const PendingCall&);
bool try_send(Step&, Socket&, PendingCall&);
bool try_receive(Step&, Socket&, const PendingCall&);

// The error a connection has to tell, told once.
int take_error(Connection&);

}  // namespace harness::engine
