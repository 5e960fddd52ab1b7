-- Sends POSTs of JSON, each with the next body of a file, and from the next of 64 client addresses; `{n}` in a body becomes
-- a text that no other request of this run has. Tells its results as one line of JSON.

local ffi = require("ffi")
ffi.cdef([[
  typedef struct { long seconds; long nanoseconds; } instant;
  int clock_gettime(int clock, instant *now);
]])
local MONOTONIC = 1
local instant = ffi.new("instant")

-- Seconds, of a clock that nobody sets.
local function now()
  ffi.C.clock_gettime(MONOTONIC, instant)
  return tonumber(instant.seconds) + tonumber(instant.nanoseconds) / 1e9
end

local bodies = {}
local salt = ""
local turn = 0
local counter = nil

ok, busy, other = 0, 0, 0
-- When the first request was sent and the last good answer came.
from, last = 0, 0

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
  if from == 0 then
    from = now()
  end
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
    last = now()
  elseif status == 503 then
    busy = busy + 1
  else
    other = other + 1
  end
end

function done(summary, latency)
  local errors = summary.errors
  local good = counter:get("ok")
  local answered = good == 0 and 0 or counter:get("last") - counter:get("from")
  print(string.format(
    '{"perSecond":%.2f,"answeredSeconds":%.3f,"seconds":%.3f,"ok":%d,"busy":%d,"other":%d,"p50":%.3f,"p99":%.3f,"max":%.3f}',
    good == 0 and 0 or good / answered,
    answered,
    summary.duration / 1e6,
    good,
    counter:get("busy"),
    counter:get("other") + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    latency.max / 1e3
  ))
end
