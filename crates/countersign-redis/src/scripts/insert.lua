-- Stores a new record with its index entries, whole or not at all.
-- KEYS: record, due, list. ARGV: format and version, body, id, due time or '', time to live (ms), prefix of record keys.
-- Gives 1, or 0 when there is a record of that id. The same write again is the same write.
local head = redis.call('GETRANGE', KEYS[1], 0, 265)
if head ~= '' then
  local version = string.sub(ARGV[1], 2)
  local past = string.sub(head, 11, 10 + 8 * string.byte(head, 10))
  local known = string.sub(head, 2, 9) .. past
  for at = 1, #known, 8 do
    if string.sub(known, at, at + 7) == version then
      -- A write, so that whoever waits for replicas waits for this one too.
      redis.call('PEXPIRE', KEYS[1], redis.call('PTTL', KEYS[1]))
      return 1
    end
  end
  return 0
end
redis.call('SET', KEYS[1], ARGV[1] .. '\0' .. ARGV[2], 'PX', ARGV[5])
-- Whoever never ended leaves entries behind when the record's time to live is over: each insert looks at the two oldest, and
-- at the next two when both were dead, up to 16.
for _, index in ipairs({KEYS[2], KEYS[3]}) do
  for _ = 1, 8 do
    local dead = 0
    for _, oldest in ipairs(redis.call('ZRANGE', index, 0, 1)) do
      if redis.call('EXISTS', ARGV[6] .. oldest) == 0 then dead = dead + redis.call('ZREM', index, oldest) end
    end
    if dead < 2 then break end
  end
end
if ARGV[4] ~= '' then redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3]) end
redis.call('ZADD', KEYS[3], 0, ARGV[3])
for _, index in ipairs({KEYS[2], KEYS[3]}) do
  if redis.call('PTTL', index) < tonumber(ARGV[5]) then redis.call('PEXPIRE', index, ARGV[5]) end
end
return 1
