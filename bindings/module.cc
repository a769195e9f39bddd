#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bindings/errors.h"
#include "bindings/icmp.h"
#include "bindings/segment.h"
#include "bindings/session.h"
#include "bindings/trace.h"
#include "harness/base/system_error.h"
#include "harness/event/status.h"
#include "harness/target/catalogue/catalogue.h"
#include "harness/wire/print.h"

// lastack._core: what of the package is C++. The package itself is python/lastack.

namespace py = pybind11;
namespace wire = harness::wire;
using namespace bindings;

namespace {

py::bytes as_bytes(std::span<const std::byte> octets) {
  std::string text(octets.size(), '\0');
  for (std::size_t i = 0; i < octets.size(); ++i) text[i] = static_cast<char>(octets[i]);
  return py::bytes{text};
}

harness::base::Bytes from_bytes(const py::bytes& given) {
  const std::string text = given;
  harness::base::Bytes octets;
  for (const char c : text) octets.push_back(static_cast<std::byte>(c));
  return octets;
}

std::optional<wire::Segment> fields(const Segment& segment) {
  const auto read = wire::read(segment.tcp());
  return read ? std::optional{*read} : std::nullopt;
}

void look_up() {
  // Time may pass in C++ for long: Ctrl-C is Python's.
  if (PyErr_CheckSignals() != 0) throw py::error_already_set{};
}

py::dict as_dict(const harness::event::Status& status) {
  py::dict dict;
  for (std::size_t i = 0; i < harness::event::kStatusFields; ++i) {
    const auto field = static_cast<harness::event::StatusField>(i);
    const auto value = status.get(field);
    if (!value) continue;
    const py::str name{std::string{harness::event::name(field)}};
    if (const auto state = status.state(); i == 0 && state) {
      dict[name] = std::string{harness::event::name(*state)};
    } else {
      dict[name] = *value;
    }
  }
  return dict;
}

Setting setting(const std::string& target, const std::optional<std::string>& wire,
                std::uint64_t seed, const std::string& ip, bool strict,
                const std::string& scenarios) {
  return {.target = target,
          .wire = wire,
          .seed = seed,
          .ip = ip,
          .strict = strict,
          .scenarios = scenarios};
}

// Exceptions are the package's own classes, so that they can be documented and typed there.
void translate(const std::exception_ptr& raised) {
  const auto raise = [](const char* name, const char* sentence) {
    const auto type = py::module_::import("lastack._errors").attr(name);
    PyErr_SetString(type.ptr(), sentence);
  };
  try {
    if (raised) std::rethrow_exception(raised);
  } catch (const Mismatch& error) {
    const auto type = py::module_::import("lastack._errors").attr("Mismatch");
    const auto value = type(error.what(), error.expected, error.found);
    PyErr_SetObject(type.ptr(), value.ptr());
  } catch (const ScriptError& error) {
    raise("ScriptError", error.what());
  } catch (const WireError& error) {
    raise("WireError", error.what());
  } catch (const UsageError& error) {
    raise("UsageError", error.what());
  } catch (const harness::base::SystemError& error) {
    raise("HostError", error.what());
  }
}

void add_segment(py::module_& module) {
  py::class_<Segment>(
      module, "Segment",
      "An IP datagram with a TCP segment in it: its octets, and what they say. Never changes.\n\n"
      "Segment(\"S 7:7(0) win 65535 <mss 1460>\") makes one from the notation of scripts, with "
      "the\n"
      "numbers that go on the wire; Segment.parse(octets) reads one, bytes(segment) gives it back.")
      .def(py::init(&Segment::craft), py::arg("notation"), py::kw_only(),
           py::arg("source") = "198.51.100.1:40000", py::arg("destination") = "192.0.2.1:8080",
           py::arg("payload") = std::nullopt)
      .def_static(
          "parse", [](const py::bytes& octets) { return Segment::parse(from_bytes(octets)); },
          py::arg("octets"))
      .def("__bytes__", [](const Segment& s) { return as_bytes(s.octets()); })
      .def("__str__", &Segment::print)
      .def("__repr__", [](const Segment& s) { return fmt::format("<Segment {}>", s.print()); })
      .def(
          "__eq__", [](const Segment& a, const Segment& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const Segment& s) { return py::hash(as_bytes(s.octets())); })
      .def(
          "mismatches",
          [](const Segment& s, const std::string& notation) {
            std::vector<std::tuple<std::string, std::string, std::string>> found;
            for (auto& one : s.mismatches(notation))
              found.emplace_back(one.field, one.want, one.got);
            return found;
          },
          py::arg("notation"))
      .def_property_readonly("source",
                             [](const Segment& s) {
                               return wire::Endpoint{s.ip().source(), s.tcp().source()}.print();
                             })
      .def_property_readonly(
          "destination",
          [](const Segment& s) {
            return wire::Endpoint{s.ip().destination(), s.tcp().destination()}.print();
          })
      .def_property_readonly("ttl", [](const Segment& s) { return s.ip().ttl(); })
      .def_property_readonly("seq", [](const Segment& s) { return s.tcp().seq().raw(); })
      .def_property_readonly("ack", [](const Segment& s) { return s.tcp().ack().raw(); })
      .def_property_readonly("flags", [](const Segment& s) { return wire::print(s.tcp().flags()); })
      .def_property_readonly("window", [](const Segment& s) { return s.tcp().window(); })
      .def_property_readonly("urgent", [](const Segment& s) { return s.tcp().urgent(); })
      .def_property_readonly("checksum", [](const Segment& s) { return s.tcp().checksum(); })
      .def_property_readonly("checksum_ok", &Segment::checksum_ok)
      .def_property_readonly("data_offset", [](const Segment& s) { return s.tcp().data_offset(); })
      .def_property_readonly("payload",
                             [](const Segment& s) { return as_bytes(s.tcp().payload()); })
      .def_property_readonly("options",
                             [](const Segment& s) {
                               std::vector<std::pair<int, py::bytes>> found;
                               const auto tcp = s.tcp();
                               for (const auto& option : tcp.options()) {
                                 found.emplace_back(option.kind, as_bytes(option.data()));
                               }
                               return found;
                             })
      .def_property_readonly("mss",
                             [](const Segment& s) -> std::optional<std::uint16_t> {
                               const auto read = fields(s);
                               return read ? read->mss : std::nullopt;
                             })
      .def_property_readonly("window_scale",
                             [](const Segment& s) -> std::optional<std::uint8_t> {
                               const auto read = fields(s);
                               return read ? read->window_scale : std::nullopt;
                             })
      .def_property_readonly(
          "timestamps",
          [](const Segment& s) -> std::optional<std::pair<std::uint32_t, std::uint32_t>> {
            const auto read = fields(s);
            if (!read || !read->timestamps) return std::nullopt;
            return std::pair{read->timestamps->val, read->timestamps->ecr};
          })
      .def_property_readonly("sack_permitted", [](const Segment& s) {
        const auto read = fields(s);
        return read && read->sack_permitted;
      });
}

void add_icmp(py::module_& module) {
  const auto quoted = [](const Icmp& icmp) { return wire::quoted_segment(icmp.icmp()); };
  py::class_<Icmp>(
      module, "Icmp",
      "An IP datagram with an ICMP message in it: its octets, and what they say. Never changes.\n\n"
      "Icmp(\"unreachable host_unreachable\", segment) is what a router says of that segment.")
      .def(py::init(&Icmp::craft), py::arg("notation"), py::arg("about"), py::kw_only(),
           py::arg("source") = "")
      .def_static(
          "parse", [](const py::bytes& octets) { return Icmp::parse(from_bytes(octets)); },
          py::arg("octets"))
      .def("__bytes__", [](const Icmp& m) { return as_bytes(m.octets()); })
      .def("__str__", &Icmp::print)
      .def("__repr__", [](const Icmp& m) { return fmt::format("<Icmp {}>", m.print()); })
      .def(
          "__eq__", [](const Icmp& a, const Icmp& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const Icmp& m) { return py::hash(as_bytes(m.octets())); })
      .def_property_readonly("source", [](const Icmp& m) { return m.ip().source().print(); })
      .def_property_readonly("destination",
                             [](const Icmp& m) { return m.ip().destination().print(); })
      .def_property_readonly("type", [](const Icmp& m) { return m.icmp().type(); })
      .def_property_readonly("code", [](const Icmp& m) { return m.icmp().code(); })
      .def_property_readonly("mtu", [](const Icmp& m) { return m.icmp().mtu(); })
      .def_property_readonly("checksum_ok", &Icmp::checksum_ok)
      .def_property_readonly("quote", [](const Icmp& m) { return as_bytes(m.icmp().quote()); })
      .def_property_readonly("quoted_source",
                             [quoted](const Icmp& m) -> std::optional<std::string> {
                               const auto segment = quoted(m);
                               if (!segment) return std::nullopt;
                               return segment->connection.local.print();
                             })
      .def_property_readonly("quoted_destination",
                             [quoted](const Icmp& m) -> std::optional<std::string> {
                               const auto segment = quoted(m);
                               if (!segment) return std::nullopt;
                               return segment->connection.remote.print();
                             })
      .def_property_readonly("quoted_seq", [quoted](const Icmp& m) -> std::optional<std::uint32_t> {
        const auto segment = quoted(m);
        if (!segment) return std::nullopt;
        return segment->seq.raw();
      });
}

void add_record(py::module_& module) {
  py::class_<TraceRecord>(
      module, "Record",
      "One thing that happened in a run: its index in the trace, its time in seconds since the "
      "run\n"
      "began, its kind, as \"packet\", \"call\" or \"reply\", a packet's direction, \"<\" to the\n"
      "target or \">\" from it, all it says as text, the index of its cause, a packet's segment.")
      .def_readonly("index", &TraceRecord::index)
      .def_readonly("time", &TraceRecord::time)
      .def_readonly("kind", &TraceRecord::kind)
      .def_readonly("direction", &TraceRecord::direction)
      .def_readonly("text", &TraceRecord::text)
      .def_readonly("cause", &TraceRecord::cause)
      .def_readonly("segment", &TraceRecord::segment)
      .def("__repr__", [](const TraceRecord& record) {
        return fmt::format("<Record #{} {:.6f} {}{}{}: {}>", record.index, record.time, record.kind,
                           record.direction.empty() ? "" : " ", record.direction, record.text);
      });
  module.def("records", &records_of_text, py::arg("text"));
}

void add_session(py::module_& module) {
  py::class_<Session>(module, "Session")
      .def(py::init([](const std::string& target, const std::optional<std::string>& wire,
                       std::uint64_t seed, const std::string& ip, bool strict,
                       const std::string& scenarios, const std::string& faults,
                       const std::vector<std::string>& rules) {
             return std::make_unique<Session>(setting(target, wire, seed, ip, strict, scenarios),
                                              faults, rules, look_up);
           }),
           py::arg("target"), py::arg("wire"), py::arg("seed"), py::arg("ip"), py::arg("strict"),
           py::arg("scenarios"), py::arg("faults"), py::arg("rules"))
      .def("play", &Session::play, py::arg("steps"), py::arg("from_last"))
      .def("since_last", &Session::since_last)
      .def("trace_text", &Session::trace_text)
      .def("advance", &Session::advance, py::arg("seconds"))
      .def("received",
           [](Session& session) {
             std::vector<py::bytes> segments;
             for (const auto& one : session.received()) segments.push_back(as_bytes(one.octets()));
             return segments;
           })
      .def(
          "status",
          [](Session& session, std::optional<std::int32_t> fd, std::optional<std::uint16_t> port) {
            const auto status = session.status(fd, port);
            return status ? std::optional{as_dict(*status)} : std::nullopt;
          },
          py::arg("fd"), py::arg("port"))
      .def("last_matched",
           [](const Session& session) -> std::optional<py::bytes> {
             const auto segment = session.last_matched();
             return segment ? std::optional{as_bytes(segment->octets())} : std::nullopt;
           })
      .def("returned",
           [](const Session& session)
               -> std::optional<std::tuple<std::int64_t, std::string, py::bytes>> {
             const auto last = session.returned();
             if (!last) return std::nullopt;
             return std::tuple{last->result, last->error, py::bytes{last->data}};
           })
      .def("now", &Session::now)
      .def("finish", &Session::finish);
}

}  // namespace

PYBIND11_MODULE(_core, module) {
  module.doc() = "What of lastack is C++.";
  py::register_exception_translator([](std::exception_ptr raised) { translate(raised); });
  add_segment(module);
  add_icmp(module);
  add_record(module);
  add_session(module);
  module.def(
      "run_file",
      [](const std::string& file, const std::string& target, const std::optional<std::string>& wire,
         std::uint64_t seed, const std::string& ip, bool strict, const std::string& scenarios,
         const std::string& faults) {
        return run_file(file, setting(target, wire, seed, ip, strict, scenarios), faults);
      },
      py::arg("file"), py::arg("target"), py::arg("wire"), py::arg("seed"), py::arg("ip"),
      py::arg("strict"), py::arg("scenarios"), py::arg("faults"));
  module.def("targets", [] {
    std::vector<std::pair<std::string, bool>> found;  // Its name, and whether it wants a process.
    for (const auto& entry : harness::target::catalogue::entries()) {
      found.emplace_back(entry.name, entry.needs_worker);
    }
    return found;
  });
  module.attr("version") = LASTACK_VERSION;
}
