#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <ranges>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/link/fault_names.h"
#include "harness/link/words.h"

namespace harness::link {
namespace {

constexpr std::string_view kActions[] = {"drop",     "loss",      "blackhole", "partition",
                                         "delay",    "duplicate", "reorder",   "corrupt",
                                         "truncate", "rate",      "mtu"};
constexpr std::string_view kMatches[] = {
    "to-target", "from-target",    "nth",          "data",     "no-data", "length",       "payload",
    "seq",       "retransmission", "from",         "to",       "until",   "while",        "since",
    "dice",      "correlation",    "every",        "gap",      "burst",   "distribution", "uniform",
    "normal",    "pareto",         "paretonormal", "in-order", "behind",  "within",       "bits",
    "at",        "checksum",       "queue",        "icmp"};

// And the control bits, which are matches too.
std::vector<std::string_view> matches() {
  std::vector<std::string_view> known{std::begin(kMatches), std::end(kMatches)};
  std::ranges::copy(kBits | std::views::keys, std::back_inserter(known));
  return known;
}

base::Ratio rest_of(base::Ratio share) { return {share.of - share.parts, share.of}; }

class Parser {
 public:
  explicit Parser(std::string_view text) : words_(text) {}

  std::expected<std::vector<Fault>, FaultError> read() {
    std::vector<Fault> faults;
    do {
      if (faults.size() == kFaultsMax) {
        words_.fail(fmt::format("more than {} faults", kFaultsMax));
        break;
      }
      faults = joined(std::move(faults), {fault()});
    } while (words_.take(";"));
    if (!words_.now().empty()) words_.expected("a match or `;`", matches());
    if (words_.error()) return std::unexpected(*words_.error());
    return faults;
  }

 private:
  Fault fault() {
    Fault fault;
    said_.clear();
    const auto begun = words_.at();
    begin(fault);
    bool more = true;
    while (more && !words_.error()) {
      at_ = words_.at();
      token_ = words_.now();
      more = std::visit([&](auto& action) { return part(action, fault); }, fault.action) ||
             picks(fault) || about(fault.match) || bits(fault.match) || aim(fault.match) ||
             dice(fault);
    }
    if (!words_.error() && !sound(fault)) words_.fail(begun, complaint(fault));
    return fault;
  }

  static std::string complaint(const Fault& fault) {
    if (fault.match.from >= fault.match.to) return "`from` comes before `to`";
    if (std::holds_alternative<Markov>(fault.pattern)) {
      return "p13 and p14 are at most 100% together, and so are p31 and p32";
    }
    return "no such fault can be";
  }

  void begin(Fault& fault) {
    if (words_.take("drop")) {
      choose(fault, fault.action.emplace<Drop>().rate, false);
    } else if (words_.take("loss")) {
      choose(fault, fault.action.emplace<Drop>().rate, true);
    } else if (words_.take("blackhole") || words_.take("partition")) {
      fault.action = Drop{};
    } else if (words_.take("delay")) {
      delay(fault.action.emplace<Delay>());
    } else if (words_.take("duplicate")) {
      choose(fault, fault.action.emplace<Duplicate>().rate, false);
    } else if (words_.take("reorder")) {
      choose(fault, fault.action.emplace<Reorder>().rate, false);
    } else if (words_.take("corrupt")) {
      choose(fault, fault.action.emplace<Corrupt>().rate, false);
    } else if (words_.take("truncate")) {
      choose(fault, fault.action.emplace<Truncate>().rate, false);
    } else if (words_.take("rate")) {
      fault.action = Bandwidth{.bits_per_second = words_.bits_per_second()};
    } else if (words_.take("mtu")) {
      fault.action = Mtu{.octets = words_.count("how many octets fit")};
    } else {
      words_.expected(
          "drop, loss, blackhole, partition, delay, duplicate, reorder, corrupt, truncate, rate or "
          "mtu",
          kActions);
    }
  }

