-- Notes that a provider's message may be of a record: ids of 16 bytes, one behind the other.
-- KEYS: message. ARGV: id, time to live (ms).
local named = redis.call('GET', KEYS[1]) or ''
local known = false
for at = 1, #named, 16 do
  if string.sub(named, at, at + 15) == ARGV[1] then known = true end
end
if not known then redis.call('APPEND', KEYS[1], ARGV[1]) end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
