-- Sends requests that were signed beforehand, one after the other from the given one on: "signature timestamp body" on each line.
local requests, at = {}, 0

function init(args)
  at = tonumber(args[2])
  for line in io.lines(args[1]) do
    local signature, timestamp, body = line:match("^(%x+) (%d+) (.*)$")
    local headers = {
      ["X-Signature-Ed25519"] = signature,
      ["X-Signature-Timestamp"] = timestamp,
      ["Content-Type"] = "application/json",
    }
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
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
