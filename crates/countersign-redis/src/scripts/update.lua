-- Replaces a record that is still at a version, and its index entries.
-- KEYS: record, due, list. ARGV: value, id, due time or '', time to live (ms), expected version (8 bytes).
-- Gives 1, or 0 when it is not at that version or not there. The same write again is the same write.
local stored = redis.call('GETRANGE', KEYS[1], 1, 8)
if stored ~= ARGV[5] then
  if stored ~= string.sub(ARGV[1], 2, 9) then return 0 end
  -- A write, so that whoever waits for replicas waits for this one too.
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return 1
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[4])
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
end
for _, index in ipairs({KEYS[2], KEYS[3]}) do
  local left = redis.call('PTTL', index)
  if left ~= -2 and left < tonumber(ARGV[4]) then redis.call('PEXPIRE', index, ARGV[4]) end
end
return 1