  // How it picks: netem's words, and plain rates.
  void choose(Fault& fault, base::Ratio& rate, bool needed) {
    if (words_.take("gemodel")) {
      GilbertElliott model{.p = words_.rate(), .r = {}, .in_bad = {100, 100}, .in_good = {0, 100}};
      model.r = words_.at_number() ? words_.rate() : rest_of(model.p);
      if (words_.at_number()) model.in_bad = words_.rate();
      if (words_.at_number()) model.in_good = words_.rate();
      fault.pattern = model;
    } else if (words_.take("state")) {
      Markov model{
          .p13 = words_.rate(), .p31 = {}, .p32 = {0, 100}, .p23 = {100, 100}, .p14 = {0, 100}};
      model.p31 = words_.at_number() ? words_.rate() : rest_of(model.p13);
      if (words_.at_number()) model.p32 = words_.rate();
      if (words_.at_number()) model.p23 = words_.rate();
      if (words_.at_number()) model.p14 = words_.rate();
      fault.pattern = model;
    } else if (words_.take("random") || words_.at_number() ||
               (needed && words_.now() != "every" && words_.now() != "burst")) {
      rate = words_.rate();
      if (words_.at_number()) fault.pattern = Correlated{words_.rate()};
    }
  }

  void delay(Delay& delay) {
    const auto at = words_.at();
    delay.least = delay.most = words_.time();
    if (words_.take("..")) {
      delay.most = words_.time();
      if (delay.most < delay.least) words_.fail(at, "the longer delay comes second");
    } else if (words_.take("\xC2\xB1") || words_.take("+-") || words_.at_number()) {
      const auto jitter = words_.time();
      delay.least -= jitter;
      delay.most += jitter;
      if (words_.at_number()) delay.correlation = words_.rate();
    }
  }

  // Once each.
  void once(std::string_view what) {
    if (std::ranges::find(said_, what) != said_.end()) {
      words_.fail(at_, fmt::format("`{}` does not go with what was said before", token_));
    }
    said_.push_back(what);
  }
  bool takes(std::string_view word, std::string_view what) {
    if (!words_.take(word)) return false;
    once(what);
    return true;
  }

  // Every and burst are parts like the others: `loss 1% to-target burst 3`.
  bool picks(Fault& fault) {
    const bool chooses =
        std::visit([](const auto& a) { return requires { a.rate; }; }, fault.action);
    const bool delays = std::holds_alternative<Delay>(fault.action);
    const auto single = [&] {
      if (!std::holds_alternative<Independent>(fault.pattern)) {
        words_.fail(at_, fmt::format("`{}` does not go with what was said before", token_));
      }
    };
    if (chooses && words_.take("correlation")) {
      single();
      fault.pattern = Correlated{words_.rate()};
    } else if ((chooses || delays) && (words_.take("every") || words_.take("gap"))) {
      single();
      fault.pattern = Every{words_.count("one of how many")};
    } else if (chooses && words_.take("burst")) {
      single();
      fault.pattern = Burst{words_.count("how many in a row")};
    } else {
      return false;
    }
    return true;
  }

  bool part(Delay& delay, Fault&) {
    const bool named = words_.take("distribution");
    const auto shape = shape_named(words_.now());
    if (shape) {
      words_.next();
      once("a distribution");
      if (delay.least == delay.most) {
        words_.fail(at_, "a distribution needs a jitter, as in `delay 20ms +- 5ms normal`");
      } else if ((delay.least + delay.most).count() % 2 != 0) {
        words_.fail(at_, "the middle of this delay is no whole nanosecond");
      }
      delay.shape = *shape;
    } else if (named) {
      words_.expected("uniform, normal, pareto or paretonormal", kShapes);
    } else if (takes("correlation", "correlation")) {
      delay.correlation = words_.rate();
    } else if (takes("in-order", "in-order")) {
      delay.in_order = true;
    } else {
      return false;
    }
    return true;
  }
  bool part(Reorder& reorder, Fault&) {
    if (takes("behind", "behind")) {
      reorder.behind = words_.count("how many datagrams go first");
    } else if (takes("within", "within")) {
      reorder.at_most = words_.time();
    } else {
      return false;
    }
    return true;
  }
  bool part(Corrupt& corrupt, Fault&) {
    if (at_field()) {
      once("fields");
      do {
        const auto field = field_named(words_.now());
        if (!field) return words_.expected("a field", kFields), true;
        corrupt.fields = static_cast<std::uint16_t>(corrupt.fields | *field);
        words_.next();
      } while (words_.take("|"));
    } else if (takes("bits", "bits")) {
      const auto at = words_.at();
      corrupt.bits = words_.count("how many bits");
      if (corrupt.bits > 64) words_.fail(at, "at most 64 bits are flipped");
    } else {
      return checksum(corrupt.repaired);
    }
    return true;
  }
  bool part(Truncate& truncate, Fault&) {
    if (!takes("at", "at")) return checksum(truncate.repaired);
    truncate.at = words_.count("how many octets are left");
    return true;
  }
  bool part(Bandwidth& bandwidth, Fault&) {
    if (!takes("queue", "queue")) return false;
    bandwidth.queue = words_.count("for how many there is room");
    return true;
  }
  bool part(Mtu& mtu, Fault&) {
    if (!takes("icmp", "icmp")) return false;
    mtu.icmp = true;
    return true;
  }
  bool part(auto&, Fault&) { return false; }

