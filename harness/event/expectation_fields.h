#pragma once

#include "harness/event/expectation.h"

namespace harness::event {

// The fields of an expectation under their names, in the order in which they are written. One list
// serves the store and the text form, both ways; record() is a field that names a record.
template <class Archive, class AnExpectation>
void each_field(Archive& archive, AnExpectation&& e) {
  archive.field("what", e.what);
  archive.field("file", e.place.file);
  archive.field("line", e.place.line);
  archive.field("column", e.place.column);
  archive.field("text", e.text);
  archive.field("earliest", e.earliest);
  archive.field("latest", e.latest);
  archive.field("tolerance", e.tolerance);
  archive.record("met", e.met);
  archive.field("joined", e.joined);

  auto& segment = e.segment;
  archive.field("source", segment.source);
  archive.field("destination", segment.destination);
  archive.field("seq", segment.seq);
  archive.field("ack", segment.ack);
  archive.field("bits", segment.flags);
  archive.field("bits-either", segment.flags_either);
  archive.field("win", segment.window);
  archive.field("checksum", segment.checksum);
  archive.field("urg", segment.urgent);
  archive.field("doff", segment.data_offset);
  archive.field("reserved", segment.reserved);
  archive.field("options", segment.options);
  archive.field("options-mask", segment.options_mask);
  archive.field("length", segment.payload_length);
  archive.field("payload", segment.payload);
  archive.field("ttl", segment.ttl);
  archive.field("class", segment.traffic_class);
  archive.field("checksum-flip", segment.checksum_flip);
  archive.field("seq-base", e.base.seq);
  archive.field("ack-base", e.base.ack);

  archive.field("result", e.result);
  archive.field("error", e.error);
  archive.field("revents", e.flags);
  archive.field("data", e.data);
  archive.field("state", e.state);
}

}  // namespace harness::event
