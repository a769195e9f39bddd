#include "harness/capture/from_trace.h"

#include <map>

#include "harness/event/print.h"
#include "harness/event/start.h"

namespace harness::capture {

Capture from_trace(const event::Trace& trace, const std::vector<Remark>& remarks,
                   std::string_view comment) {
  std::map<std::uint32_t, std::vector<std::string>> comments;
  for (const auto& remark : remarks) comments[remark.record].push_back(remark.text);
  for (const auto& record : trace.records()) {
    if (record.kind != event::Kind::Decision) continue;
    comments[record.id].push_back("link: " + event::print(event::decision(trace, record)));
  }

  Capture capture;
  capture.comment = comment;
  const auto start = event::start_of(trace);
  for (const auto& [key, value] : start.facts()) {
    if (!capture.comment.empty()) capture.comment += '\n';
    capture.comment += key + "=" + value;
  }
  capture.interfaces = {{.name = std::string(kPeerSide)}, {.name = std::string(kTargetSide)}};
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    const auto& record = trace[i];
    const bool at_target = record.kind == event::Kind::Packet;
    if (!at_target && record.kind != event::Kind::PeerPacket) continue;
    const auto octets = trace.body(record);
    const bool in = at_target == (record.direction == event::Direction::ToTarget);
    Packet packet{.at_ns = (record.at - clock::kStart).count(),
                  .interface = at_target ? 1u : 0u,
                  .original = static_cast<std::uint32_t>(octets.size()),
                  .way = in ? Way::In : Way::Out,
                  .octets = {octets.begin(), octets.end()}};
    if (const auto found = comments.find(i); found != comments.end()) {
      packet.comments = found->second;
    }
    capture.packets.push_back(std::move(packet));
  }
  return capture;
}

}  // namespace harness::capture