  // `corrupt seq`, but not `corrupt seq 1..9`, `payload "GET"` and `checksum repaired`.
  bool at_field() const {
    const auto behind = words_.peek();
    const bool more = behind.starts_with('"') ||
                      (!behind.empty() && std::isdigit(static_cast<unsigned char>(behind[0])));
    return field_named(words_.now()) && !more && behind != "left" && behind != "repaired";
  }

  bool checksum(bool& repaired) {
    if (!takes("checksum", "checksum")) return false;
    static constexpr std::string_view kWords[] = {"left", "repaired"};
    if (words_.take("repaired")) {
      repaired = true;
    } else if (!words_.take("left")) {
      words_.expected("left or repaired", kWords);
    }
    return true;
  }

  bool about(Match& match) {
    if (takes("to-target", "direction")) {
      match.direction = event::Direction::ToTarget;
    } else if (takes("from-target", "direction")) {
      match.direction = event::Direction::FromTarget;
    } else if (takes("data", "data")) {
      match.payload = true;
    } else if (takes("no-data", "data")) {
      match.payload = false;
    } else if (takes("nth", "nth")) {
      const auto which = words_.range("which one", true);
      match.nth = which.first;
      match.nth_last = which.last > which.first ? which.last : 0;
    } else if (takes("from", "from")) {
      match.from = words_.time();
    } else if (takes("to", "to")) {
      match.to = words_.time();
    } else {
      return false;
    }
    return true;
  }

  bool aim(Match& match) {
    if (takes("length", "length")) {
      match.length = words_.range("how many octets of data", false);
    } else if (takes("payload", "payload")) {
      match.contains = words_.text();
    } else if (takes("seq", "seq")) {
      match.seq = words_.range("a sequence number, counted from the SYN's", false);
    } else if (takes("retransmission", "retransmission")) {
      match.retransmission = words_.count("which retransmission");
    } else if (takes("until", "state")) {
      match.state = StateMatch{Phase::Until, state()};
    } else if (takes("while", "state")) {
      match.state = StateMatch{Phase::While, state()};
    } else if (takes("since", "state")) {
      match.state = StateMatch{Phase::Since, state()};
    } else {
      return false;
    }
    return true;
  }

  event::TcpState state() {
    const auto state = event::state_named(words_.now());
    if (!state) {
      words_.expected("a state of RFC 9293 such as ESTABLISHED", kStates);
      return event::TcpState::Established;
    }
    words_.next();
    return *state;
  }

  bool dice(Fault& fault) {
    if (!takes("dice", "dice")) return false;
    fault.dice = words_.count("which dice") - 1;
    return true;
  }

  bool bits(Match& match) {
    if (token_ != "!" && !bit_named(token_)) return false;
    do {
      one_bit(match);
    } while (words_.take("+"));
    return true;
  }

  void one_bit(Match& match) {
    const auto at = words_.at();
    const bool negated = words_.take("!");
    const auto token = words_.now();
    const auto flag = bit_named(token);
    if (!flag) return words_.expected("SYN, FIN, RST, PSH, ACK, URG, ECE, CWR or AE", matches());
    words_.next();
    (negated ? match.clear : match.set) |= *flag;
    if (match.set.any(match.clear)) {
      words_.fail(at, fmt::format("{} cannot be both set and clear", token));
    }
  }

  Words words_;
  std::size_t at_ = 0;  // Of the part at hand, and its first word.
  std::string_view token_;
  std::vector<std::string_view> said_;
};

}  // namespace

std::expected<std::vector<Fault>, FaultError> parse_faults(std::string_view text) {
  return Parser{text}.read();
}

}  // namespace harness::link
