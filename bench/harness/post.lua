-- Sends POSTs of JSON, each with the next body of a file, and from the next of 64 client addresses; `{n}` in a body becomes
-- a text that no other request of this run has. Tells its results as one line of JSON.

local bodies = {}
local salt = ""
local turn = 0
local counter = nil

ok, busy, other = 0, 0, 0

function setup(thread)
  counter = thread
end

function init(args)
  for body in io.lines(args[1]) do
    bodies[#bodies + 1] = body
  end
  salt = args[2]
end

function request()
  turn = turn + 1
  local body = bodies[(turn - 1) % #bodies + 1]:gsub("{n}", salt .. "-" .. turn)
  return wrk.format("POST", nil, {
    ["Host"] = wrk.headers["Host"],
    ["Content-Type"] = "application/json",
    ["X-Forwarded-For"] = "198.51.100." .. (turn - 1) % 64 + 1,
  }, body)
end

function response(status)
  if status >= 200 and status < 300 then
    ok = ok + 1
  elseif status == 503 then
    busy = busy + 1
  else
    other = other + 1
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"perSecond":%.2f,"ok":%d,"busy":%d,"other":%d,"p50":%.3f,"p99":%.3f,"max":%.3f}',
    counter:get("ok") / summary.duration * 1e6,
    counter:get("ok"),
    counter:get("busy"),
    counter:get("other") + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    latency.max / 1e3
  ))
end
