-- What wrk asks: preferences read and changed, a page of the inbox, a decision, in turn. Tokens come from a file, one a line.
-- At the end, one line of JSON says what came of it.

local requests, turn = {}, 0

local DECISION = [[{"event":{"specversion":"1.0","id":"e-41","source":"/tracker","type":"issue.assigned",
"time":"2026-03-13T14:00:00Z","data":{"project":{"id":1,"name":"Kendo"},"issue":{"id":42,"key":"KD-0042",
"title":"Add pagination"},"actor":4,"assignee":7}},"recipients":[7,"12"]}]]

function init(arguments)
  local json = "application/json"
  for token in io.lines(arguments[1]) do
    local headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = json }
    local function ask(method, path, body)
      requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
    ask("GET", "/me/notification-prefs")
    ask("PUT", "/me/notification-prefs", '{"prefs":[{"event_type":"milestone.exited","muted":true}]}')
    ask("GET", "/api/notifications")
    ask("POST", "/v1/decisions", DECISION)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"statuses":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect, errors.read, errors.write, errors.timeout
  ))
end
