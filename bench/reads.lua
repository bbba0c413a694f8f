-- Reads one guild after the other below the address, from the given line on, each with its own access token: "guild token" on each line.
local requests, at = {}, 0

function init(args)
  at = tonumber(args[2])
  for line in io.lines(args[1]) do
    local guild, token = line:match("^(%d+) (.*)$")
    requests[#requests + 1] = wrk.format("GET", wrk.path .. "/" .. guild, { ["Authorization"] = "Bearer " .. token })
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency.max, summary.errors.status + summary.errors.read + summary.errors.timeout))
end
