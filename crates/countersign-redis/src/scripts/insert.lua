-- Stores a new record with its index entries, whole or not at all.
-- KEYS: record, due, list. ARGV: value, id, due time or '', time to live (ms), prefix of record keys.
-- Gives 1, or 0 when there is a record of that id. The same write again is the same write.
local stored = redis.call('GETRANGE', KEYS[1], 1, 8)
if stored ~= '' then
  if stored ~= string.sub(ARGV[1], 2, 9) then return 0 end
  -- A write, so that whoever waits for replicas waits for this one too.
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return 1
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[4])
-- Whoever never ended leaves entries behind when the record's time to live is over: each insert looks at the oldest.
for _, index in ipairs({KEYS[2], KEYS[3]}) do
  for _, oldest in ipairs(redis.call('ZRANGE', index, 0, 1)) do
    if redis.call('EXISTS', ARGV[5] .. oldest) == 0 then redis.call('ZREM', index, oldest) end
  end
end
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2]) end
redis.call('ZADD', KEYS[3], 0, ARGV[2])
for _, index in ipairs({KEYS[2], KEYS[3]}) do
  if redis.call('PTTL', index) < tonumber(ARGV[4]) then redis.call('PEXPIRE', index, ARGV[4]) end
end
return 1
