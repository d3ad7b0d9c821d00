-- One kind of request for wrk. Arguments: method, path, operation, body, headers (one a line), a file with lines.
-- In the body, @next@ becomes a number that grows with each request, @random:N@ one from 0 to N-1, and @line@ the next
-- line of the file; the load ends when they do.

local count = 0

function init(arguments)
  local method, path, operation, body, headers, file = unpack(arguments)
  wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/cognito-idp/aws4_request, "
    .. "SignedHeaders=host, Signature=0"
  wrk.headers["Content-Type"] = "application/x-amz-json-1.1"
  wrk.headers["X-Amz-Target"] = "AWSCognitoIdentityProviderService." .. operation

  for name, value in headers:gmatch("([^:\n]+): ([^\n]+)") do
    wrk.headers[name] = value
  end

  if body:find("@line@") then
    local lines = {}
    for line in io.lines(file) do
      lines[#lines + 1] = line
    end
    request = function()
      count = count + 1
      if count >= #lines then
        wrk.thread:stop()
      end
      local filled = body:gsub("@line@", lines[math.min(count, #lines)])
      return wrk.format(method, path, nil, filled)
    end
    return
  end
  local users = tonumber(body:match("@random:(%d+)@"))
  if not users and not body:find("@next@") then
    local same = wrk.format(method, path, nil, body)
    request = function() return same end
    return
  end
  math.randomseed(1)
  request = function()
    count = count + 1
    local filled = body:gsub("@next@", count)
    if users then
      filled = filled:gsub("@random:%d+@", math.random(users) - 1)
    end
    return wrk.format(method, path, nil, filled)
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local numbers = { summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed }
  io.write("RESULT " .. table.concat(numbers, " ") .. "\n")
end
