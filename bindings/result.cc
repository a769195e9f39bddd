#include "bindings/result.h"

#include <utility>

#include "harness/event/text.h"
#include "reports/json.h"
#include "reports/ladder.h"

namespace bindings {

namespace event = harness::event;

reports::Result blank_result(const harness::scenario::Scenario& script, const Setting& setting,
                             std::string version) {
  reports::Result result;
  result.scenario = result.selector = script.id;
  result.title = script.title;
  result.rules = script.rules;
  result.claims = script.claims;
  result.target = setting.target;
  result.version = std::move(version);
  result.ip = setting.ip;
  result.seed = setting.seed;
  result.strict = setting.strict;
  return result;
}

std::string whole(reports::Result result, const event::Trace& trace) {
  for (const auto& record : trace.records()) {
    const auto sent = record.direction == event::Direction::ToTarget ? event::Kind::PeerPacket
                                                                     : event::Kind::Packet;
    result.segments += record.kind == sent ? 1 : 0;
  }
  if (trace.size() > 0) {
    result.span_ns = (trace[trace.size() - 1].at - trace[0].at).count();
    result.ladder = reports::ladder(trace, result.findings);
  }
  result.trace = event::to_text(trace);
  return reports::to_json_whole(result);
}

}  // namespace bindings
