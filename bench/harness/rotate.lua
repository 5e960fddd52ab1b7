-- Sends GETs, each with the next Cookie header of a file, at once or about `pause` milliseconds after the answer before it
-- on the same connection, from the first line on or from any; tells its results as one line of JSON.

local requests = {}
local turn = 0
local pause = 0

function init(args)
  for cookie in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { ["Host"] = wrk.headers["Host"], ["Cookie"] = cookie })
  end
  pause = tonumber(args[2] or "0")
  if args[3] == "true" then
    math.randomseed(os.time())
    turn = math.random(#requests)
  end
  -- wrk asks for a pause before each request if there is such a function, and answers of 0 cost a turn of its loop.
  if pause > 0 then
    function delay()
      -- From half to one and a half of it, or all connections would come to ask at the same instant.
      return math.random(math.floor(pause / 2), math.ceil(pause * 1.5))
    end
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"requestsPerSecond":%.1f,"p50":%.3f,"p99":%.3f,"max":%.3f,"errors":%d}',
    summary.requests,
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    latency.max / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
