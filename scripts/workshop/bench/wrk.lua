-- METHOD COOKIE BODY; afterwards one line of JSON.
function init(args)
  wrk.method = args[1]
  wrk.headers["Cookie"] = args[2]
  wrk.headers["Accept"] = "application/json, text/event-stream"
  if args[1] == "POST" then
    wrk.body = args[3]
    wrk.headers["Content-Type"] = "application/json"
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\n{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
