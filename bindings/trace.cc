#include "bindings/trace.h"

#include <fmt/format.h>

#include <chrono>

#include "bindings/errors.h"
#include "harness/event/decision.h"
#include "harness/event/end.h"
#include "harness/event/expectation.h"
#include "harness/event/print.h"
#include "harness/event/start.h"
#include "harness/event/text.h"
#include "harness/wire/print.h"

namespace bindings {

namespace event = harness::event;

namespace {

std::string facts(const event::Trace& trace) {
  const auto start = event::start_of(trace);
  std::string text;
  for (const auto& [key, value] : start.facts()) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, value);
  }
  return text;
}

std::string text_of(const event::Trace& trace, const event::Record& record) {
  using event::Kind;
  switch (record.kind) {
    case Kind::Call:
      return event::print(trace.call(record));
    case Kind::Reply:
      return event::print(trace.reply(record));
    case Kind::Packet:
    case Kind::PeerPacket:
      return harness::wire::print_datagram(trace.body(record));
    case Kind::Decision:
      return event::print(event::decision(trace, record));
    case Kind::Expectation:
      return event::expectation(trace, record).text;
    case Kind::Note:
      return std::string{trace.text(record)};
    case Kind::End:
      return std::string{event::name(event::end_of(trace, record).reason)};
    case Kind::Start:
      return facts(trace);
  }
  return {};
}

bool is_packet(const event::Record& record) {
  return record.kind == event::Kind::Packet || record.kind == event::Kind::PeerPacket;
}

std::optional<Segment> segment_of(const event::Trace& trace, const event::Record& record) {
  if (!is_packet(record)) return std::nullopt;
  const auto octets = trace.body(record);
  try {
    return Segment::parse({octets.begin(), octets.end()});
  } catch (const WireError&) {
    return std::nullopt;  // Other than TCP.
  }
}

}  // namespace

std::vector<TraceRecord> records_of(const event::Trace& trace) {
  std::vector<TraceRecord> records;
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    const auto& record = trace[i];
    TraceRecord shown{.index = i,
                      .time = std::chrono::duration<double>(record.at.time_since_epoch()).count(),
                      .kind = std::string{event::name(record.kind)},
                      .direction = {},
                      .text = text_of(trace, record),
                      .cause = {},
                      .segment = segment_of(trace, record)};
    if (is_packet(record)) {
      shown.direction = record.direction == event::Direction::ToTarget ? "<" : ">";
    }
    if (record.cause != event::kNoRecord) shown.cause = record.cause;
    records.push_back(std::move(shown));
  }
  return records;
}

std::vector<TraceRecord> records_of_text(const std::string& text) {
  event::Trace trace;
  if (const auto read = event::from_text(text, trace); !read) {
    throw ScriptError{fmt::format("trace:{}: {}", read.error().line, read.error().message)};
  }
  return records_of(trace);
}

}  // namespace bindings
