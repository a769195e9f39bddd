#include "harness/serve/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "harness/serve/queue.h"

namespace harness::serve {
namespace {

constexpr std::size_t kMostHead = 1 << 16;     // Octets of a request before its body.
constexpr std::size_t kMostWaiting = 1 << 18;  // Octets of requests not looked at yet.
constexpr std::string_view kOctets = "/octets/";

std::string_view as_text(std::span<const std::byte> octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

std::string lower(std::string_view text) {
  std::string made{text};
  std::ranges::transform(made, made.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

std::string_view stripped(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

struct Request {
  std::string method, path;
  std::optional<std::uint64_t> length;
  bool keep = true, waits = false, chunked = false;  // waits: for 100 Continue.
};

std::optional<Request> parse(std::string_view head) {
  Request request;
  auto end = head.find("\r\n");
  const auto line = head.substr(0, end);
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == line.npos || last <= first || !line.substr(last + 1).starts_with("HTTP/1.")) {
    return std::nullopt;
  }
  request.method = line.substr(0, first);
  request.path = line.substr(first + 1, last - first - 1);
  request.keep = line.ends_with("1.1");
  while (end != head.npos) {
    head.remove_prefix(end + 2);
    end = head.find("\r\n");
    const auto field = head.substr(0, end);
    const auto colon = field.find(':');
    if (colon == field.npos) continue;
    const auto name = lower(field.substr(0, colon)),
               value = lower(stripped(field.substr(colon + 1)));
    if (name == "content-length") {
      request.length = number(value);
      if (!request.length) return std::nullopt;
    } else if (name == "connection") {
      if (value == "close") request.keep = false;
      if (value == "keep-alive") request.keep = true;
    } else if (name == "expect") {
      request.waits = value == "100-continue";
    } else if (name == "transfer-encoding") {
      request.chunked = true;
    }
  }
  return request;
}

class Http final : public Service {
 public:
  explicit Http(std::shared_ptr<HttpStore> store) : store_(std::move(store)) {}
  ~Http() override { store_->octets -= reserved_; }

  bool wants() const override { return in_.size() < kMostWaiting; }
  void take(std::span<const std::byte> octets) override {
    if (last_) return;
    in_.push(octets);
    work();
  }
  void end() override {
    ended_ = true;
    work();
  }
  std::size_t give(std::span<std::byte> room) override {
    std::size_t given = out_.pop(room);
    if (given == 0 && left_ > 0) {
      const auto some = room.first(std::min<std::uint64_t>(room.size(), left_));
      if (file_) {
        std::ranges::copy(std::span{*file_}.last(left_).first(some.size()), some.begin());
      } else {
        for (auto& octet : some) octet = pattern(sent_++);
      }
      left_ -= some.size();
      given = some.size();
    }
    if (given == 0 || (out_.empty() && left_ == 0)) work();
    return given;
  }
  bool finished() const override { return (last_ || ended_) && out_.empty() && left_ == 0; }

 private:
  // Requests are answered one after the other.
  void work() {
    while (!last_ && out_.empty() && left_ == 0) {
      if (put_) {
        const auto some = in_.front().first(std::min<std::uint64_t>(in_.size(), missing_));
        put_->insert(put_->end(), some.begin(), some.end());
        missing_ -= some.size();
        in_.drop(some.size());
        if (missing_ > 0) return;
        store();
        continue;
      }
      const auto text = as_text(in_.front());
      const auto end = text.substr(0, kMostHead).find("\r\n\r\n");
      if (end == text.npos) {
        if (text.size() >= kMostHead) refuse("431 Request Header Fields Too Large");
        return;
      }
      const auto request = parse(text.substr(0, end));
      in_.drop(end + 4);
      if (!request) {
        refuse("400 Bad Request");
      } else {
        answer(*request);
      }
    }
  }

  void answer(const Request& request) {
    if (request.chunked || (request.method == "PUT" && !request.length)) {
      return refuse("411 Length Required");
    }
    if (!request.keep) close_after_ = true;
    if (request.method == "PUT") {
      if (*request.length > HttpStore::kMost - store_->octets) {
        return refuse("507 Insufficient Storage");
      }
      reserved_ = *request.length;
      store_->octets += reserved_;
      put_ = std::make_shared<base::Bytes>();
      put_->reserve(*request.length);
      missing_ = *request.length;
      path_ = request.path;
      if (request.waits) out_.push("HTTP/1.1 100 Continue\r\n\r\n");
      return;
    }
    if (request.method != "GET" && request.method != "HEAD") {
      return refuse("405 Method Not Allowed");
    }
    if (request.length.value_or(0) > 0) return refuse("400 Bad Request");
    if (const auto found = store_->files.find(request.path); found != store_->files.end()) {
      file_ = found->second;
      left_ = file_->size();
    } else if (const auto octets =
                   request.path.starts_with(kOctets)
                       ? number(std::string_view{request.path}.substr(kOctets.size()))
                       : std::nullopt) {
      file_.reset();
      left_ = *octets;
      sent_ = 0;
    } else {
      return head("404 Not Found", 0);
    }
    head("200 OK", left_);
    if (request.method == "HEAD") left_ = 0;
  }

  void store() {
    auto& file = store_->files[path_];
    if (file) store_->octets -= file->size();
    file = std::move(put_);
    put_.reset();
    reserved_ = 0;
    head("201 Created", 0);
  }

  void head(std::string_view status, std::uint64_t length) {
    out_.push(fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n", status, length,
                          close_after_ ? "Connection: close\r\n" : ""));
    if (close_after_) last_ = true;
  }

  void refuse(std::string_view status) {
    close_after_ = true;
    head(status, 0);
  }

  std::shared_ptr<HttpStore> store_;
  Queue in_, out_;
  std::shared_ptr<const base::Bytes> file_;  // What is being sent; null: the pattern.
  std::uint64_t left_ = 0, sent_ = 0;
  std::shared_ptr<base::Bytes> put_;  // What is being received.
  std::uint64_t missing_ = 0;
  std::size_t reserved_ = 0;  // For it, in the store.
  std::string path_;
  bool close_after_ = false;
  bool last_ = false;  // Nothing is answered any more.
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Service> make_http(std::shared_ptr<HttpStore> store) {
  return std::make_unique<Http>(std::move(store));
}

}  // namespace harness::serve
